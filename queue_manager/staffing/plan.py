"""Needed against rostered, by half-hour and queue, and where to move whom.

An operator of several queues sits in all of them at once. The approximation: each counts in a queue
by the part that queue has of the load of theirs (an operator of two queues with 6 and 2 erlangs is
three quarters of an operator in the first and one quarter in the second). Together they do better
than that, as a free one takes whatever comes: the plan errs towards too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from queue_manager.staffing.demand import HALF_HOURS, Demand
from queue_manager.staffing.erlang import operators_needed
from queue_manager.staffing.levels import Levels, levels

ENOUGH: Final = 0.5
"""Less than half an operator too few is none."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who sits in a half-hour, and the queues they serve."""

    extension: str
    name: str
    queues: frozenset[str]


@dataclass(frozen=True, slots=True)
class Need:
    """One queue in one half-hour of a day."""

    half_hour: int
    queue: str
    demand: Demand
    needed: int
    rostered: float
    """Operators by the parts of them that this queue has."""
    level: Levels
    """What those rostered come to."""

    @property
    def short(self) -> float:
        """How many are missing; less than nothing when there are more than needed."""
        return self.needed - self.rostered


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody who should serve one queue only for a while, ``until`` not included."""

    extension: str
    name: str
    queue: str
    half_hour: int
    until: int


def plan(
    demand: Mapping[str, Sequence[Demand]],
    seats: Sequence[Sequence[Seat]],
    *,
    target: float,
    within_s: float,
) -> tuple[Need, ...]:
    """Return the need of each half-hour and queue; ``seats`` are who sits in each half-hour."""
    return tuple(
        Need(half, queue, own, needed, here, levels(own, here, within_s))
        for half in range(HALF_HOURS)
        for now in [{queue: halves[half] for queue, halves in demand.items()}]
        for rostered in [shared(seats[half], now)]
        for queue, own in now.items()
        for needed in [operators_needed(own.load, target, within_s, own.patience_s)]
        for here in [round(rostered[queue], 2)]
    )


def shared(seats: Iterable[Seat], demand: Mapping[str, Demand]) -> dict[str, float]:
    """Return how many operators each queue has, by the approximation above."""
    found = dict.fromkeys(demand, 0.0)
    for seat in seats:
        for queue, part in parts_of(seat, demand).items():
            found[queue] += part
    return found


def parts_of(seat: Seat, demand: Mapping[str, Demand]) -> dict[str, float]:
    """Return the part of an operator that each queue has."""
    loads = {queue: demand[queue].load.erlangs for queue in seat.queues if queue in demand}
    whole = sum(loads.values())
    if whole == 0:
        return {queue: 1 / len(loads) for queue in loads}
    return {queue: load / whole for queue, load in loads.items()}


def moves(needs: Sequence[Need], seats: Sequence[Sequence[Seat]]) -> tuple[Move, ...]:
    """Say who should serve one queue only, where that helps it and leaves no other short."""
    chosen: list[Move] = []
    for half in range(HALF_HOURS):
        here = {need.queue: need for need in needs if need.half_hour == half}
        demand = {queue: need.demand for queue, need in here.items()}
        short = {queue: need.short for queue, need in here.items()}
        free = {seat.extension: seat for seat in seats[half]}
        for queue in sorted(short, key=lambda one: -short[one]):
            while short[queue] > ENOUGH:
                seat = _best(free.values(), queue, demand, short)
                if seat is None:
                    break
                del free[seat.extension]
                for other, part in parts_of(seat, demand).items():
                    short[other] += part
                short[queue] -= 1
                chosen.append(Move(seat.extension, seat.name, queue, half, half + 1))
    return _joined(chosen)


def _best(
    seats: Iterable[Seat],
    queue: str,
    demand: Mapping[str, Demand],
    short: Mapping[str, float],
) -> Seat | None:
    """Return who adds most to a queue and takes nothing that another needs."""
    found: list[tuple[float, str, Seat]] = []
    for seat in seats:
        parts = parts_of(seat, demand)
        others = [other for other in parts if other != queue]
        spare = all(short[other] + parts[other] <= ENOUGH for other in others)
        if queue in parts and others and spare:
            found.append((parts[queue], seat.extension, seat))
    return min(found, default=(0, "", None))[2]


def _joined(chosen: Iterable[Move]) -> tuple[Move, ...]:
    """Make one of moves that follow each other."""
    made: list[Move] = []
    for move in sorted(chosen, key=lambda one: (one.extension, one.queue, one.half_hour)):
        last = made[-1] if made else None
        if (
            last is not None
            and (last.extension, last.queue) == (move.extension, move.queue)
            and last.until == move.half_hour
        ):
            made[-1] = Move(last.extension, last.name, last.queue, last.half_hour, move.until)
        else:
            made.append(move)
    return tuple(sorted(made, key=lambda one: (one.half_hour, one.queue, one.extension)))
