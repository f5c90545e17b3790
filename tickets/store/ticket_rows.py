"""Opening tickets: one for each call, however often and by however many it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from database.prepared import Prepared, Row
from database.rows import insert_new
from tickets.call_events import Opened
from tickets.calls import Issued
from tickets.model import Category, Step, TicketState
from tickets.store.call_rows import CallRow, Held
from tickets.store.history import Mark, append
from tickets.store.schema import ticket_numbers, tickets


class NumberTaken(Exception):
    """A number that was to be new belongs to a ticket: it was made with another key."""


class Overtaken(Exception):
    """Another process opened the ticket of this call a moment ago: look again."""


_HELD: Final = select(
    tickets.c.id,
    tickets.c.number,
    tickets.c.category,
    tickets.c.limit_minutes,
    tickets.c.promised_by,
)
_OF_CALL: Final = Prepared(lambda _: _HELD.where(tickets.c.call == bindparam("of")))
_WITH_NUMBER: Final = Prepared(
    lambda _: _HELD.where(
        tickets.c.id
        == select(ticket_numbers.c.ticket)
        .where(ticket_numbers.c.number == bindparam("of"))
        .scalar_subquery()
    )
)
_LEADS: Final = Prepared(lambda _: insert(ticket_numbers), ("number", "ticket", "at"))


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new ticket begins with."""

    number: str
    category: Category
    category_said: bool
    mark: Mark
    answers: Mapping[str, str]
    steps: tuple[Step, ...]


def ticket_of_call(connection: Connection, call: int) -> Held | None:
    """Return the ticket of a call."""
    return _held(_OF_CALL.one(connection, {"of": call}))


def ticket_with_number(connection: Connection, number: str) -> Held | None:
    """Return the ticket a number leads to."""
    return _held(_WITH_NUMBER.one(connection, {"of": number}))


def open_ticket(connection: Connection, call: CallRow, opening: Opening) -> Held:
    """Open the ticket of a call that has none.

    Raises ``Overtaken`` or ``NumberTaken``; the transaction must be given up then.
    """
    category, at = opening.category, opening.mark.at
    issued = Issued(opening.number, category.id, category.limit_minutes(), category.promised_by(at))
    values = {
        "call": call.id,
        "number": issued.number,
        "category": category.id,
        "confidential": category.confidential,
        "queue": category.queue,
        "state": TicketState.OPEN,
        "level": 1,
        "round": 0,
        "caller_index": call.telephone,
        "opened_at": at,
        "limit_minutes": issued.limit_minutes,
        "promised_by": issued.promised_by,
    }
    made = insert_new(connection, tickets, values)
    if made is None:
        overtaken = ticket_of_call(connection, call.id) is not None
        raise Overtaken if overtaken else NumberTaken(opening.number)
    ticket = int(made)
    leads = {"number": issued.number, "ticket": ticket, "at": at}
    try:
        _LEADS.run(connection, leads)
    except IntegrityError as fault:
        raise NumberTaken(opening.number) from fault
    event = Opened(
        category.id,
        issued.number,
        issued.limit_minutes,
        opening.answers,
        opening.steps,
        opening.category_said,
    )
    append(connection, ticket, event, opening.mark)
    return Held(ticket, issued)


def _held(row: Row | None) -> Held | None:
    return None if row is None else Held(row[0], Issued(*row[1:]))
