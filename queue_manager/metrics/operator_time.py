"""What operators did for how long: spans of each state, from the changes that the journal holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from queue_manager.journal.entry import Entry, Kind
from queue_manager.metrics.formulas import ratio


@dataclass(frozen=True, slots=True)
class OperatorTime:
    """Seconds in each state, and the rings of the visits of an interval."""

    talking_s: float = 0.0
    holding_s: float = 0.0
    wrap_up_s: float = 0.0
    available_s: float = 0.0
    ringing_s: float = 0.0
    paused_s: float = 0.0
    answered: int = 0
    missed: int = 0

    def __add__(self, other: OperatorTime) -> OperatorTime:
        """Add two intervals, or two operators."""
        return OperatorTime(*(getattr(self, name) + getattr(other, name) for name in OF_OPERATOR))

    @property
    def handling_s(self) -> float:
        """Talk, hold and wrap-up."""
        return self.talking_s + self.holding_s + self.wrap_up_s

    @property
    def signed_on_s(self) -> float:
        """Every state but offline."""
        return self.handling_s + self.available_s + self.ringing_s + self.paused_s


OF_OPERATOR: Final = tuple(field.name for field in fields(OperatorTime))


@dataclass(frozen=True, slots=True)
class Spell:
    """One operator in one state, ``since`` until ``until``."""

    operator: str
    state: str
    """As in the journal: ``talking``, ``paused:tea``."""
    since: datetime
    until: datetime

    @property
    def seconds(self) -> float:
        """How long."""
        return (self.until - self.since).total_seconds()


def occupancy(time: OperatorTime) -> float | None:
    """(talk + hold + wrap-up) / (talk + hold + wrap-up + available).

    Pauses are left out; ringing belongs to available.
    """
    return ratio(time.handling_s, time.handling_s + time.available_s + time.ringing_s)


def utilisation(time: OperatorTime) -> float | None:
    """(talk + hold + wrap-up) / signed-on time: pauses are in the divisor."""
    return ratio(time.handling_s, time.signed_on_s)


def ring_no_answer(time: OperatorTime) -> float | None:
    """Rings not answered by the operator / rings offered to the operator."""
    return ratio(time.missed, time.missed + time.answered)


def handling_time_of(time: OperatorTime) -> float | None:
    """(talk + hold + wrap-up) / A of one operator, in seconds."""
    return ratio(time.handling_s, time.answered)


def spells(entries: Iterable[Entry], since: datetime, until: datetime) -> Iterator[Spell]:
    """Tell who was in which state when, between two moments; nothing of anybody in a gap.

    ``entries`` are the changes of state and the gaps of the interval, and the last of each before
    it, in the order of ``changes_of_state``; others among them say nothing. A state lasts until the
    next one, a gap, or ``until``. Only what each operator does is remembered.
    """
    now: dict[str, tuple[str, datetime]] = {}

    def over(operator: str, ended: datetime) -> Iterator[Spell]:
        state, began = now.pop(operator, ("", ended))
        first, last = max(began, since), min(ended, until)
        if state not in ("", "offline") and first < last:
            yield Spell(operator, state, first, last)

    for entry in entries:
        if entry.kind is Kind.STATE:
            yield from over(entry.operator, entry.at)
            now[entry.operator] = (entry.detail, entry.at)
        elif entry.kind in (Kind.GAP_BEGAN, Kind.GAP_ENDED):
            # Both end what was known: after a gap every state is told anew.
            for operator in tuple(now):
                yield from over(operator, entry.at)
    for operator in tuple(now):
        yield from over(operator, until)


def operator_times(spells: Iterable[Spell]) -> dict[str, OperatorTime]:
    """Add up the spells of each operator."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for spell in spells:
        name = f"{spell.state.partition(':')[0]}_s"
        if name in OF_OPERATOR:
            sums[spell.operator][name] += spell.seconds
    return {operator: of_values(values) for operator, values in sums.items()}


def of_values(values: Mapping[str, float]) -> OperatorTime:
    """Return the time from values by the names of its fields; others are left out."""
    return OperatorTime(**{name: values[name] for name in OF_OPERATOR if name in values})  # type: ignore[arg-type]
