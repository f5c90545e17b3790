"""The close look: how well a recording fits at a place, and how much of it was played.

Each piece of the recording says how alike it is. Pieces that noise drowns count for less. A key
that cut the recording short makes all pieces from there on differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.ear.coarse import Candidate
from ivr.ear.pieces import EVEN, compare
from ivr.ear.recordings import PIECE, STEP, Recording, Sound
from ivr.voice.codecs import TELEPHONE_RATE

PADDING: Final = TELEPHONE_RATE * 2
"""Silence that the call must carry at either end, so that every look stays inside."""
LOUD_MARGIN: Final = 0.4
"""Sound this loud beside a short recording, relative to it: it is part of a longer one."""
LEAST_AUDIBLE: Final = 0.3
"""Pieces that noise covers more than this are not excused further for being unlike."""

_NOISE_FRAME: Final = 160
_ALIGN: Final = 4 * STEP
_ALIGN_OVER: Final = 4_000
_BEFORE: Final = TELEPHONE_RATE // 50
_AFTER: Final = TELEPHONE_RATE * 6 // 100


@dataclass(frozen=True, slots=True)
class Fit:
    """A recording at a place in the call."""

    start: int
    """First sample of its speech."""
    end: int
    """First sample after what was played of it."""
    score: float
    """Mean likeness of the pieces that were played, 1 for the same sound."""
    evidence: float
    """Seconds that speak for it: likeness above ``EVEN``, summed up."""
    complete: bool
    """It was played to its end."""
    alone: bool
    """It is quiet just before it, and just after it if it was played to its end."""


def fit(
    call: Sound, sharp: Sound, noise: float, recording: Recording, candidate: Candidate
) -> Fit | None:
    """Compare; ``None`` when nothing of the recording is there.

    ``sharp`` is ``sharpened(call)``, ``noise`` its ``noise_in``. ``call`` and ``sharp`` carry
    ``PADDING`` samples of silence at either end.
    """
    start = _aligned(call, recording, candidate)
    if start is None:
        return None
    likeness, shifts = compare(sharp, recording, start)
    heard = _audible(recording, _gain(call, recording, start, candidate.offset), noise)
    likeness = np.minimum(likeness / np.sqrt(np.maximum(heard, LEAST_AUDIBLE)), 1)
    weights = recording.weights * heard
    gains = np.cumsum(weights * (likeness - EVEN))
    last = int(np.argmax(gains))
    if gains[last] <= 0:
        return None
    score = float((weights * likeness)[: last + 1].sum() / weights[: last + 1].sum())
    left = float(weights[last + 1 :].sum())
    complete = left <= min(1.5, 0.2 * float(weights.sum()))
    length = recording.speech.size if complete else (last + 1) * PIECE
    end = start + length + int(shifts[last])
    start += int(shifts[0])
    return Fit(
        start=start - PADDING,
        end=end - PADDING,
        score=score,
        evidence=float(gains[last]) / (1 - EVEN) * PIECE / TELEPHONE_RATE,
        complete=complete,
        alone=_alone(call, start, end, complete=complete),
    )


def noise_in(sharp: Sound) -> float:
    """Return how loud the quiet moments of a call are: the length of a piece of noise alone."""
    frames = sharp[: sharp.size // _NOISE_FRAME * _NOISE_FRAME].reshape(-1, _NOISE_FRAME)
    if not frames.size:
        return 0.0
    quiet = float(np.percentile(np.square(frames).mean(axis=1), 5))
    return float(np.sqrt(quiet * PIECE))


def _aligned(call: Sound, recording: Recording, candidate: Candidate) -> int | None:
    """Find the start to the sample; ``None`` when the recording cannot stand there at all."""
    start = candidate.start + PADDING
    stretch = _stretch(recording, candidate.offset)
    first = start + candidate.offset - _ALIGN
    window = call[max(first, 0) : first + 2 * _ALIGN + stretch.size]
    if start - _ALIGN < _BEFORE or window.size < stretch.size + 2 * _ALIGN:
        return None
    return start - _ALIGN + int(np.argmax(np.correlate(window, stretch, mode="valid")))


def _stretch(recording: Recording, offset: int) -> Sound:
    return recording.speech[offset : offset + _ALIGN_OVER]


def _gain(call: Sound, recording: Recording, start: int, offset: int) -> float:
    """Return how much louder the recording is in the call than on disk."""
    stretch = _stretch(recording, offset)
    sound = call[start + offset : start + offset + stretch.size]
    return float(sound @ stretch) / float(stretch @ stretch)


def _audible(recording: Recording, gain: float, noise: float) -> NDArray[np.float32]:
    """Return for each piece which share of its energy should be the recording, not noise.

    The square root of it is how alike a piece can be at best.
    """
    energy = np.square(gain * recording.norms)
    return np.asarray(energy / np.maximum(energy + noise**2, 1e-12), np.float32)


def _alone(call: Sound, start: int, end: int, *, complete: bool) -> bool:
    inside = _root_mean_square(call[start:end])
    beside = [_root_mean_square(call[start - _BEFORE : start])]
    if complete:
        beside.append(_root_mean_square(call[end : end + _AFTER]))
    return max(beside) < LOUD_MARGIN * inside


def _root_mean_square(sound: Sound) -> float:
    return float(np.sqrt(np.square(sound).mean())) if sound.size else 0.0
