"""The coarse search: where could a recording begin? Quick, and never the last word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.ear.recordings import (
    ANCHOR_S,
    BLOCK,
    COARSE_RATE,
    STEP,
    Anchor,
    Recordings,
    Sound,
    coarse_sound,
)

LIKELY: Final = 0.45
"""A normalised correlation at least this large is looked at closely."""
QUIETEST: Final = 3e-4
"""Sound quieter than this (-70 dB) is silence."""

_NEAR: Final = COARSE_RATE // 20
_PEAKS: Final = 4
_RIVAL: Final = 0.8
_OVERLAP: Final = round(ANCHOR_S * COARSE_RATE)
_HOP: Final = BLOCK - _OVERLAP


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place to look at closely."""

    recording: int
    """Which recording."""
    start: int
    """Where its speech would begin, in samples of the call, to the nearest few; may be negative."""
    offset: int
    """How far into its speech the stretch begins that was found."""


def candidates(call: Sound, recordings: Recordings) -> Iterator[Candidate]:
    """Find by correlation in the frequency domain where each anchor might be in ``call``.

    Normalised by the energy of the call under the anchor, so that the level does not matter.
    """
    coarse = coarse_sound(call)
    if not coarse.size:
        return
    blocks = -(-coarse.size // _HOP)
    padded = np.zeros(blocks * _HOP + _OVERLAP, np.float32)
    padded[: coarse.size] = coarse
    windows = np.lib.stride_tricks.sliding_window_view(padded, BLOCK)[::_HOP]
    spectra = np.fft.rfft(windows, axis=1)
    energy = np.concatenate(([0.0], np.cumsum(np.square(padded, dtype=np.float64))))
    for anchor, spectrum in zip(recordings.anchors, recordings.spectra, strict=True):
        correlation = np.fft.irfft(spectra * spectrum, axis=1)[:, :_HOP].reshape(-1)[: coarse.size]
        for place in _peaks(correlation / _loudness(energy, anchor, coarse.size)):
            yield Candidate(anchor.recording, place * STEP - anchor.offset, anchor.offset)


def _loudness(energy: NDArray[np.float64], anchor: Anchor, size: int) -> NDArray[np.float64]:
    under = energy[anchor.size : anchor.size + size] - energy[:size]
    return np.asarray(np.sqrt(np.maximum(under, anchor.size * QUIETEST**2)))


def _peaks(likeness: NDArray[np.float64]) -> Iterator[int]:
    """Find the highest peaks of each group of likely places.

    Voices repeat at their pitch: a place between two coarse samples can look worse than one a
    period away, so the next best peaks are looked at closely too.
    """
    likely = np.flatnonzero(likeness > LIKELY)
    if not likely.size:
        return
    around = np.pad(likeness, 1)
    is_peak = (around[likely + 1] >= around[likely]) & (around[likely + 1] >= around[likely + 2])
    peaks = likely[is_peak]
    for group in np.split(peaks, np.flatnonzero(np.diff(peaks // _NEAR)) + 1):
        best = group[np.argsort(-likeness[group])][:_PEAKS]
        yield from best[likeness[best] >= _RIVAL * likeness[best[0]]].tolist()
