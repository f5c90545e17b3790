"""A day driven through the real engine, compressed, and what the formulas said of it before.

Every event goes through ``live.apply``, the journal's ``Ledger``, the table of the journal, and the
metrics: the outcome is what the wallboard would have shown at the end of that day.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from database.engine import reading
from queue_manager.journal import store
from queue_manager.journal.derive import Ledger
from queue_manager.journal.entry import Entry
from queue_manager.live.apply import apply
from queue_manager.live.picture import Picture
from queue_manager.metrics.sums import Sums, raw
from queue_manager.metrics.terms import MetricTerms
from queue_manager.staffing.demand import Demand
from queue_manager.staffing.erlang import Service, erlang_a
from queue_manager.staffing.people import Manners
from queue_manager.staffing.simulation import Day

_TOGETHER = 5_000


@dataclass(frozen=True, slots=True)
class VirtualClock:
    """A day that begins at ``midnight`` and takes as long as it is computed."""

    midnight: datetime

    def utc(self, at: float) -> datetime:
        """Tell when ``at`` was."""
        return self.midnight + timedelta(seconds=at)

    def steady(self, moment: datetime) -> float:
        """Tell where a moment lies in the day."""
        return (moment - self.midnight).total_seconds()


@dataclass(frozen=True, slots=True)
class Replayed:
    """A day that was driven through the engine."""

    sums: Sums
    events: int
    entries: int
    took_s: float
    ended: datetime


def replay(
    engine: Engine, day: Day, midnight: datetime, terms: MetricTerms, heard: datetime | None = None
) -> Replayed:
    """Drive a day through picture and journal into an empty store, and count it."""
    began = time.perf_counter()
    clock = VirtualClock(midnight)
    ledger, picture = Ledger(clock), Picture()
    kept: list[Entry] = []
    events = entries = 0
    for event in day.events():
        after = apply(picture, event)
        kept += ledger.entries(picture, event, after)
        picture = after
        events += 1
        if len(kept) >= _TOGETHER:
            store.add(engine, kept)
            entries += len(kept)
            kept.clear()
    ended = clock.utc(picture.at)
    store.add(engine, kept, heard or ended)
    entries += len(kept)
    with reading(engine) as connection:
        sums = raw(connection, midnight, ended, terms, ended)
    return Replayed(sums, events, entries, time.perf_counter() - began, ended)


def predicted(
    demand: Sequence[Demand], staff: Sequence[int], within_s: float, manners: Manners
) -> Service:
    """Return what Erlang A says of a queue's day: each half-hour by itself, weighed by its calls.

    A ringing operator is busy, and the caller waits meanwhile and may hang up: the ring is a part
    of the handling time, the threshold is that much shorter, and fewer are answered.
    """
    ring = manners.ring_s
    parts = [
        (half.calls, number, _service(half, number, within_s - ring, ring))
        for half, number in zip(demand, staff, strict=True)
        if half.calls > 0
    ]
    answered = [
        (calls * (1 - one.abandoned), one.answer_s) for calls, _, one in parts if one.abandoned < 1
    ]
    return Service(
        service_level=_weighed((calls, one.service_level) for calls, _, one in parts),
        answer_s=_weighed(answered),
        occupancy=_weighed((number, one.occupancy) for _, number, one in parts),
        abandoned=_weighed((calls, one.abandoned) for calls, _, one in parts),
        waits=_weighed((calls, one.waits) for calls, _, one in parts),
    )


def _weighed(parts: Iterable[tuple[float, float]]) -> float:
    """Return the mean of values by their weights; 0 where nothing has any weight."""
    known = list(parts)
    whole = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / whole if whole else 0.0


def all_predicted(
    demand: Mapping[str, Sequence[Demand]],
    staff: Mapping[str, Sequence[int]],
    within_s: float,
    manners: Manners,
) -> dict[str, Service]:
    """Return what Erlang A says of each queue."""
    return {
        queue: predicted(halves, staff[queue], within_s, manners)
        for queue, halves in demand.items()
    }


def _service(demand: Demand, operators: int, within_s: float, ring_s: float) -> Service:
    load = Demand(demand.calls, demand.handling_s + ring_s).load
    found = erlang_a(operators, load, max(0.0, within_s), demand.patience_s)
    stay = math.exp(-ring_s / demand.patience_s)
    return Service(
        service_level=found.service_level * stay if within_s >= 0 else 0.0,
        answer_s=found.answer_s + ring_s,
        occupancy=found.occupancy,
        abandoned=1 - (1 - found.abandoned) * stay,
        waits=found.waits,
    )
