"""What is found out about a visit after it ended, from those who know: the store of calls.

The dialplan tells how each stay in a queue ended even while nobody listens to Asterisk; a caller
who left a queue may leave a message and be called back. Both become entries like any other, each
with a key of its own, so that to look twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from sqlalchemy import Engine

from database.engine import reading
from queue_manager.journal import store
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.read import entries_of_calls, entries_of_kind

LOOK_BACK: Final = timedelta(hours=24)
"""How far back a visit may lie that something is found out about."""


class How(StrEnum):
    """How a stay in a queue ended, as the dialplan saw it."""

    SERVED = "served"
    ABANDONED = "abandoned"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Ending:
    """How the last stay of a call in a queue ended."""

    queue: str
    how: How
    wait_s: float | None
    talk_s: float | None
    operator: str


@dataclass(frozen=True, slots=True)
class CallBack:
    """A wish to be called back."""

    call_id: str
    at: datetime


class CallsKnown(Protocol):
    """The store of calls; both raise ``database.engine.StoreUnavailable``."""

    def endings(self, call_ids: Collection[str]) -> Mapping[str, Ending]:
        """Return how the last stay of each of these calls ended, where that is known."""

    def call_backs(self, since: datetime) -> Iterable[CallBack]:
        """Return the wishes to be called back since a moment."""


class Aftermath:
    """Looks for what was found out, and adds it to the journal."""

    def __init__(self, engine: Engine, calls: CallsKnown, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._calls = calls
        self._now = now

    def run_once(self) -> int:
        """Add what was found out; return how many entries that were.

        Raises ``database.engine.StoreUnavailable``.
        """
        since = self._now() - LOOK_BACK
        found = [*self._vanished(since), *self._called_back(since)]
        if found:
            store.add(self._engine, found)
        return len(found)

    def _vanished(self, since: datetime) -> Iterator[Entry]:
        with reading(self._engine) as connection:
            gone = entries_of_kind(connection, Kind.VANISHED, since)
            told = entries_of_calls(connection, {entry.call_id for entry in gone})
        ended = {entry.visit for entry in told if entry.kind in _ENDS}
        last = _last_visits(told)
        open_ones = [e for e in gone if e.visit not in ended and last.get(e.call_id) == e.visit]
        endings = self._calls.endings({entry.call_id for entry in open_ones})
        for entry in open_ones:
            ending = endings.get(entry.call_id)
            if ending is not None and ending.queue == entry.queue:
                yield from _of_ending(entry, ending)

    def _called_back(self, since: datetime) -> Iterator[Entry]:
        wishes = {wish.call_id: wish for wish in self._calls.call_backs(since)}
        with reading(self._engine) as connection:
            told = entries_of_calls(connection, wishes)
        done = {entry.visit for entry in told if entry.kind is Kind.CALL_BACK}
        for call_id, visit in _last_visits(told).items():
            left = [e for e in told if e.visit == visit and e.kind is Kind.LEFT]
            if left and visit not in done:
                yield _told(left[0], Kind.CALL_BACK, max(wishes[call_id].at, left[0].at))


_ENDS: Final = frozenset((Kind.ANSWERED, Kind.ABANDONED, Kind.LEFT))
_KIND_OF: Final = {
    How.SERVED: Kind.ANSWERED,
    How.ABANDONED: Kind.ABANDONED,
    How.LEFT: Kind.LEFT,
}


def _last_visits(told: Iterable[Entry]) -> dict[str, str]:
    """Return the last visit of each call: only of that one is it known how it ended."""
    joined = sorted((e for e in told if e.kind is Kind.JOINED), key=lambda entry: entry.at)
    return {entry.call_id: entry.visit for entry in joined}


def _of_ending(gone: Entry, ending: Ending) -> Iterator[Entry]:
    operator = ending.operator if ending.how is How.SERVED else ""
    yield _told(gone, _KIND_OF[ending.how], gone.at, ending.wait_s, operator)
    if ending.how is How.SERVED:
        yield _told(gone, Kind.COMPLETED, gone.at, ending.talk_s, operator)


def _told(
    of: Entry, kind: Kind, at: datetime, seconds: float | None = None, operator: str = ""
) -> Entry:
    return Entry(
        key=f"{of.visit}:{kind}:found",
        at=at,
        kind=kind,
        queue=of.queue,
        operator=operator,
        visit=of.visit,
        call_id=of.call_id,
        ticket=of.ticket,
        seconds=seconds,
        detail="found",
    )
