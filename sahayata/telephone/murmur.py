"""A voice without words, for a citizen who leaves a spoken message."""

from __future__ import annotations

from typing import Final

import numpy as np

from ivr.voice.codecs import encode_alaw
from sahayata.telephone.alaw import RATE

PITCH_HZ: Final = 140.0
SYLLABLES_A_SECOND: Final = 4.0
LOUDEST: Final = 9000
"""Of 32767: a person who speaks into a telephone."""


def murmur(seconds: float) -> bytes:
    """Speak for so long: A-law at 8 kHz, never silent for longer than a syllable."""
    time = np.arange(round(seconds * RATE)) / RATE
    throat = sum(np.sin(2 * np.pi * PITCH_HZ * n * time) / n for n in range(1, 9))
    mouth = 0.55 - 0.45 * np.cos(2 * np.pi * SYLLABLES_A_SECOND * time)
    voice = np.asarray(throat) * mouth
    return encode_alaw((voice * (LOUDEST / 2)).astype(np.int16))
