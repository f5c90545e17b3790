"""Opening tickets: one for each call, however often and by however many it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select

from tickets.calls import Issued
from tickets.events import Opened
from tickets.model import Category, Step, TicketState
from tickets.store.history import Mark, append
from tickets.store.rows import insert_new
from tickets.store.schema import calls, ticket_numbers, tickets


class NumberTaken(Exception):
    """A number that was to be new belongs to a ticket: it was made with another key."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new ticket begins with."""

    number: str
    category: Category
    mark: Mark
    answers: Mapping[str, str]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """The ticket a call has, as far as one who works on the call must know it."""

    id: int
    issued: Issued


def ticket_of_call(connection: Connection, call: int) -> Held | None:
    """Return the ticket of a call."""
    return _held(connection, tickets.c.call == call)


def ticket_with_number(connection: Connection, number: str) -> Held | None:
    """Return the ticket a number leads to."""
    return _held(
        connection,
        tickets.c.id
        == select(ticket_numbers.c.ticket)
        .where(ticket_numbers.c.number == number)
        .scalar_subquery(),
    )


def open_ticket(connection: Connection, call: int, opening: Opening) -> Held:
    """Open the ticket of a call whose row is locked and which has none.

    Raises ``NumberTaken``; nothing is written then.
    """
    category, at = opening.category, opening.mark.at
    if ticket_with_number(connection, opening.number) is not None:
        raise NumberTaken(opening.number)
    index = connection.scalars(select(calls.c.caller_index).where(calls.c.id == call)).one()
    issued = Issued(opening.number, category.id, category.limit_minutes(), category.promised_by(at))
    ticket = connection.scalars(
        insert(tickets)
        .values(
            call=call,
            number=issued.number,
            category=category.id,
            confidential=category.confidential,
            queue=category.queue,
            state=TicketState.OPEN,
            level=1,
            round=0,
            caller_index=index,
            opened_at=at,
            limit_minutes=issued.limit_minutes,
            promised_by=issued.promised_by,
        )
        .returning(tickets.c.id)
    ).one()
    values = {"number": issued.number, "ticket": ticket, "at": at}
    if insert_new(connection, ticket_numbers, values) is None:
        raise NumberTaken(opening.number)
    event = Opened(category.id, issued.number, issued.limit_minutes, opening.answers, opening.steps)
    append(connection, ticket, event, opening.mark)
    return Held(ticket, issued)


def _held(connection: Connection, where: ColumnElement[bool]) -> Held | None:
    row = connection.execute(
        select(
            tickets.c.id,
            tickets.c.number,
            tickets.c.category,
            tickets.c.limit_minutes,
            tickets.c.promised_by,
        ).where(where)
    ).one_or_none()
    if row is None:
        return None
    return Held(row.id, Issued(row.number, row.category, row.limit_minutes, row.promised_by))
