"""The close look: how well a recording fits at a place, and how much of it was played.

The recording is compared piece by piece. Lost packets spoil a few pieces; when packets were left
out instead of silenced, the rest is found again a little earlier. A key that cut the recording
short makes all pieces from there on differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.ear.coarse import Candidate
from ivr.ear.recordings import PIECE, STEP, Recording, Sound
from ivr.voice.codecs import TELEPHONE_RATE

EVEN: Final = 0.5
"""A piece this alike speaks neither for nor against."""
REACH: Final = 3 * 160
"""How far the sound may jump where packets were left out: three of 20 ms."""
LOUD_MARGIN: Final = 0.4
"""Sound beside a short recording this loud, relative to it, shows that it is part of a longer one."""

_ALIGN: Final = 4 * STEP
_ALIGN_OVER: Final = 4_000
_MOST_JUMPS: Final = 3
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


def fit(call: Sound, sharp: Sound, recording: Recording, candidate: Candidate) -> Fit | None:
    """Compare; ``None`` when nothing of the recording is there.

    ``sharp`` is ``sharpened(call)``. Both carry ``PADDING`` samples of silence at either end.
    """
    start = _aligned(call, recording, candidate.start + PADDING)
    if start is None:
        return None
    likeness, jumped = _likeness(sharp, recording, start)
    gains = np.cumsum(recording.weights * (likeness - EVEN))
    last = int(np.argmax(gains))
    if gains[last] <= 0:
        return None
    counted = recording.weights[: last + 1]
    score = float((counted * likeness[: last + 1]).sum() / counted.sum())
    left = float(recording.weights[last + 1 :].sum())
    complete = left <= min(1.5, 0.2 * float(recording.weights.sum()))
    length = recording.speech.size if complete else (last + 1) * PIECE
    end = start + length + jumped
    return Fit(
        start=start - PADDING,
        end=end - PADDING,
        score=score,
        evidence=float(gains[last]) / (1 - EVEN) * PIECE / TELEPHONE_RATE,
        complete=complete,
        alone=_alone(call, start, end, complete=complete),
    )


PADDING: Final = TELEPHONE_RATE * 2
"""Silence that the call must carry at either end, so that every look stays inside."""


def _aligned(call: Sound, recording: Recording, start: int) -> int | None:
    """Find the start to the sample; ``None`` when the recording cannot stand there at all."""
    stretch = recording.speech[:_ALIGN_OVER]
    first = start - _ALIGN
    if first < _BEFORE or start + _ALIGN + stretch.size > call.size:
        return None
    window = call[first : start + _ALIGN + stretch.size]
    return first + int(np.argmax(np.correlate(window, stretch, mode="valid")))


def _likeness(sharp: Sound, recording: Recording, start: int) -> tuple[NDArray[np.float32], int]:
    """Compare all pieces, following jumps; return the likeness of each and how far it jumped."""
    pieces = recording.pieces
    likeness = _compared(sharp, pieces, start)
    jumped = 0
    for _ in range(_MOST_JUMPS):
        lost = _lost_at(likeness, recording.weights)
        if lost is None:
            break
        jump = _jump(sharp, pieces[lost : lost + 3], start + jumped + lost * PIECE)
        after = _compared(sharp, pieces[lost:], start + jumped + jump + lost * PIECE)
        if not jump or after[:3].mean() < likeness[lost : lost + 3].mean() + 0.3:
            break
        jumped += jump
        likeness = np.concatenate((likeness[:lost], after))
    return likeness, jumped


def _compared(sharp: Sound, pieces: Sound, start: int) -> NDArray[np.float32]:
    sound = sharp[max(start, 0) : max(start, 0) + pieces.size]
    row = np.zeros(pieces.size, np.float32)
    row[: sound.size] = sound
    rows = row.reshape(pieces.shape)
    norms = np.maximum(np.linalg.norm(rows, axis=1), 1e-4)
    return np.asarray((rows * pieces).sum(axis=1) / norms, np.float32)


def _lost_at(likeness: NDArray[np.float32], weights: NDArray[np.float32]) -> int | None:
    """Find the first piece from which two in a row do not fit, after one that did."""
    bad = (likeness < EVEN) & (weights > 0)
    for place in np.flatnonzero(bad[1:-1] & bad[2:]) + 1:
        if likeness[:place].max() > 0.8:
            return int(place)
    return None


def _jump(sharp: Sound, pieces: Sound, start: int) -> int:
    window = sharp[start - REACH : start + REACH + pieces.size]
    if start < REACH or window.size < pieces.size + 2 * REACH:
        return 0
    return int(np.argmax(np.correlate(window, pieces.reshape(-1), mode="valid"))) - REACH


def _alone(call: Sound, start: int, end: int, *, complete: bool) -> bool:
    inside = _root_mean_square(call[start:end])
    beside = [_root_mean_square(call[start - _BEFORE : start])]
    if complete:
        beside.append(_root_mean_square(call[end : end + _AFTER]))
    return max(beside) < LOUD_MARGIN * inside


def _root_mean_square(sound: Sound) -> float:
    return float(np.sqrt(np.square(sound).mean())) if sound.size else 0.0
