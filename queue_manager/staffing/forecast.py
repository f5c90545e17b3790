"""What a day will bring, from what the same days of the weeks before it brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import reduce
from typing import Final

from queue_manager.metrics import calendar, formulas
from queue_manager.metrics.figures import Figures
from queue_manager.metrics.tally import Tally
from queue_manager.staffing.demand import (
    HALF_HOURS,
    USUAL_CALLS,
    USUAL_HANDLING_S,
    USUAL_PATIENCE_S,
    Demand,
    usual,
)

WEEKS: Final = 4
ENOUGH_HANDLED: Final = 30
"""Talks that make a handling time of one's own."""
ENOUGH_ABANDONED: Final = 10
"""Callers who hung up that make a patience of one's own."""

Days = Sequence[Mapping[int, Tally]]
"""Of each day in which there was a journal: half-hour of the day -> what was counted."""


def forecast(
    figures: Figures, day: date, zone: tzinfo, shares: Mapping[str, float]
) -> dict[str, tuple[Demand, ...]]:
    """Return the demand of each half-hour of a day, for the queues of ``shares``.

    A queue without any history gets its share of a usual day. Raises
    ``database.engine.StoreUnavailable``.
    """
    past: dict[str, list[Mapping[int, Tally]]] = {queue: [] for queue in shares}
    for week in range(1, WEEKS + 1):
        before = day - timedelta(weeks=week)
        begins, ends = calendar.day_begins(before, zone), calendar.day_ends(before, zone)
        counted = figures.half_hours(begins, ends)
        if not counted:
            continue  # nobody listened on that day: it says nothing of how many called
        for queue, days in past.items():
            days.append(_of_queue(counted, queue, begins))
    without = usual(USUAL_CALLS, shares)
    return {queue: demand_of(days) or without[queue] for queue, days in past.items()}


def demand_of(days: Days) -> tuple[Demand, ...]:
    """Return a queue's demand by half-hour from such days; nothing when nobody ever called it.

    Calls are the mean of the days. The handling time is that of the half-hour when there were
    enough talks in it, else that of the whole day; the patience is that of all the days.
    """
    whole = reduce(Tally.__add__, (t for day in days for t in day.values()), Tally())
    if whole.offered == 0:
        return ()
    patience = formulas.patience(whole) if whole.abandoned >= ENOUGH_ABANDONED else None
    return tuple(_half_hour(days, half, whole, patience) for half in range(HALF_HOURS))


def _half_hour(days: Days, half: int, whole: Tally, patience: float | None) -> Demand:
    own = reduce(Tally.__add__, (day[half] for day in days if half in day), Tally())
    best = own if own.handled >= ENOUGH_HANDLED else whole
    handling = formulas.handling_time(best) if best.handled >= ENOUGH_HANDLED else None
    unknown = {"handling": handling, "patience": patience}
    return Demand(
        calls=own.offered / len(days),
        handling_s=handling or USUAL_HANDLING_S,
        patience_s=patience or USUAL_PATIENCE_S,
        assumed=tuple(name for name, value in unknown.items() if not value),
    )


def _of_queue(
    counted: Mapping[datetime, Mapping[str, Tally]], queue: str, begins: datetime
) -> dict[int, Tally]:
    return {
        (start - begins) // calendar.HALF_HOUR: tallies[queue]
        for start, tallies in counted.items()
        if queue in tallies
    }
