"""Writes the journal from a thread of its own: the room puts entries and never waits.

While the database is away entries are kept, up to a limit; what is lost beyond it becomes a gap in
the journal. ``heard`` moves on in the transaction that writes the last entry before it, so that
what dies with this process is seen by the next one as a gap as well.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine

from database.engine import StoreUnavailable
from queue_manager.journal import store
from queue_manager.journal.entry import Entry
from queue_manager.journal.late_start import Begun

log = logging.getLogger(__name__)

KEPT: Final = 200_000
"""Entries kept while the database is away: five busy hours of 35,000 calls a day, 100 MB."""
BATCH: Final = 2_000
GATHER_S: Final = 0.1
"""How long entries gather before they are written together."""
FIRST_RETRY_S: Final = 0.2
LAST_RETRY_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Writing:
    """How the journal fares."""

    waiting: int
    """Entries not written yet."""
    written: int
    lost: int
    """Entries that were not kept, or that the database refused."""
    away: str
    """Why the database cannot be reached now; "" while it can."""


class JournalWriter:
    """Takes entries from any thread; ``start`` and ``stop`` are called once each."""

    def __init__(
        self,
        engine: Engine,
        *,
        kept: int = KEPT,
        gather_s: float = GATHER_S,
        begun: Callable[[], Begun] = Begun,
    ) -> None:
        """``begun`` is asked once, in the thread, before anything is written.

        It may raise ``StoreUnavailable``, and is asked again then.
        """
        self._engine = engine
        self._ask_begun = begun
        self._begun: Begun | None = None
        self._kept = kept
        self._gather_s = gather_s
        self._entries: deque[Entry] = deque()
        self._heard: datetime | None = None
        self._lost_since: datetime | None = None
        self._written = 0
        self._lost = 0
        self._away = ""
        self._stopping = False
        self._busy = False
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, entries: Sequence[Entry]) -> None:
        """Take entries to be written; never blocks for longer than a list is appended to."""
        if not entries:
            return
        with self._change:
            was_idle = not self._entries
            for entry in entries:
                if len(self._entries) >= self._kept:
                    self._lost += 1
                    self._lost_since = self._lost_since or entry.at
                else:
                    self._entries.append(entry)
            if was_idle:
                self._change.notify_all()

    def heard(self, at: datetime) -> None:
        """Note that up to now everything that happened was put; written with the next batch."""
        with self._change:
            self._heard = at
            if not self._entries:
                self._change.notify_all()

    def take_loss(self) -> datetime | None:
        """Return since when entries were lost, once, as soon as there is room again."""
        with self._change:
            if len(self._entries) > self._kept // 2:
                return None
            since, self._lost_since = self._lost_since, None
            return since

    def state(self) -> Writing:
        """Tell how it fares."""
        with self._change:
            return Writing(len(self._entries), self._written, self._lost, self._away)

    def flush(self, limit_s: float) -> bool:
        """Wait until all that was put is written; false when that took longer than the limit."""
        with self._change:
            return self._change.wait_for(self._nothing_to_do, timeout=limit_s)

    def stop(self, limit_s: float = 5.0) -> bool:
        """Write what is left, at most for ``limit_s``, and end; false when not all is written."""
        all_written = self.flush(limit_s)
        with self._change:
            self._stopping = True
            self._change.notify_all()
        self._thread.join(timeout=limit_s)
        return all_written

    def _nothing_to_do(self) -> bool:
        return not (self._entries or self._heard or self._busy)

    def _run(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            with self._change:
                self._change.wait_for(lambda: self._stopping or not self._nothing_to_do())
                if self._stopping:
                    return
                if len(self._entries) < BATCH and not self._away:
                    self._change.wait_for(lambda: self._stopping, timeout=self._gather_s)
                batch, heard = self._take()
            fault = self._write(batch, heard)
            with self._change:
                self._busy = False
                self._away = fault
                if fault:
                    self._put_back(batch, heard)
                    self._change.wait_for(lambda: self._stopping, timeout=retry_s)
                    retry_s = min(LAST_RETRY_S, retry_s * 2)
                else:
                    self._written += len(batch)
                    retry_s = FIRST_RETRY_S
                    self._change.notify_all()

    def _take(self) -> tuple[list[Entry], datetime | None]:
        self._busy = True
        batch = [self._entries.popleft() for _ in range(min(BATCH, len(self._entries)))]
        if self._entries:
            return batch, None
        heard, self._heard = self._heard, None
        return batch, heard

    def _put_back(self, batch: list[Entry], heard: datetime | None) -> None:
        self._entries.extendleft(reversed(batch))
        self._heard = self._heard or heard

    def _write(self, batch: list[Entry], heard: datetime | None) -> str:
        """Write a batch; return why the database is away, "" when it is written."""
        try:
            if self._begun is None:
                begun = self._ask_begun()
                store.add(self._engine, begun.entries)
                self._begun = begun
            store.add(self._engine, [self._begun.renamed(entry) for entry in batch], heard)
        except StoreUnavailable as away:
            if not self._away:
                log.warning("the journal waits for its database: %s", away)
            return str(away) or "away"
        except Exception:
            # Whatever it is, one entry that cannot be written must not end the journal.
            if len(batch) == 1:
                log.exception("an entry of the journal is refused and lost: %s", batch[0].key)
                self._lost += 1
                return ""
            # One of them is to blame: the others are written.
            return next((fault for entry in batch if (fault := self._write([entry], None))), "")
        if self._away:
            log.info("the journal reaches its database again")
        return ""
