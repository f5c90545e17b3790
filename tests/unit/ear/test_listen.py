"""The ear hears what was played, in order, and nothing else."""

from __future__ import annotations

import time

import numpy as np
import pytest

from ivr.ear import hears, listen
from ivr.voice.codecs import to_telephone
from ivr.voice.music import hold_music
from tests.unit.ear.calls import (
    PACKET,
    Sound,
    call,
    over_the_telephone,
    recorded,
    recordings,
    with_noise,
)

INBOUND = (
    *("greeting", "helpline_name", "welcome_text", "main_menu_food", "main_menu_ration"),
    *("number_is", "n_4", "n_7", "n_1", "pause_short", "n_0", "n_9", "n_2", "pause_short"),
    *("n_6", "n_8", "n_8", "n_5", "t_shaam", "n_3", "t_bajkar", "n_59", "t_minute", "connecting"),
)
HEARD = [prompt for prompt in INBOUND if not prompt.startswith("pause_")]


def heard(sound: Sound) -> list[str]:
    return [item.prompt for item in listen(sound, recordings())]


def test_a_call_is_heard_in_order() -> None:
    assert heard(call(*INBOUND)) == HEARD


def test_when_each_was_heard() -> None:
    first, second = listen(call("greeting", "n_7"), recordings())
    assert first.start_s == pytest.approx(0.53, abs=0.03)
    assert second.start_s == pytest.approx(0.53 + recorded("greeting").size / 8000, abs=0.03)
    assert first.start_s < first.end_s < second.start_s < second.end_s
    assert first.complete
    assert first.score > 0.98


@pytest.mark.parametrize("shift", range(8))
def test_a_recording_is_found_wherever_its_samples_fall(shift: int) -> None:
    # The coarse search looks at every fourth sample, and a key cut the prompt before this one.
    before = call("information_infection")[: 3 * 8000 // 2 + shift]
    sound = np.concatenate((before, call("infection_text")))
    assert heard(sound)[-1] == "infection_text"


@pytest.mark.parametrize("level", [0.03, 0.3, 1.3])
def test_the_level_does_not_matter(level: float) -> None:
    assert heard(np.asarray(level * call(*INBOUND), np.float32)) == HEARD


@pytest.mark.parametrize("noise", [0.003, 0.01, 0.03])
def test_noise_does_not_matter(noise: float) -> None:
    assert heard(with_noise(call(*INBOUND), noise)) == HEARD


@pytest.mark.parametrize("seed", range(4))
def test_lost_packets_do_not_matter(seed: int) -> None:
    sound = call(*INBOUND)
    for packet in np.random.default_rng(seed).integers(0, sound.size // PACKET, 4):
        sound[packet * PACKET : (packet + 1) * PACKET] = 0
    assert heard(sound) == HEARD


@pytest.mark.parametrize("at_s", [0.3, 0.9, 1.4])
def test_a_packet_left_out_of_a_sentence_does_not_matter(at_s: float) -> None:
    sound = call("main_menu_food", "n_7")
    start = round((0.5 + at_s) * 8000)
    assert heard(np.delete(sound, slice(start, start + PACKET))) == ["main_menu_food", "n_7"]


def test_music_around_does_not_matter_and_is_no_speech() -> None:
    music = to_telephone(hold_music())
    assert heard(over_the_telephone([music])) == []
    parts = [music[:40_000], recorded("q_thereare"), recorded("n_3"), recorded("q_callswaiting")]
    sound = over_the_telephone([*parts, music[40_000:80_000]])
    assert heard(sound) == ["q_thereare", "n_3", "q_callswaiting"]
    quieter = over_the_telephone([(music // 3).astype(np.int16)])
    under = quieter[: call(*INBOUND).size]
    assert heard(call(*INBOUND)[: under.size] + under) == HEARD


@pytest.mark.parametrize("cut_s", [0.8, 1.2, 1.6])
def test_a_recording_cut_by_a_key_is_heard_as_cut(cut_s: float) -> None:
    menu = recorded("main_menu_ration")[: round((cut_s + 0.03) * 8000)]
    first, second = listen(over_the_telephone([menu, recorded("n_5")]), recordings())
    assert (first.prompt, first.complete) == ("main_menu_ration", False)
    assert first.end_s - first.start_s == pytest.approx(cut_s, abs=0.12)
    assert (second.prompt, second.complete) == ("n_5", True)


def test_too_little_of_a_recording_is_not_reported() -> None:
    assert heard(over_the_telephone([recorded("main_menu_ration")[:3000]])) == []


def test_a_word_inside_a_sentence_is_not_reported() -> None:
    whole = ("main_menu_food", "wait_go_on", "status_ask", "number_again", "category_status")
    assert heard(call(*whole)) == list(whole)


@pytest.mark.parametrize("sound", [np.zeros(0), np.zeros(100), np.zeros(80_000)])
def test_silence_is_nothing(sound: Sound) -> None:
    assert listen(sound.astype(np.float32), recordings()) == []


def test_two_channels_are_refused() -> None:
    with pytest.raises(ValueError, match="one channel"):
        listen(np.zeros((100, 2), np.float32), recordings())


def test_a_minute_of_call_takes_seconds() -> None:
    sound = call(*INBOUND, *INBOUND, *INBOUND)[: 60 * 8000]
    recordings().spectra.sum()
    start = time.process_time()
    listen(sound, recordings())
    assert time.process_time() - start < 5


def test_one_prompt_is_listened_for_alone_and_only_said_to_its_end() -> None:
    menu = call("main_menu_food", "main_menu_ration", "main_menu_medical")
    assert hears(menu, recordings(), "main_menu_ration")
    assert not hears(menu, recordings(), "main_menu_psych")
    assert not hears(menu, recordings(), "no_such_prompt")
    before_its_end = menu.size - recorded("main_menu_medical").size // 2
    assert not hears(menu[:before_its_end], recordings(), "main_menu_medical")
