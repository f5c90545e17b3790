"""A small layered layout: boxes in columns, lines to the next column, few crossings. Pure.

The order within a column follows the mean of the neighbours, to and fro (Sugiyama's barycentres);
heights are then as near to the neighbours as the boxes between them allow: least squares that keep
the order, found by pooling adjacent violators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

SWEEPS: Final = 12
GAP: Final = 34.0
"""Between two boxes of a column."""


@dataclass(frozen=True, slots=True)
class Box:
    """Something to be placed."""

    name: str
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line from a box, so far below its top, to the top of a box of the next column."""

    source: str
    below: float
    target: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is, heights downwards from 0."""

    top: Mapping[str, float]
    height: float


@dataclass(slots=True)
class _Slot:
    name: str
    height: float
    place: float = 0.0
    before: list[tuple[_Slot, float]] = field(default_factory=list)
    """Neighbours to the left, and how far below their top the line leaves."""
    after: list[tuple[_Slot, float]] = field(default_factory=list)
    """Neighbours to the right, and how far below our own top the line leaves."""


def arrange(columns: Sequence[Sequence[Box]], lines: Sequence[Line]) -> Layout:
    """Place boxes that are already in columns."""
    ordered = [[_Slot(box.name, box.height) for box in column] for column in columns]
    slots = {slot.name: slot for column in ordered for slot in column}
    for line in lines:
        source, target = slots[line.source], slots[line.target]
        source.after.append((target, line.below))
        target.before.append((source, line.below))
    _order(ordered)
    _settle(ordered)
    highest = min((slot.place for slot in slots.values()), default=0.0)
    return Layout(
        top={name: slot.place - highest for name, slot in slots.items()},
        height=max((slot.place + slot.height - highest for slot in slots.values()), default=0.0),
    )


def _order(columns: Sequence[list[_Slot]]) -> None:
    """Sort each column by the mean rank of its neighbours, to and fro."""
    rank = {slot.name: float(at) for column in columns for at, slot in enumerate(column)}

    def mean(near: Sequence[tuple[_Slot, float]], otherwise: float) -> float:
        if not near:
            return otherwise
        # How far below the top a line leaves tells apart the lines of one box.
        return sum(rank[other.name] + below / 1e5 for other, below in near) / len(near)

    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        for column in columns if forth else reversed(columns):
            means = [
                (mean(slot.before if forth else slot.after, rank[slot.name]), at, slot)
                for at, slot in enumerate(column)
            ]
            column[:] = [slot for _, _, slot in sorted(means, key=itemgetter(0, 1))]
            rank.update((slot.name, float(at)) for at, slot in enumerate(column))


def _settle(columns: Sequence[list[_Slot]]) -> None:
    for column in columns:
        _place(column, [0.0] * len(column))
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wishes = []
            for slot in column:
                near = [other.place + below for other, below in slot.before]
                near += [other.place - below for other, below in slot.after]
                wishes.append(sum(near) / len(near) if near else slot.place)
            _place(column, wishes)


def _place(column: Sequence[_Slot], wishes: Sequence[float]) -> None:
    """Put slots as near to their wishes as their order and heights allow."""
    offsets, offset = [], 0.0
    for slot in column:
        offsets.append(offset)
        offset += slot.height + GAP
    groups: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets, strict=True):
        groups.append((wish - offset, 1))
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (first, some), (second, more) = groups[-2:]
            groups[-2:] = [((first * some + second * more) / (some + more), some + more)]
    means = [mean for mean, count in groups for _ in range(count)]
    for slot, mean, offset in zip(column, means, offsets, strict=True):
        slot.place = mean + offset
