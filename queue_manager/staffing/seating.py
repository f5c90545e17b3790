"""How many operators sit in each queue in a day that is replayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from queue_manager.staffing.demand import HALF_HOURS, Demand
from queue_manager.staffing.erlang import Load, operators_needed
from queue_manager.staffing.people import Manners

Staff = dict[str, tuple[int, ...]]
"""Queue -> operators in each half-hour."""


def as_needed(
    demand: Mapping[str, Sequence[Demand]], target: float, within_s: float, manners: Manners
) -> Staff:
    """Seat as many as Erlang A asks for, at least one in each queue at any time."""
    within = max(1.0, within_s - manners.ring_s)
    return {
        queue: tuple(
            max(1, operators_needed(_load(half, manners), target, within, half.patience_s))
            for half in halves
        )
        for queue, halves in demand.items()
    }


def so_many(demand: Mapping[str, Sequence[Demand]], operators: int) -> Staff:
    """Seat ``operators`` at any time: one in each queue, the others by the load of the half-hour.

    Raises ``ValueError`` when there are fewer operators than queues.
    """
    if operators < len(demand):
        raise ValueError(f"{len(demand)} queues need at least one operator each")
    found: dict[str, list[int]] = {queue: [] for queue in demand}
    for half in range(HALF_HOURS):
        loads = {queue: halves[half].load.erlangs for queue, halves in demand.items()}
        seated = dict.fromkeys(loads, 1)
        for _ in range(operators - len(loads)):
            busiest = max(loads, key=lambda queue: loads[queue] / seated[queue])
            seated[busiest] += 1
        for queue, number in seated.items():
            found[queue].append(number)
    return {queue: tuple(numbers) for queue, numbers in found.items()}


def _load(half: Demand, manners: Manners) -> Load:
    return Load(half.calls * 2, half.handling_s + manners.ring_s)
