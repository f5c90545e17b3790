"""Beginning while the database is away: what the journal knew is asked when it is back.

Until then lines are derived without it. The gap from the last line of the process before this one
to the first snapshot of this one, and the visits that went on through it, are put right before the
first line is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine

from queue_manager.events import RoomEvent, Snapshot
from queue_manager.journal import read, store
from queue_manager.journal.clock import Clock
from queue_manager.journal.derive import Ledger
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.visits import channel_of
from queue_manager.live.picture import Picture


@dataclass(frozen=True, slots=True)
class Begun:
    """What the journal has to be told before anything else."""

    entries: tuple[Entry, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Visits that were named anew, and the names that the journal has for them."""

    def renamed(self, entry: Entry) -> Entry:
        """Return a line under the name that the journal has for its visit."""
        known = self.names.get(entry.visit)
        if known is None:
            return entry
        return entry._replace(visit=known, key=entry.key.replace(entry.visit, known, 1))


@dataclass(frozen=True, slots=True)
class _First:
    before: Picture
    snapshot: Snapshot
    after: Picture
    derived: tuple[Entry, ...]


class LateStart:
    """Keeps the first snapshot of this process until the journal can be asked."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._first: _First | None = None

    def note(
        self, before: Picture, event: RoomEvent, after: Picture, derived: tuple[Entry, ...]
    ) -> None:
        """Take an event with what was derived of it in ignorance; only the first snapshot counts.

        To be called before the lines are put: they are written after ``begun`` was asked.
        """
        if self._first is None and isinstance(event, Snapshot):
            self._first = _First(before, event, after, derived)

    def begun(self) -> Begun:
        """Ask the journal. Raises ``database.engine.StoreUnavailable``."""
        first = self._first
        if first is None:
            return Begun()
        unfinished = read.unfinished(self._engine)
        known = {(u.queue, u.caller.channel): u.visit for u in unfinished}
        ledger = Ledger(self._clock, unfinished, store.last_known(self._engine))
        names = {
            entry.visit: known[where]
            for entry in first.derived
            if entry.kind is Kind.JOINED
            and (where := (entry.queue, channel_of(entry.visit))) in known
        }
        return Begun(ledger.entries(first.before, first.snapshot, first.after), names)
