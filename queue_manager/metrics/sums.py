"""What is counted in an interval: by queue and by operator; and the two ways to count it.

``raw`` works everything out from the journal. ``queue_manager.metrics.figures`` takes it from
roll-ups where there are any. Both give the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce

from sqlalchemy import Connection

from queue_manager.journal.entry import Kind
from queue_manager.journal.read import changes_of_state, entries_of_visits, pieces
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
    """Count ``[since, until)`` from the journal alone, as things stand at ``now``.

    Piece by piece: a room must not grow with its busiest half-hour.
    """
    changes = changes_of_state(connection, since, until)
    counted = Sums(operators=operator_times(spells(changes, since, min(until, now))))
    for began, ended in pieces(connection, Kind.JOINED, since, until):
        records = visits(entries_of_visits(connection, began, ended))
        counted += Sums(by_queue(records, terms, now), _rings(records))
    return counted


def by_queue(records: Iterable[VisitRecord], terms: MetricTerms, now: datetime) -> dict[str, Tally]:
    """Count the visits of each queue."""
    of_queue: dict[str, list[VisitRecord]] = defaultdict(list)
    for record in records:
        of_queue[record.queue].append(record)
    return {name: tally(own, terms, now) for name, own in sorted(of_queue.items())}


def _rings(records: Iterable[VisitRecord]) -> dict[str, OperatorTime]:
    """Count who answered, and whose telephone rang in vain."""
    answered, missed = Counter[str](), Counter[str]()
    for record in records:
        if record.outcome is Outcome.ANSWERED:
            answered[record.operator] += 1
        missed.update(record.missed)
    return {
        name: OperatorTime(answered=answered[name], missed=missed[name])
        for name in answered.keys() | missed.keys()
    }
