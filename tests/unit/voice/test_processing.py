"""Recordings are trimmed, equally loud, within one band, and never clipped."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ivr.voice.codecs import TELEPHONE_RATE, decode_alaw, encode_alaw, to_telephone
from ivr.voice.processing import (
    LEVEL_DB,
    MASTER_RATE,
    PEAK,
    active_level_db,
    process,
    silence,
)

RATE = 22_050


def tone(hertz: float, seconds: float, size: float) -> NDArray[np.float32]:
    t = np.arange(round(seconds * RATE)) / RATE
    return (size * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def quiet(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * RATE), np.float32)


@pytest.mark.parametrize("size", [0.01, 0.1, 0.9])
def test_one_level_whatever_the_voice_gave(size: float) -> None:
    sound = np.concatenate((tone(500, 0.4, size), quiet(0.3), tone(500, 0.4, size)))
    pcm = process(sound, RATE, sentence=False)
    assert active_level_db(pcm / 32768, MASTER_RATE) == pytest.approx(LEVEL_DB, abs=0.3)


@pytest.mark.parametrize("hertz", [100.0, 5000.0])
def test_what_no_telephone_delivers_does_not_count_for_the_level(hertz: float) -> None:
    # As in सौ: a hiss, then a vowel.
    beyond = np.concatenate((tone(hertz, 0.3, 0.3), quiet(0.3)))
    pcm = process(beyond + np.concatenate((quiet(0.3), tone(500, 0.3, 0.1))), RATE, sentence=False)
    arrives = decode_alaw(encode_alaw(to_telephone(pcm))) / 32768
    assert active_level_db(arrives, TELEPHONE_RATE) == pytest.approx(LEVEL_DB, abs=0.3)
    assert active_level_db(pcm / 32768, MASTER_RATE) == pytest.approx(LEVEL_DB, abs=0.3)


def test_silence_at_the_ends_is_the_same_for_all() -> None:
    sound = np.concatenate((quiet(0.7), tone(500, 0.5, 0.3), quiet(0.9)))
    word = process(sound, RATE, sentence=False)
    sentence = process(sound, RATE, sentence=True)
    assert word.size / MASTER_RATE == pytest.approx(0.5 + 0.03 + 0.09, abs=0.05)
    assert sentence.size - word.size == round(0.26 * MASTER_RATE)
    assert not sentence[: round(0.02 * MASTER_RATE)].any()
    assert not sentence[-round(0.3 * MASTER_RATE) :].any()


def test_hum_is_taken_away() -> None:
    pcm = process(tone(500, 0.5, 0.2) + tone(50, 0.5, 0.2), RATE, sentence=False)
    spectrum = np.abs(np.fft.rfft(pcm[2000:8000]))
    hertz = np.fft.rfftfreq(6000, 1 / MASTER_RATE)
    at_50 = spectrum[np.abs(hertz - 50) < 20].max()
    at_500 = spectrum[np.abs(hertz - 500) < 20].max()
    assert at_50 < at_500 / 50


def test_a_single_click_does_not_clip_and_does_not_set_the_level() -> None:
    sound = tone(500, 1.0, 0.05)
    sound[RATE // 2] = 1.0
    pcm = process(sound, RATE, sentence=False)
    assert np.abs(pcm).max() <= PEAK * 32768 + 8
    assert active_level_db(pcm / 32768, MASTER_RATE) > LEVEL_DB - 3


def test_samples_lie_on_the_steps_of_a_law() -> None:
    assert not (process(tone(700, 0.3, 0.5), RATE, sentence=False) % 8).any()


@pytest.mark.parametrize("sound", [quiet(1.0), quiet(0)])
def test_nothing_but_silence_is_refused(sound: NDArray[np.float32]) -> None:
    with pytest.raises(ValueError, match="silence"):
        process(sound, RATE, sentence=False)


def test_a_pause_lasts_as_long_as_it_says() -> None:
    assert silence(350).size == 350 * 16
