"""How recordings lie on the disk: the codecs of the telephone network, and plain samples.

A-law and mu-law (ITU-T G.711) and G.722 are what callers speak: with all three there Asterisk never
transcodes in a call. From plain samples at 16 kHz it makes whatever else a telephone asks for,
without the noise of a codec in between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import soxr
from G722 import G722
from numpy.typing import NDArray

from ivr.voice.processing import MASTER_RATE, Pcm

TELEPHONE_RATE: Final = 8_000
"""Samples a second of G.711."""

_BYTES: Final = np.arange(256)


def _alaw_table() -> NDArray[np.int16]:
    """Say what each A-law byte means (G.711 table 1): sign, segment in three bits, step in four."""
    code = _BYTES ^ 0x55
    segment, step = (code >> 4) & 7, code & 15
    size = np.where(segment == 0, 2 * step + 1, (2 * step + 33) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, size * 8, -size * 8).astype(np.int16)


def _ulaw_table() -> NDArray[np.int16]:
    """Say what each mu-law byte means (G.711 table 2)."""
    code = ~_BYTES & 0xFF
    segment, step = (code >> 4) & 7, code & 15
    size = ((2 * step + 33) << segment) - 33
    return np.where(code & 0x80, -size * 4, size * 4).astype(np.int16)


def _nearest(table: NDArray[np.int16]) -> NDArray[np.uint8]:
    """For each 16-bit number, counted from -32768, the byte whose meaning is nearest."""
    # Reversed, so that of the two zeros of mu-law the positive one (0xFF) is found first.
    meanings, first = np.unique(table[::-1].astype(np.int32), return_index=True)
    codes = (255 - first).astype(np.uint8)
    halfway = (meanings[1:] + meanings[:-1]) / 2
    return codes[np.searchsorted(halfway, np.arange(-32768, 32768))]


_ALAW: Final = _alaw_table()
_ULAW: Final = _ulaw_table()
_TO_ALAW: Final = _nearest(_ALAW)
_TO_ULAW: Final = _nearest(_ULAW)


def to_telephone(pcm: Pcm) -> Pcm:
    """Bring a master down to 8 kHz; what the telephone cannot carry is filtered out."""
    # As floats: soxr adds dither to whole numbers, and silence would not stay silent.
    low = soxr.resample(pcm.astype(np.float64), MASTER_RATE, TELEPHONE_RATE, quality="VHQ")
    return np.asarray(np.clip(np.rint(low), -32768, 32767), np.int16)


def encode_alaw(pcm: Pcm) -> bytes:
    """Encode 16-bit samples as A-law, one byte a sample."""
    return _TO_ALAW[pcm.astype(np.int32) + 32768].tobytes()


def decode_alaw(data: bytes) -> Pcm:
    """Decode A-law to 16-bit samples."""
    return _ALAW[np.frombuffer(data, np.uint8)]


def encode_ulaw(pcm: Pcm) -> bytes:
    """Encode 16-bit samples as mu-law, one byte a sample."""
    return _TO_ULAW[pcm.astype(np.int32) + 32768].tobytes()


def decode_ulaw(data: bytes) -> Pcm:
    """Decode mu-law to 16-bit samples."""
    return _ULAW[np.frombuffer(data, np.uint8)]


def encode_g722(wide: Pcm) -> bytes:
    """Encode a 16 kHz master as G.722 at 64 kbit/s, one byte for two samples."""
    even = wide[: wide.size // 2 * 2]
    return bytes(G722(MASTER_RATE, 64_000).encode(even))


LINEAR: Final = "sln16"
"""16 bit at 16 kHz, little-endian."""
TELEPHONE: Final = ("alaw", "ulaw", "g722")
"""What a caller of ours may speak."""

ENCODERS: Final[Mapping[str, Callable[[Pcm], bytes]]] = {
    "alaw": lambda wide: encode_alaw(to_telephone(wide)),
    "ulaw": lambda wide: encode_ulaw(to_telephone(wide)),
    "g722": encode_g722,
    LINEAR: lambda wide: wide.astype("<i2").tobytes(),
}
"""File ending, as Asterisk knows it, and how a master becomes such a file."""
BYTES_A_SECOND: Final = 8_000
"""The codecs of the telephone network carry 64 kbit/s, all three."""


def bytes_a_second(ending: str) -> int:
    """Tell how large a second is in a file of that ending."""
    return 2 * MASTER_RATE if ending == LINEAR else BYTES_A_SECOND
