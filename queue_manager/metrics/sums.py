"""What is counted in an interval: by queue and by operator; and the two ways to count it.

``raw`` works everything out from the journal. ``queue_manager.metrics.figures`` takes it from
roll-ups where there are any. Both give the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce

from sqlalchemy import Connection

from queue_manager.journal.read import changes_of_state, entries_of_visits
from queue_manager.metrics.operator_time import OperatorTime, operator_times, spells
from queue_manager.metrics.tally import Tally, tally
from queue_manager.metrics.terms import MetricTerms
from queue_manager.metrics.visits import Outcome, VisitRecord, visits


@dataclass(frozen=True, slots=True)
class Sums:
    """An interval, counted."""

    queues: Mapping[str, Tally] = field(default_factory=dict)
    operators: Mapping[str, OperatorTime] = field(default_factory=dict)

    def __add__(self, other: Sums) -> Sums:
        """Add two intervals that have no moment in common."""
        queues, operators = dict(self.queues), dict(self.operators)
        for name, counted in other.queues.items():
            queues[name] = queues[name] + counted if name in queues else counted
        for name, time in other.operators.items():
            operators[name] = operators[name] + time if name in operators else time
        return Sums(queues, operators)

    @property
    def all_queues(self) -> Tally:
        """All queues together."""
        return reduce(Tally.__add__, self.queues.values(), Tally())

    @property
    def all_operators(self) -> OperatorTime:
        """All operators together."""
        return reduce(OperatorTime.__add__, self.operators.values(), OperatorTime())


def raw(
    connection: Connection, since: datetime, until: datetime, terms: MetricTerms, now: datetime
) -> Sums:
    """Count ``[since, until)`` from the journal alone, as things stand at ``now``."""
    records = visits(entries_of_visits(connection, since, until))
    changes = changes_of_state(connection, since, until)
    times = operator_times(spells(changes, since, min(until, now)))
    return Sums(by_queue(records, terms, now), _with_rings(times, records))


def by_queue(records: Iterable[VisitRecord], terms: MetricTerms, now: datetime) -> dict[str, Tally]:
    """Count the visits of each queue."""
    of_queue: dict[str, list[VisitRecord]] = defaultdict(list)
    for record in records:
        of_queue[record.queue].append(record)
    return {name: tally(own, terms, now) for name, own in sorted(of_queue.items())}


def _with_rings(
    times: Mapping[str, OperatorTime], records: Iterable[VisitRecord]
) -> dict[str, OperatorTime]:
    """Add who answered, and whose telephone rang in vain, to what operators did."""
    rings: dict[str, OperatorTime] = defaultdict(OperatorTime)
    for record in records:
        if record.outcome is Outcome.ANSWERED:
            rings[record.operator] += OperatorTime(answered=1)
        for operator in record.missed:
            rings[operator] += OperatorTime(missed=1)
    return dict((Sums(operators=times) + Sums(operators=rings)).operators)
