"""Sounds that nobody speaks: the beep before a recording, and music while a caller waits.

Both are computed, so that nobody's rights are touched and no file has to be fetched. The music is
a quiet walk through the five notes of raga Bhupali on a plucked string, with its octaves in the
band that a telephone carries. It ends as it begins: played in a loop it has no seam.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.voice.processing import MASTER_RATE, Pcm, to_pcm

BEEP_HZ: Final = 880.0
BEEP_S: Final = 0.25
MUSIC_S: Final = 30.0
MUSIC_PEAK: Final = 0.12
"""Far below speech: a caller can talk to somebody in the room, or fall silent, beside it."""
VERSION: Final = "music-1"
"""Changes when the sounds change, so that they are published again."""

_SA_HZ: Final = 261.63
_BHUPALI: Final = (1.0, 9 / 8, 5 / 4, 3 / 2, 5 / 3, 2.0, 9 / 4, 5 / 2)
"""Sa Re Ga Pa Dha, and the next octave, as just intervals."""
_WALK: Final = """
    0 2 3 . 4 3 . 2  1 . 0 . 2 3 4 5  . 4 3 . 4 . 3 2
    1 2 . 0 . . 5 6  5 4 . 3 4 . 2 3  . 1 2 . 0 . 1 0  . .
"""
"""Notes, and rests as dots, a beat each."""
_BEAT_S: Final = MUSIC_S / len(_WALK.split())
_RINGS_S: Final = 4.0


def beep() -> Pcm:
    """Return the tone after which a caller speaks."""
    t = np.arange(round(BEEP_S * MASTER_RATE)) / MASTER_RATE
    ramp = np.clip(np.minimum(t, BEEP_S - t) / 0.02, 0, 1)
    return to_pcm(0.25 * ramp * np.sin(2 * np.pi * BEEP_HZ * t))


def hold_music() -> Pcm:
    """Return a loop of ``MUSIC_S`` seconds."""
    loop = np.zeros(round(MUSIC_S * MASTER_RATE))
    for beat, step in enumerate(_WALK.split()):
        if step == ".":
            continue
        note = _pluck(_SA_HZ * _BHUPALI[int(step)])
        start = round(beat * _BEAT_S * MASTER_RATE)
        # What rings on past the end is heard at the beginning.
        where = np.arange(start, start + note.size) % loop.size
        loop[where] += note
    return to_pcm(loop * (MUSIC_PEAK / np.abs(loop).max()))


def _pluck(hertz: float) -> NDArray[np.float64]:
    t = np.arange(round(_RINGS_S * MASTER_RATE)) / MASTER_RATE
    attack = np.clip(t / 0.01, 0, 1)
    partials = (
        np.exp(-t * (1.2 + 0.7 * n)) * np.sin(2 * np.pi * hertz * n * t) / n**1.5
        for n in range(1, 6)
    )
    return np.asarray(attack * sum(partials) * np.clip((_RINGS_S - t) / 0.5, 0, 1))
