"""From what Asterisk told to lines of the journal: no input or output, no clock of its own.

``Ledger.entries(before, event, after)`` is to be called for each event in the order in which the
picture took it, with the picture before and after. The same happening told twice, or late, gives
entries of the same key, or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from queue_manager.events import Completed, LinkLost, RoomEvent, Snapshot
from queue_manager.journal.clock import Clock
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.states import StateBook
from queue_manager.journal.unfinished import Unfinished
from queue_manager.journal.visit_book import VisitBook
from queue_manager.live.picture import Picture


class Ledger:
    """What must be remembered between two events; made anew from the journal after a restart."""

    def __init__(
        self, clock: Clock, unfinished: Iterable[Unfinished] = (), gap_since: datetime | None = None
    ) -> None:
        """Begin with what the journal knows.

        ``gap_since`` is when a process before this one was last alive, ``None`` for none.
        """
        self._clock = clock
        self._visits = VisitBook(clock, unfinished)
        self._states = StateBook(clock)
        self._gap_since = gap_since

    def entries(self, before: Picture, event: RoomEvent, after: Picture) -> tuple[Entry, ...]:
        """Return what the journal has to say of an event, which may be nothing."""
        found = tuple(self._visits.entries(event, live=before.live))
        match event:
            case LinkLost():
                return (*found, *self._gap_begins(event, after))
            case Snapshot() if self._gap_since is not None or not before.live:
                ended = tuple(self._gap_ends(event.at))
                return (*ended, *found, *self._states.restated(event.at, after))
            case Completed(queue=queue, channel=channel, operator=operator):
                if (visit := self._visits.find(queue, channel)) is not None:
                    self._states.served(operator, visit)
        return (*found, *self._states.changes(before, event, after))

    def gap(self, began: datetime, at: float, why: str, picture: Picture) -> tuple[Entry, ...]:
        """Note that from ``began`` to ``at`` the journal has not everything, and what is now.

        Where that lies before ``began`` the clock was set back: a span of time is told twice. What
        was so at the end of the first telling says nothing of what comes after it, and
        ``restated`` has to be told when the second one is as far.
        """
        until, forgotten = self._clock.utc(at), tuple[Entry, ...]()
        if until < began:
            forgotten, began = tuple(self._states.forgotten(began, picture)), until
        lines = (_gap_begun(began, why), _gap_ended(began, until, (until - began).total_seconds()))
        return (*forgotten, *lines, *self.restated(at, picture))

    def restated(self, at: float, picture: Picture) -> tuple[Entry, ...]:
        """Tell what everybody does."""
        return tuple(self._states.restated(at, picture))

    def _gap_begins(self, event: LinkLost, after: Picture) -> Iterator[Entry]:
        if self._gap_since is None and after.boot:
            self._gap_since = self._clock.utc(event.last_heard)
            yield _gap_begun(self._gap_since, event.why.value)

    def _gap_ends(self, at: float) -> Iterator[Entry]:
        if self._gap_since is not None:
            began, until = self._gap_since, self._clock.utc(at)
            self._gap_since = None
            # The process before this one could not tell: its gap begins here, by the same key.
            yield _gap_begun(began, "restart")
            yield _gap_ended(began, until, (until - began).total_seconds())


def _gap_begun(at: datetime, why: str) -> Entry:
    return Entry(key=f"gap:{_stamp(at)}:began", at=at, kind=Kind.GAP_BEGAN, detail=why)


def _gap_ended(began: datetime, at: datetime, seconds: float) -> Entry:
    key = f"gap:{_stamp(began)}:ended"
    return Entry(key=key, at=at, kind=Kind.GAP_ENDED, seconds=round(max(0.0, seconds), 3))


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S.%f")
