"""What a person can do better is refused with the reason; the rest is put right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from ivr.voice.masters import read_master, read_masters
from ivr.voice.processing import LEVEL_DB, MASTER_RATE, PEAK, active_level_db
from ivr.voice.studio_judge import TELEPHONE_FULL, WHY, Refusal, Refused, finished, usual_seconds
from tests.support.studio import RATE, spoken

RECORDINGS = Path(__file__).parents[3] / "prompts" / "hi" / "recordings"
SENTENCE, WORD = "message_ask", "n_7"


def by_telephone(prompt: str, gain: float = 0.5) -> NDArray[np.float64]:
    """A recording as a person would say it on the telephone: pauses at the ends, a quiet room."""
    pcm = read_master(RECORDINGS, prompt) / 32768
    voice = gain * np.asarray(soxr.resample(pcm, MASTER_RATE, RATE))
    sound = np.concatenate([np.zeros(RATE // 2), voice, np.zeros(RATE // 2)])
    return np.asarray(sound + np.random.default_rng(2).normal(0, 1e-4, sound.size))


def judged(sound: NDArray[np.float64], prompt: str = SENTENCE) -> object:
    usual = read_masters(RECORDINGS)[prompt].seconds
    return finished(sound, RATE, usual_s=usual, sentence=True, full=TELEPHONE_FULL)


def refused(sound: NDArray[np.float64], prompt: str = SENTENCE) -> Refusal | None:
    made = judged(sound, prompt)
    return made.why if isinstance(made, Refused) else None


@pytest.mark.parametrize("prompt", [SENTENCE, WORD, "infection_text", "l_e", "greeting"])
@pytest.mark.parametrize("gain", [0.08, 0.5, 1.0])
def test_a_good_recording_comes_out_as_every_other(prompt: str, gain: float) -> None:
    made = judged(by_telephone(prompt, gain), prompt)
    assert isinstance(made, np.ndarray), made
    sound = made / 32768
    assert active_level_db(sound, MASTER_RATE) == pytest.approx(LEVEL_DB, abs=1.5)
    assert float(np.abs(sound).max()) <= PEAK
    usual = read_masters(RECORDINGS)[prompt].seconds
    assert made.size / MASTER_RATE == pytest.approx(usual, abs=0.4), "the pauses are cut away"


def test_the_click_of_the_key_at_the_end_is_cut_away() -> None:
    sound = by_telephone(SENTENCE)
    clean = judged(sound)
    sound[-400:-200] += 0.3 * np.sin(np.arange(200))
    clicked = judged(sound)
    assert isinstance(clean, np.ndarray)
    assert isinstance(clicked, np.ndarray)
    assert clicked.size == pytest.approx(clean.size, abs=MASTER_RATE // 20)


def test_what_cannot_be_put_right_is_refused() -> None:
    assert refused(np.zeros(0)) is Refusal.SILENT
    assert refused(np.zeros(RATE)) is Refusal.SILENT
    assert refused(by_telephone(SENTENCE, 0.0)) is Refusal.SILENT
    assert refused(by_telephone(SENTENCE, 0.02)) is Refusal.QUIET
    assert refused(np.clip(by_telephone(SENTENCE, 4.0), -0.984, 0.984)) is Refusal.LOUD
    assert refused(by_telephone(WORD)) is Refusal.SHORT
    assert refused(by_telephone(SENTENCE), WORD) is Refusal.LONG
    loud = np.random.default_rng(3).normal(0, 0.02, by_telephone(SENTENCE).size)
    assert refused(by_telephone(SENTENCE) + loud) is Refusal.NOISY
    assert set(WHY) == set(Refusal)


def test_a_quiet_room_is_no_noise_and_no_speech() -> None:
    hiss = np.random.default_rng(3).normal(0, 0.002, by_telephone(SENTENCE).size)
    made, clean = judged(by_telephone(SENTENCE) + hiss), judged(by_telephone(SENTENCE))
    assert isinstance(made, np.ndarray)
    assert isinstance(clean, np.ndarray)
    assert made.size == pytest.approx(clean.size, abs=MASTER_RATE // 5)


def test_less_than_a_frame_and_a_single_click_are_no_speech() -> None:
    assert refused(np.full(20, 0.5)) is Refusal.SHORT
    click = np.zeros(RATE)
    click[4000:4100] = 0.3
    assert refused(click) is Refusal.SILENT


def test_how_long_a_text_takes_is_estimated_where_nobody_said_it() -> None:
    masters = read_masters(RECORDINGS)
    for name in (SENTENCE, "infection_text", "greeting", "main_menu_food"):
        master = masters[name]
        assert 0.5 < usual_seconds(master.text) / master.seconds < 2, name
    assert isinstance(
        finished(spoken(1.0), RATE, usual_s=0.9, sentence=False, full=TELEPHONE_FULL), np.ndarray
    )
