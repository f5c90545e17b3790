"""The journal as the room keeps it: each event with its two pictures in, nothing to wait for.

The room opens it once (``await asyncio.to_thread(open_recorder, engine, SteadyClock(now,
time.monotonic))``), calls ``note(before, event, after)`` for every event in the order of the
picture and ``beat(time.monotonic(), picture)`` once a second, and closes it, in a thread as well.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from sqlalchemy import Engine

from database.engine import StoreUnavailable
from queue_manager.events import RoomEvent
from queue_manager.journal import read, store
from queue_manager.journal.clock import SteadyClock
from queue_manager.journal.derive import Ledger
from queue_manager.journal.late_start import Begun, LateStart
from queue_manager.journal.writer import JournalWriter, Writing
from queue_manager.live.picture import Picture

log = logging.getLogger(__name__)

HEARD_EVERY_S: Final = 5.0


def open_recorder(engine: Engine, clock: SteadyClock) -> Recorder:
    """Read what the journal knows and begin to write; blocks while the database is asked.

    With the database away the room is not kept from its work: what the journal knows is asked when
    the database is back.
    """
    late = None
    try:
        ledger = Ledger(clock, read.unfinished(engine), store.last_known(engine))
    except StoreUnavailable as away:
        log.warning("the journal is asked later what it knew before: %s", away)
        ledger, late = Ledger(clock), LateStart(engine, clock)
    writer = JournalWriter(engine, begun=late.begun if late else Begun)
    writer.start()
    return Recorder(clock, ledger, writer, late)


class Recorder:
    """Derives entries and hands them to the writer; called from one thread."""

    def __init__(
        self,
        clock: SteadyClock,
        ledger: Ledger,
        writer: JournalWriter,
        late: LateStart | None = None,
    ) -> None:
        self._clock = clock
        self._late = late
        self._ledger = ledger
        self._writer = writer
        self._heard_at = float("-inf")
        self._told_until: datetime | None = None
        """Up to when there were lines before the clock was set back, until that is past again."""

    def note(self, before: Picture, event: RoomEvent, after: Picture) -> None:
        """Write down what an event means. Takes microseconds and never raises for the database."""
        entries = self._ledger.entries(before, event, after)
        if self._late is not None:
            self._late.note(before, event, after, entries)
        self._writer.put(entries)

    def beat(self, at: float, picture: Picture) -> None:
        """Follow the wall clock, and say that up to now everything was noted."""
        was = self._clock.utc(at)
        if moved := self._clock.set():
            log.warning("the clock of the machine was moved by %.0f s", moved)
            self._writer.put(self._ledger.gap(was, at, "clock", picture))
            self._told_until = max(was, self._told_until or was)
        if self._told_until is not None and self._clock.utc(at) > self._told_until:
            if not moved:
                self._writer.put(self._ledger.restated(at, picture))
            self._told_until = None
        if (since := self._writer.take_loss()) is not None:
            log.error("the journal was full: entries since %s are lost", since)
            self._writer.put(self._ledger.gap(since, at, "journal_full", picture))
        if picture.live and at - self._heard_at >= HEARD_EVERY_S:
            self._heard_at = at
            self._writer.heard(self._clock.utc(at))

    def state(self) -> Writing:
        """Tell how the writing fares."""
        return self._writer.state()

    def close(self, limit_s: float = 5.0) -> bool:
        """Write what is left; false when the database did not take all of it in time."""
        return self._writer.stop(limit_s)
