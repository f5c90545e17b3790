"""The life of the journal: old lines are removed where roll-ups stand for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Final

from sqlalchemy import Connection, Engine, delete, select

from database.engine import reading, writing
from queue_manager.journal.entry import Kind
from queue_manager.journal.schema import journal
from queue_manager.journal.store import LAST_CHANGE
from queue_manager.metrics import calendar, marks
from queue_manager.metrics.terms import MetricTerms

PIECE: Final = 200
"""Lines removed in one transaction: some hundredths of a second, when nobody else can write."""
ADVANCE_EVERY_S: Final = 3600.0
"""A day is given up at most so often: a clock that is years ahead cannot empty the journal before
somebody sees it."""
_KEPT_FOR_EVER: Final = frozenset((Kind.GAP_BEGAN, Kind.GAP_ENDED))
"""They are few, and no roll-up says when nothing was known."""


class Pruning:
    """Removes lines older than ``keep``, whole days of the district at a time.

    Nothing is removed whose half-hours are not rolled up, or are marked to be worked out anew. For
    the half-hours before ``marks.pruned_until`` the roll-ups stand for good.
    """

    def __init__(
        self,
        engine: Engine,
        terms: MetricTerms,
        zone: tzinfo,
        keep: timedelta,
        *,
        now: Callable[[], datetime],
        steady: Callable[[], float],
    ) -> None:
        self._engine, self._terms, self._zone, self._keep = engine, terms, zone, keep
        self._now, self._steady = now, steady
        self._advanced_at = float("-inf")

    def run_once(self) -> bool:
        """Remove one piece at most; tell whether there is more to be removed.

        Raises ``database.engine.StoreUnavailable``.
        """
        if self._steady() - self._advanced_at >= ADVANCE_EVERY_S:
            self._advance()
            self._advanced_at = self._steady()
        with reading(self._engine) as connection:
            until = marks.pruned_until(connection)
            # What was before a half-hour is needed to work it out: a state lasts a day at most.
            piece = () if until is None else _oldest(connection, until - LAST_CHANGE)
        if piece:
            with writing(self._engine) as connection:
                connection.execute(delete(journal).where(journal.c.id.in_(piece)))
        return bool(piece)

    def _advance(self) -> None:
        """Let the roll-ups stand for one day more, where they do already say what it held."""
        with writing(self._engine) as connection:
            marks.alone(connection)
            first = marks.pruned_until(connection) or marks.rolled_since(connection)
            rolled = marks.rolled_until(connection, self._terms)
            if first is None or rolled is None:
                return
            day = calendar.day_of(first, self._zone)
            until = calendar.day_ends(day, self._zone)
            old = until <= self._now() - self._keep
            if old and until <= rolled and not marks.dirty_between(connection, first, until):
                marks.prune_until(connection, self._terms, until)


def _oldest(connection: Connection, before: datetime) -> tuple[int, ...]:
    """Return the ids of some lines before a moment, by the index of kind and time."""
    for kind in Kind:
        if kind not in _KEPT_FOR_EVER:
            old = (journal.c.kind == kind.value, journal.c.at < before)
            words = select(journal.c.id).where(*old).order_by(journal.c.at).limit(PIECE)
            if found := tuple(connection.scalars(words)):
                return found
    return ()
