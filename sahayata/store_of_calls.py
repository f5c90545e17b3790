"""The store of tickets as the metrics of the room ask it: how calls ended, who called again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, func, select

from database.engine import reading
from queue_manager.journal.aftermath import CallBack, Ending, How
from queue_manager.metrics.contacts import Contact, TicketOpened
from tickets.calls import QueueEnding
from tickets.store.schema import call_backs, calls, tickets

_HOW: Final = {
    QueueEnding.SERVED: How.SERVED,
    QueueEnding.ABANDONED: How.ABANDONED,
    QueueEnding.TIMED_OUT: How.LEFT,
    QueueEnding.NOBODY: How.LEFT,
    QueueEnding.LEFT: How.LEFT,
}
_TOGETHER: Final = 500


class StoreOfCalls:
    """``queue_manager``'s ports on the tables of tickets; each may raise ``StoreUnavailable``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def endings(self, call_ids: Collection[str]) -> Mapping[str, Ending]:
        """Return how the last stay in a queue of each of these calls ended."""
        known, found = sorted(call_ids), dict[str, Ending]()
        with reading(self._engine) as connection:
            for begin in range(0, len(known), _TOGETHER):
                some = known[begin : begin + _TOGETHER]
                words = select(calls).where(calls.c.call_id.in_(some), calls.c.queue_how != "")
                for row in connection.execute(words):
                    found[row.call_id] = Ending(
                        queue=row.queue,
                        how=_HOW[QueueEnding(row.queue_how)],
                        wait_s=row.wait_s,
                        talk_s=row.talk_s,
                        operator=row.operator.rpartition("/")[2],
                    )
        return found

    def call_backs(self, since: datetime) -> Iterable[CallBack]:
        """Return the wishes to be called back since a moment, with or without a message."""
        words = (
            select(calls.c.call_id, call_backs.c.at)
            .join(calls, calls.c.id == call_backs.c.call)
            .where(call_backs.c.at >= since)
        )
        with reading(self._engine) as connection:
            return [CallBack(row.call_id, row.at) for row in connection.execute(words)]

    def opened(self, since: datetime, until: datetime) -> Iterable[TicketOpened]:
        """Return the tickets opened in an interval by callers whose telephone is known."""
        words = select(
            tickets.c.id,
            tickets.c.call,
            tickets.c.caller_index,
            tickets.c.category,
            tickets.c.opened_at,
        ).where(
            tickets.c.opened_at >= since,
            tickets.c.opened_at < until,
            tickets.c.caller_index.is_not(None),
        )
        with reading(self._engine) as connection:
            return [
                TicketOpened(str(row.call), row.caller_index, row.category, row.opened_at)
                for row in connection.execute(words)
            ]

    def contacts(self, since: datetime, until: datetime) -> Iterable[Contact]:
        """Return the calls of an interval about a matter, from telephones that are known."""
        # A call that is not over has its matter on its ticket only.
        matter = func.coalesce(func.nullif(calls.c.category, ""), tickets.c.category)
        words = (
            select(calls.c.id, calls.c.caller_index, matter.label("category"), calls.c.arrived_at)
            .outerjoin(tickets, tickets.c.call == calls.c.id)
            .where(
                calls.c.arrived_at >= since,
                calls.c.arrived_at < until,
                calls.c.caller_index.is_not(None),
                matter.is_not(None),
            )
        )
        with reading(self._engine) as connection:
            return [
                Contact(str(row.id), row.caller_index, row.category, row.arrived_at)
                for row in connection.execute(words)
            ]
