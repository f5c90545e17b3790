"""What the room as it is comes to within half an hour when somebody takes a break. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from queue_manager.live.picture import OperatorState
from queue_manager.room.wire import OperatorSaid, Whole
from queue_manager.staffing.demand import Demand
from queue_manager.staffing.outlook import Outlook, State, after_break
from queue_manager.staffing.plan import Seat, shared

SERVING: Final = frozenset(OperatorState) - {OperatorState.OFFLINE, OperatorState.PAUSED}


@dataclass(frozen=True, slots=True)
class Goal:
    """What every queue has to reach: so many of the callers answered ``within_s``."""

    target: float
    within_s: float


@dataclass(frozen=True, slots=True)
class AtWork:
    """Who serves callers now, and how many wait in each queue."""

    seats: tuple[Seat, ...]
    waiting: Mapping[str, int]


def at_work(operators: Iterable[OperatorSaid], waiting: Mapping[str, int]) -> AtWork:
    """Tell who of the picture's operators serves callers."""
    serving = (one for one in operators if one.state in SERVING)
    seats = (Seat(one.extension, "", frozenset(one.queues)) for one in serving if one.queues)
    return AtWork(tuple(seats), waiting)


def at_work_in(whole: Whole) -> AtWork:
    """Tell who serves callers in the room's picture."""
    waiting = {queue.name: len(queue.waiting) for queue in whole.queues}
    return at_work(whole.operators, waiting)


def if_so_many_left(
    now: AtWork, demand: Mapping[str, Demand], goal: Goal, count: int
) -> dict[str, Outlook]:
    """Return the outlook of each queue of ``demand`` if so many who serve it take a break.

    Of each who leaves, the queue loses the part that it has of an operator of its on average.
    """
    serve = shared(now.seats, demand)
    found = {}
    for queue in demand:
        people = sum(queue in seat.queues for seat in now.seats)
        part = serve[queue] / people if people else 0.0
        state = _state(now, queue, serve[queue], demand, goal)
        found[queue] = after_break(state, count * part)
    return found


def if_one_left(
    now: AtWork, demand: Mapping[str, Demand], goal: Goal, extension: str
) -> dict[str, Outlook]:
    """Return the outlook of each queue that this operator serves now, without them.

    Nothing for who serves nobody just now: their break costs nothing.
    """
    leaving = next((seat for seat in now.seats if seat.extension == extension), None)
    if leaving is None:
        return {}
    before = shared(now.seats, demand)
    after = shared((seat for seat in now.seats if seat is not leaving), demand)
    return {
        queue: after_break(
            _state(now, queue, before[queue], demand, goal), before[queue] - after[queue]
        )
        for queue in demand
        if queue in leaving.queues
    }


def worst(outlooks: Mapping[str, Outlook]) -> str:
    """Return the queue that falls below its target the furthest; "" when none does."""
    short = {queue: one for queue, one in outlooks.items() if not one.enough}
    return min(short, key=lambda queue: (short[queue].then.service_level, queue), default="")


def in_words(outlooks: Mapping[str, Outlook]) -> str:
    """Write the service levels, as a record keeps them: ``food 92% -> 71% (80%)``."""
    return ", ".join(
        f"{queue} {one.now.service_level:.0%} -> {one.then.service_level:.0%} ({one.target:.0%})"
        for queue, one in outlooks.items()
    )


def _state(
    now: AtWork, queue: str, operators: float, demand: Mapping[str, Demand], goal: Goal
) -> State:
    return State(
        operators=operators,
        waiting=now.waiting.get(queue, 0),
        demand=demand[queue],
        within_s=goal.within_s,
        target=goal.target,
    )
