"""A-law, the code of the telephone network (ITU-T G.711), decoded here.

aiortp's own table has the sign turned round: what it decodes is upside down, which a listener who
compares wave forms would notice.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 8000
"""Samples a second."""
FRAME: Final = 160
"""Samples, and A-law bytes, in a packet of 20 ms."""
SILENCE: Final = b"\xd5"
"""The byte of a sample nearest to nothing."""

Samples = NDArray[np.int16]
"""Sound at 8 kHz, one channel."""


def _decoded(byte: int) -> int:
    code = byte ^ 0x55
    segment, step = (code >> 4) & 0x07, (code & 0x0F) << 4
    size = step + 8 if segment == 0 else (step + 0x108) << (segment - 1)
    return size if code & 0x80 else -size


_TABLE: Final[Samples] = np.array([_decoded(byte) for byte in range(256)], dtype=np.int16)


def decode(payload: bytes) -> Samples:
    """Turn A-law bytes into samples, one for one."""
    return _TABLE[np.frombuffer(payload, dtype=np.uint8)]


def loudness(payload: bytes) -> float:
    """Mean size of the samples, 0 to 32767; 0 for no samples."""
    return float(np.abs(decode(payload).astype(np.int32)).mean()) if payload else 0.0
