"""Calls put together from real recordings, as a telephone would carry them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.ear import Recordings, load_recordings
from ivr.voice.codecs import decode_alaw, encode_alaw, to_telephone
from ivr.voice.masters import read_master

FOLDER = Path(__file__).parents[3] / "prompts" / "hi" / "recordings"
PACKET = 160

Sound = NDArray[np.float32]


@cache
def recordings() -> Recordings:
    return load_recordings(FOLDER)


@cache
def recorded(prompt: str) -> NDArray[np.int16]:
    return to_telephone(read_master(FOLDER, prompt))


def over_the_telephone(pcm: Sequence[NDArray[np.int16]], before_s: float = 0.5) -> Sound:
    quiet = np.zeros(round(before_s * 8000), np.int16)
    line = decode_alaw(encode_alaw(np.concatenate([quiet, *pcm, quiet])))
    return np.asarray(line / 32768, np.float32)


def call(*prompts: str) -> Sound:
    return over_the_telephone([recorded(prompt) for prompt in prompts])


def with_noise(sound: Sound, size: float) -> Sound:
    noise = np.random.default_rng(7).standard_normal(sound.size) * size
    return np.asarray(sound + noise, np.float32)
