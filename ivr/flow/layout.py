"""A small layered layout: boxes in columns, lines from left to right, few crossings. Pure.

The steps are Sugiyama's: columns by the longest way, a placeholder in every column that a long line
passes, the order within a column by the mean of the neighbours, and heights that are as near to the
neighbours as the boxes between them allow (least squares, pool adjacent violators).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

SWEEPS: Final = 12
GAP: Final = 26.0
"""Between two boxes of a column."""
PASSING: Final = 6.0
"""How much height a line takes that only passes through a column."""


@dataclass(frozen=True, slots=True)
class Box:
    """Something to be placed."""

    name: str
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line from a box, so far below its top, to the top of another."""

    source: str
    below: float
    target: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is: columns counted from 0, heights downwards from 0."""

    column: Mapping[str, int]
    top: Mapping[str, float]
    bends: tuple[tuple[tuple[int, float], ...], ...]
    """For each line, in order: the column and height of every place it passes."""
    height: float


@dataclass(slots=True)
class _Slot:
    """A box, or a place a line passes; ``near`` are neighbours with where on them it is tied."""

    height: float
    place: float = 0.0
    before: list[tuple[_Slot, float]] = field(default_factory=list)
    after: list[tuple[_Slot, float]] = field(default_factory=list)


def arrange(boxes: Sequence[Box], lines: Sequence[Line]) -> Layout:
    """Place boxes. The lines must form no circle; boxes without lines stand in the first column."""
    column = _columns([box.name for box in boxes], lines)
    slots = {box.name: _Slot(box.height) for box in boxes}
    columns: dict[int, list[_Slot]] = defaultdict(list)
    for box in boxes:
        columns[column[box.name]].append(slots[box.name])
    passed: list[list[tuple[int, _Slot]]] = []
    for line in lines:
        here, tied, way = slots[line.source], line.below, []
        for at in range(column[line.source] + 1, column[line.target]):
            between = _Slot(PASSING)
            columns[at].append(between)
            _tie(here, tied, between)
            here, tied = between, PASSING / 2
            way.append((at, between))
        _tie(here, tied, slots[line.target])
        passed.append(way)
    ordered = [columns[at] for at in sorted(columns)]
    _order(ordered)
    _settle(ordered)
    lowest = min((slot.place for slots_ in ordered for slot in slots_), default=0.0)
    return Layout(
        column=column,
        top={name: slot.place - lowest for name, slot in slots.items()},
        bends=tuple(
            tuple((at, slot.place - lowest + PASSING / 2) for at, slot in way) for way in passed
        ),
        height=max(
            (slot.place + slot.height - lowest for slots_ in ordered for slot in slots_),
            default=0.0,
        ),
    )


def _columns(names: Sequence[str], lines: Sequence[Line]) -> dict[str, int]:
    column = dict.fromkeys(names, 0)
    for _ in names:
        moved = False
        for line in lines:
            if column[line.target] <= column[line.source]:
                column[line.target] = column[line.source] + 1
                moved = True
        if not moved:
            return column
    raise ValueError("the lines form a circle")


def _tie(source: _Slot, below: float, target: _Slot) -> None:
    source.after.append((target, below))
    target.before.append((source, below))


def _order(columns: Sequence[list[_Slot]]) -> None:
    """Sort each column by the mean rank of its neighbours, to and fro."""
    rank = {id(slot): float(at) for column in columns for at, slot in enumerate(column)}
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        for column in columns if forth else reversed(columns):

            def mean(slot: _Slot, forth: bool = forth) -> float:
                near = slot.before if forth else slot.after
                if not near:
                    return rank[id(slot)]
                # Where on the box a line leaves tells apart lines of one box.
                return sum(rank[id(other)] + below / 1e5 for other, below in near) / len(near)

            column.sort(key=mean)
            rank.update((id(slot), float(at)) for at, slot in enumerate(column))


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
