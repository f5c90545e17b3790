"""A recording in a call, piece by piece.

Lost packets spoil a few pieces. Where packets were left out instead of silenced, all that follows
comes earlier: such jumps are found and followed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.ear.recordings import PIECE, Recording, Sound

EVEN: Final = 0.5
"""A piece this alike speaks neither for nor against."""
FITS: Final = 0.8
"""A piece this alike is the recording."""
GAIN: Final = 0.3
"""A jump must make the pieces this much more alike."""
REACH: Final = 3 * 160
"""How far the sound may jump where packets were left out: three of 20 ms."""
MOST_JUMPS: Final = 3

_PROBE: Final = 3
"""Pieces that are looked at to find a jump."""


def compare(
    sharp: Sound, recording: Recording, start: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Compare all pieces of a recording that would start at ``start``, following jumps.

    Returns each piece's likeness, 1 for the same sound, and how far it is moved.
    """
    pieces = recording.pieces
    shifts = np.zeros(len(pieces), np.int64)
    likeness = _compared(sharp, pieces, start)
    for _ in range(MOST_JUMPS):
        if likeness.max() < FITS:
            break
        moved = False
        for first, end in _unlike_runs(likeness, recording.weights):
            # What lies before the loss is probed from its end, what lies after from its start.
            if first == 0:
                probe, known = slice(max(0, end - _PROBE), end), int(shifts[end])
            else:
                probe, known = slice(first, min(end, first + _PROBE)), int(shifts[first - 1])
            jump = known + _jump(sharp, pieces[probe], start + known + probe.start * PIECE)
            again = _compared(sharp, pieces[first:end], start + jump + first * PIECE)
            gained = (again - likeness[first:end])[probe.start - first : probe.stop - first]
            if again.max() >= FITS and gained.mean() >= GAIN:
                likeness[first:end], shifts[first:end] = again, jump
                moved = True
        if not moved:
            break
    return likeness, shifts


def _unlike_runs(
    likeness: NDArray[np.float32], weights: NDArray[np.float32]
) -> list[tuple[int, int]]:
    """Find the runs of pieces that do not fit, as (first, end); silent pieces belong to none."""
    unlike = np.concatenate(([False], (likeness < EVEN) & (weights > 0), [False]))
    edges = np.flatnonzero(np.diff(unlike.astype(np.int8)))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def _compared(sharp: Sound, pieces: Sound, start: int) -> NDArray[np.float32]:
    sound = sharp[max(start, 0) : max(start, 0) + pieces.size]
    row = np.zeros(pieces.size, np.float32)
    row[: sound.size] = sound
    rows = row.reshape(pieces.shape)
    norms = np.maximum(np.linalg.norm(rows, axis=1), 1e-4)
    return np.asarray((rows * pieces).sum(axis=1) / norms, np.float32)


def _jump(sharp: Sound, pieces: Sound, start: int) -> int:
    window = sharp[start - REACH : start + REACH + pieces.size]
    if start < REACH or window.size < pieces.size + 2 * REACH:
        return 0
    return int(np.argmax(np.correlate(window, pieces.reshape(-1), mode="valid"))) - REACH
