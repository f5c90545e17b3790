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


def loudness(payload: bytes) -> float:
    """Mean size of the samples, 0 to 32767; 0 for no samples."""
    return float(np.abs(decode_alaw(payload).astype(np.int32)).mean()) if payload else 0.0
