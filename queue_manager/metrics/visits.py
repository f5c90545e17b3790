"""Visits as the journal tells them: one stay of one caller in one queue, from joining to its end.

What is told of a visit may come in any order, twice, or late: the outcome is the one that outranks
the others told of it, and is the same for every order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from queue_manager.journal.entry import Entry, Kind


class Outcome(StrEnum):
    """How a visit ended, or that it has not."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    CALLED_BACK = "called_back"
    """Left the queue alive and asked to be called back."""
    TIMED_OUT = "timed_out"
    """Left the queue alive, by the time limit or a key, and did not."""
    VANISHED = "vanished"
    """Nobody saw how it ended: counted apart, in no other number."""
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """One visit. Spans are in seconds, ``None`` where nobody saw."""

    visit: str
    queue: str
    joined_at: datetime
    outcome: Outcome
    wait_s: float | None
    """``None`` of one that still waits: how long depends on when that is asked."""
    operator: str = ""
    talk_s: float | None = None
    """Hold in it; ``None`` while the talk goes on."""
    wrap_s: float = 0.0
    missed: tuple[str, ...] = ()
    """Operators whose telephone rang for it in vain, once for each ring."""

    def waited_until(self, now: datetime) -> float | None:
        """Return the wait so far, at ``now``."""
        if self.outcome is Outcome.WAITING:
            return max(0.0, (now - self.joined_at).total_seconds())
        return self.wait_s


_RANK: Final = (
    (Kind.ANSWERED, Outcome.ANSWERED),
    (Kind.ABANDONED, Outcome.ABANDONED),
    (Kind.LEFT, Outcome.TIMED_OUT),
    (Kind.VANISHED, Outcome.VANISHED),
)


def visits(entries: Iterable[Entry]) -> tuple[VisitRecord, ...]:
    """Put the visits together whose joining is among ``entries``, in the order of joining."""
    told: dict[str, dict[Kind, Entry]] = defaultdict(dict)
    missed: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in entries:
        if entry.kind is Kind.MISSED:
            missed[entry.visit][entry.key] = entry.operator
        elif entry.visit:
            of_visit = told[entry.visit]
            first = of_visit.get(entry.kind)
            if first is None or _seen_first(entry) < _seen_first(first):
                of_visit[entry.kind] = entry
    found = (
        _record(of_visit, tuple(sorted(missed.get(name, {}).values())))
        for name, of_visit in told.items()
        if Kind.JOINED in of_visit
    )
    return tuple(sorted(found, key=lambda one: (one.joined_at, one.visit)))


def _seen_first(entry: Entry) -> tuple[bool, str]:
    return (entry.seconds is None, entry.key)


def _record(told: Mapping[Kind, Entry], missed: tuple[str, ...]) -> VisitRecord:
    joined = told[Kind.JOINED]
    ended, outcome = next(
        ((told[kind], outcome) for kind, outcome in _RANK if kind in told),
        (None, Outcome.WAITING),
    )
    if outcome is Outcome.TIMED_OUT and Kind.CALL_BACK in told:
        outcome = Outcome.CALLED_BACK
    completed, wrapped = told.get(Kind.COMPLETED), told.get(Kind.WRAPPED)
    return VisitRecord(
        visit=joined.visit,
        queue=joined.queue,
        joined_at=joined.at,
        outcome=outcome,
        wait_s=None if ended is None else ended.seconds,
        operator=ended.operator if ended is not None and outcome is Outcome.ANSWERED else "",
        talk_s=None if completed is None else completed.seconds,
        wrap_s=(wrapped.seconds or 0.0) if wrapped is not None else 0.0,
        missed=missed,
    )
