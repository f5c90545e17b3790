"""The append-only history of a ticket, and the row that caches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, insert, select, update

from database.prepared import Prepared
from database.rows import insert_new
from tickets.call_events import CategoryChanged, NumberAdded, Opened
from tickets.events import HistoryEntry, Known, from_json, to_json
from tickets.life import life_of
from tickets.model import Category, Channel
from tickets.store.schema import ticket_events, ticket_numbers, tickets

_APPEND: Final = Prepared(
    lambda _: insert(ticket_events), ("ticket", "at", "who", "channel", "kind", "body")
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Who writes, when, and from where."""

    at: datetime
    who: str = "caller"
    channel: Channel = Channel.PHONE


def append(connection: Connection, ticket: int, event: Known, mark: Mark) -> None:
    """Add an event at the end."""
    values = {
        "ticket": ticket,
        "at": mark.at,
        "who": mark.who[:64],
        "channel": mark.channel,
        "kind": event.kind,
        "body": to_json(event),
    }
    _APPEND.run(connection, values)


def history(connection: Connection, ticket: int) -> list[HistoryEntry]:
    """Return the events of a ticket in the order in which they were written."""
    rows = connection.execute(
        select(ticket_events).where(ticket_events.c.ticket == ticket).order_by(ticket_events.c.id)
    )
    return [
        HistoryEntry(r.id, r.at, r.who, Channel(r.channel), from_json(r.kind, r.body)) for r in rows
    ]


def refresh(connection: Connection, ticket: int) -> None:
    """Write what the history says into the row of the ticket."""
    life = life_of(entry.event for entry in history(connection, ticket))
    opened_at: datetime = connection.scalars(
        select(tickets.c.opened_at).where(tickets.c.id == ticket)
    ).one()
    limit = life.limit_minutes
    connection.execute(
        update(tickets)
        .where(tickets.c.id == ticket)
        .values(
            category=life.category,
            state=life.state,
            level=life.level,
            round=life.round,
            limit_minutes=limit,
            promised_by=None if limit is None else opened_at + timedelta(minutes=limit),
        )
    )


def change_category(
    connection: Connection, ticket: int, before: str, category: Category, mark: Mark
) -> None:
    """Let a ticket be about something else; the clock of the promise began when it was opened."""
    event = CategoryChanged(category.id, before, category.limit_minutes())
    append(connection, ticket, event, mark)
    connection.execute(
        update(tickets)
        .where(tickets.c.id == ticket)
        .values(confidential=category.confidential, queue=category.queue)
    )
    refresh(connection, ticket)


def add_number(connection: Connection, ticket: int, number: str, mark: Mark) -> bool:
    """Let a second number lead to a ticket; ``False`` when it leads to one already."""
    values = {"number": number, "ticket": ticket, "at": mark.at}
    if insert_new(connection, ticket_numbers, values) is None:
        return False
    append(connection, ticket, NumberAdded(number), mark)
    return True


def category_said_at(connection: Connection, ticket: int) -> datetime | None:
    """Return when the caller last said what it is about, ``None`` if never."""
    said: datetime | None = None
    for entry in history(connection, ticket):
        match entry.event:
            case Opened(category_said=True) | CategoryChanged():
                said = entry.at
    return said
