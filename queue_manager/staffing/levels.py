"""The service level that those who sit come to, by both formulas side by side. Pure.

Erlang A lets callers hang up as they did and is what is planned by; Erlang C lets nobody hang up,
so that each who waits makes the next one wait longer: it is the pessimistic one of the two.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from queue_manager.staffing.demand import Demand
from queue_manager.staffing.erlang import NOBODY, erlang_c
from queue_manager.staffing.impatient import Impatient


@dataclass(frozen=True, slots=True)
class Levels:
    """Shares of all callers answered within the threshold."""

    erlang_a: float
    erlang_c: float
    """0 where more comes in than is done: nobody leaves, and the queue only grows."""


def levels(demand: Demand, operators: float, within_s: float) -> Levels:
    """Return what so many operators, parts of one too, come to in a half-hour.

    Between two whole numbers as far from each as the part says.
    """
    load = demand.load
    if load.per_hour < NOBODY:
        return Levels(1.0, 1.0)

    def by_a(n: int) -> float:
        if n == 0:
            return 0.0
        room = Impatient.of(n, load.per_hour / 3600, load.handling_s, demand.patience_s)
        return room.answered_within(within_s)

    def by_c(n: int) -> float:
        return erlang_c(n, load, within_s).service_level

    return Levels(_between(by_a, operators), _between(by_c, operators))


def of_all(parts: Iterable[tuple[float, Levels]]) -> Levels | None:
    """Return the level of several half-hours, each with its calls; ``None`` where nobody calls."""
    known = [(calls, level) for calls, level in parts if calls > NOBODY]
    calls = sum(calls for calls, _ in known)
    if not calls:
        return None
    return Levels(
        sum(part * level.erlang_a for part, level in known) / calls,
        sum(part * level.erlang_c for part, level in known) / calls,
    )


def _between(level: Callable[[int], float], operators: float) -> float:
    low = math.floor(operators)
    few, part = level(low), operators - low
    return few + (level(low + 1) - few) * part if part else few
