"""A-law, the code of the telephone network (ITU-T G.711), as packets carry it.

Decoded by ``ivr.voice.codecs``: aiortp's own table has the sign turned round, and what it decodes
is upside down, which a listener who compares wave forms would notice.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.voice.codecs import TELEPHONE_RATE, decode_alaw

RATE: Final = TELEPHONE_RATE
"""Samples a second."""
FRAME: Final = 160
"""Samples, and A-law bytes, in a packet of 20 ms."""
SILENCE: Final = b"\xd5"
"""The byte of a sample nearest to nothing."""

Samples = NDArray[np.int16]
"""Sound at 8 kHz, one channel."""


_STEP: Final = 16
_LEVELS: Final = bytes(
    min(255, abs(int(sample)) // _STEP) for sample in decode_alaw(bytes(range(256)))
)
"""For each A-law byte how far it is from nothing, in steps: a byte again, so that it is quick."""


def loudness(payload: bytes) -> float:
    """Tell the mean size of the samples, to a step of 16 and at most 4080; 0 for no samples."""
    return _STEP * sum(payload.translate(_LEVELS)) / len(payload) if payload else 0.0
