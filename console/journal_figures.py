"""Today's figures for the wallboard, from the journal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from console.ports import Count, Day, Gap, Hour, QueueFigures
from database.engine import reading
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.read import gaps
from queue_manager.metrics import formulas
from queue_manager.metrics.calendar import day_begins, day_of
from queue_manager.metrics.figures import Figures
from queue_manager.metrics.sums import Sums
from queue_manager.metrics.tally import Tally

HOUR: Final = timedelta(hours=1)
RECENT: Final = timedelta(minutes=30)


class JournalFigures:
    """``console.ports.Figures`` on the journal and its roll-ups."""

    def __init__(
        self, engine: Engine, figures: Figures, zone: ZoneInfo, queues: tuple[str, ...]
    ) -> None:
        self._engine, self._figures, self._zone, self._queues = engine, figures, zone, queues

    def today(self, now: datetime) -> Day:
        """Count the day until now. Raises ``database.engine.StoreUnavailable``."""
        begins = day_begins(day_of(now, self._zone), self._zone)
        hours, total, start = [], Sums(), begins
        while start < now:
            end = min(start + HOUR, now)
            counted = self._figures.sums(start, end)
            all_queues = counted.all_queues
            hours.append(
                Hour(
                    start.astimezone(self._zone).hour,
                    all_queues.offered,
                    all_queues.answered,
                    all_queues.abandoned,
                )
            )
            total += counted
            start = end
        recent = self._figures.sums(now - RECENT, now)
        with reading(self._engine) as connection:
            blind = gaps(connection, begins, now)
        terms = self._figures.terms
        return Day(
            at=now,
            total=QueueFigures(_count(total.all_queues), _count(recent.all_queues)),
            queues={
                name: QueueFigures(
                    _count(total.queues.get(name, Tally())),
                    _count(recent.queues.get(name, Tally())),
                )
                for name in self._queues
            },
            hours=tuple(hours),
            gaps=tuple(self._gaps(blind, begins, now)),
            threshold_s=terms.answer_within_s,
            short_s=terms.short_s,
        )

    def _gaps(self, told: tuple[Entry, ...], begins: datetime, now: datetime) -> list[Gap]:
        """Pair beginnings and ends; a gap may be older than the day, or last until now."""
        found: list[Gap] = []
        began: datetime | None = None
        for entry in told:
            if entry.kind is Kind.GAP_BEGAN:
                began = entry.at
            elif began is not None or not found:
                found.append(Gap(self._hour(began or begins), self._hour(entry.at)))
                began = None
        if began is not None:
            found.append(Gap(self._hour(began), self._hour(now)))
        return found

    def _hour(self, moment: datetime) -> float:
        local = moment.astimezone(self._zone)
        return local.hour + local.minute / 60 + local.second / 3600


def _count(t: Tally) -> Count:
    return Count(
        offered=t.offered,
        answered=t.answered,
        abandoned=t.abandoned,
        left=t.timed_out,
        call_backs=t.called_back,
        service_level=formulas.service_level(t),
        asa_s=formulas.speed_of_answer(t),
        abandonment=formulas.abandonment(t),
    )
