"""Sums over visits: all that the formulas need, and what adds up over queues and half-hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from queue_manager.metrics.terms import MetricTerms
from queue_manager.metrics.visits import Outcome, VisitRecord

LOST_S: Final = 8 * 3600.0
"""Nobody waits as long: how such a visit ended was lost, and it counts as vanished."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Visits by how they ended, by the time they joined.

    The letters are those of the formulas: O = A + B + T + K + waiting; w is the wait.
    """

    offered: int = 0
    """O; those that vanished are not in it, they are counted apart."""
    answered: int = 0
    """A"""
    answered_in_time: int = 0
    """A(w ≤ T_sl)"""
    answered_unseen: int = 0
    """Of A, those whose wait nobody saw: in no formula that asks for a wait."""
    abandoned: int = 0
    """B"""
    abandoned_short: int = 0
    """B(w ≤ s)"""
    abandoned_in_time: int = 0
    """B(w ≤ T_sl)"""
    timed_out: int = 0
    """T"""
    called_back: int = 0
    """K"""
    waiting: int = 0
    waiting_late: int = 0
    """waiting(w > T_sl)"""
    vanished: int = 0
    wait_answered_s: float = 0.0
    wait_abandoned_s: float = 0.0
    wait_timed_out_s: float = 0.0
    wait_called_back_s: float = 0.0
    handled: int = 0
    """Of A, those whose talk is over and was seen."""
    talk_s: float = 0.0
    """Talk of the handled, hold in it."""
    wrap_s: float = 0.0
    missed: int = 0
    """Rings that no operator answered."""

    def __add__(self, other: Tally) -> Tally:
        """Add two sets of visits that have none in common."""
        return Tally(*(getattr(self, name) + getattr(other, name) for name in COUNTED))


COUNTED: Final = tuple(field.name for field in fields(Tally))


def tally(visits: Iterable[VisitRecord], terms: MetricTerms, now: datetime) -> Tally:
    """Count visits; ``now`` says how long those that wait have waited."""
    counts: Counter[str] = Counter()
    sums: dict[str, float] = {}
    for visit in visits:
        waited = visit.waited_until(now)
        names = _NAMES[visit.outcome]
        if visit.outcome is Outcome.WAITING and waited is not None and waited > LOST_S:
            names = _NAMES[Outcome.VANISHED]
        counts.update(names.always)
        counts["missed"] += len(visit.missed)
        if waited is None:
            counts["answered_unseen"] += visit.outcome is Outcome.ANSWERED
        else:
            counts[names.in_time] += waited <= terms.answer_within_s
            counts[names.late] += waited > terms.answer_within_s
            counts[names.short] += waited <= terms.short_s
            sums[names.waits] = sums.get(names.waits, 0.0) + waited
        if visit.outcome is Outcome.ANSWERED and visit.talk_s is not None:
            counts["handled"] += 1
            sums["talk_s"] = sums.get("talk_s", 0.0) + visit.talk_s
            sums["wrap_s"] = sums.get("wrap_s", 0.0) + visit.wrap_s
    return of_columns({**counts, **sums})


def of_columns(values: Mapping[str, float]) -> Tally:
    """Return a tally from values by the names of its fields; others are left out."""
    return Tally(**{name: values[name] for name in COUNTED if name in values})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Names:
    """Which fields a visit of one outcome adds to; a name that is no field adds to nothing."""

    always: tuple[str, ...]
    waits: str = ""
    in_time: str = ""
    late: str = ""
    short: str = ""


_NAMES: Final = {
    Outcome.ANSWERED: _Names(
        ("offered", "answered"), waits="wait_answered_s", in_time="answered_in_time"
    ),
    Outcome.ABANDONED: _Names(
        ("offered", "abandoned"),
        waits="wait_abandoned_s",
        in_time="abandoned_in_time",
        short="abandoned_short",
    ),
    Outcome.TIMED_OUT: _Names(("offered", "timed_out"), waits="wait_timed_out_s"),
    Outcome.CALLED_BACK: _Names(("offered", "called_back"), waits="wait_called_back_s"),
    Outcome.WAITING: _Names(("offered", "waiting"), late="waiting_late"),
    Outcome.VANISHED: _Names(("vanished",)),
}
