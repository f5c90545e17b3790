"""A-law, mu-law and G.722, against values of the recommendations and back again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from G722 import G722

from ivr.voice.codecs import (
    BYTES_A_SECOND,
    ENCODERS,
    LINEAR,
    TELEPHONE,
    bytes_a_second,
    decode_alaw,
    decode_ulaw,
    encode_alaw,
    encode_ulaw,
    to_telephone,
)
from ivr.voice.music import beep, hold_music
from ivr.voice.processing import MASTER_RATE, Pcm

ALL = bytes(range(256))
T = np.arange(MASTER_RATE) / MASTER_RATE
TONE = (8000 * np.sin(2 * np.pi * 440 * T)).astype(np.int16)


def test_g711_values_of_the_recommendation() -> None:
    # G.711 tables 1a and 2a: the smallest, and the largest value of each sign.
    assert decode_alaw(bytes([0xD5, 0x55, 0xAA, 0x2A])).tolist() == [8, -8, 32256, -32256]
    assert decode_ulaw(bytes([0xFF, 0x80, 0x00])).tolist() == [0, 32124, -32124]


def test_g711_is_its_own_inverse_on_every_code() -> None:
    assert encode_alaw(decode_alaw(ALL)) == ALL
    assert encode_ulaw(decode_ulaw(ALL)) == ALL.replace(b"\x7f", b"\xff")  # minus zero is zero


@pytest.mark.parametrize(
    ("encode", "decode", "coarsest"),
    [(encode_alaw, decode_alaw, 512), (encode_ulaw, decode_ulaw, 644)],
)
def test_g711_is_never_further_off_than_half_a_step(
    encode: Callable[[Pcm], bytes], decode: Callable[[bytes], Pcm], coarsest: int
) -> None:
    every = np.arange(-32768, 32768).astype(np.int16)
    error = np.abs(decode(encode(every)).astype(np.int32) - every)
    assert error.max() <= coarsest
    small = np.abs(every.astype(np.int32)) < 256
    assert error[small].max() <= 8


def test_the_telephone_keeps_speech_and_drops_what_it_cannot_carry() -> None:
    high = (8000 * np.sin(2 * np.pi * 5000 * T)).astype(np.int16)
    assert np.abs(to_telephone(TONE)[200:-200]).max() == pytest.approx(8000, rel=0.02)
    assert np.abs(to_telephone(high)[200:-200]).max() < 80


@pytest.mark.parametrize("ending", sorted(ENCODERS))
def test_a_second_is_as_large_as_it_is_said_to_be(ending: str) -> None:
    assert len(ENCODERS[ending](TONE)) == bytes_a_second(ending)
    assert bytes_a_second(ending) == (BYTES_A_SECOND if ending in TELEPHONE else 32_000)


def test_plain_samples_are_the_master_itself() -> None:
    assert np.array_equal(np.frombuffer(ENCODERS[LINEAR](TONE), "<i2"), TONE)


def test_g722_decodes_to_the_same_tone() -> None:
    heard = np.array(G722(16_000, 64_000).decode(ENCODERS["g722"](TONE)), np.float64)
    alike = max(
        np.corrcoef(heard[lag : lag + 8000], TONE[:8000].astype(np.float64))[0, 1]
        for lag in range(40)
    )
    assert alike > 0.98


def test_music_is_quiet_and_has_no_seam() -> None:
    music = hold_music()
    assert music.size == 30 * MASTER_RATE
    assert 1000 < np.abs(music).max() < 4500
    steps = np.abs(np.diff(music.astype(np.int32)))
    assert abs(int(music[0]) - int(music[-1])) <= steps.max()


def test_the_beep_is_heard_and_ends_softly() -> None:
    tone = beep()
    assert tone.size == MASTER_RATE // 4
    assert np.abs(tone).max() > 6000
    assert np.abs(tone[:20]).max() < 400 > np.abs(tone[-20:]).max()
