"""Looking tickets and calls up, for the command line and the desks of officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, Select, select

from database.engine import reading
from tickets.events import HistoryEntry
from tickets.model import Ticket, TicketState
from tickets.phone_number import PhoneBook
from tickets.store.history import history
from tickets.store.schema import call_backs, calls, ticket_numbers, tickets

MOST: int = 1000
"""No list is longer."""


@dataclass(frozen=True, slots=True)
class CallBackWish:
    """Somebody waits for our call."""

    at: datetime
    recording: str
    """The path of the spoken message, "" without one."""
    seconds: float


@dataclass(frozen=True, slots=True)
class TicketFile:
    """Everything about one ticket."""

    ticket: Ticket
    history: tuple[HistoryEntry, ...]
    call_backs: tuple[CallBackWish, ...]


@dataclass(frozen=True, slots=True)
class CallFound:
    """What became of a call."""

    call_id: str
    sip_call_id: str
    ticket: str
    """"" when it has none."""
    category: str
    queue: str
    ending: str
    """How its last conversation ended, "" while that goes on."""
    last_node: str
    queue_how: str
    """How its last stay in a queue ended, "" while it waits or if there was none."""
    wait_s: float | None
    talk_s: float | None
    operator: str
    arrived_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets to list; what is None does not matter."""

    state: TicketState | None = None
    category: str | None = None
    since: datetime | None = None
    caller: str | None = None
    """A telephone number; "" finds none. Needs the telephone keys."""


def find_ticket(engine: Engine, number: str) -> TicketFile | None:
    """Return the ticket that a number leads to, with its history; any of its numbers will do."""
    with reading(engine) as connection:
        row = (
            connection.execute(
                _ticket_columns()
                .join(ticket_numbers, ticket_numbers.c.ticket == tickets.c.id)
                .where(ticket_numbers.c.number == number)
            )
            .mappings()
            .one_or_none()
        )
        if row is None:
            return None
        wishes = connection.execute(
            select(call_backs.c.at, call_backs.c.recording, call_backs.c.seconds)
            .where(call_backs.c.ticket == row["id"])
            .order_by(call_backs.c.id)
        )
        return TicketFile(
            _ticket(connection, row),
            tuple(history(connection, row["id"])),
            tuple(CallBackWish(w.at, w.recording, w.seconds) for w in wishes),
        )


def list_tickets(
    engine: Engine,
    wanted: TicketFilter | None = None,
    *,
    limit: int = 50,
    phones: PhoneBook | None = None,
) -> tuple[Ticket, ...]:
    """Return tickets, the newest first, at most ``limit`` and never more than ``MOST``."""
    which = wanted or TicketFilter()
    query = _ticket_columns().order_by(tickets.c.id.desc()).limit(min(limit, MOST))
    if which.state is not None:
        query = query.where(tickets.c.state == which.state)
    if which.category is not None:
        query = query.where(tickets.c.category == which.category)
    if which.since is not None:
        query = query.where(tickets.c.opened_at >= which.since)
    if which.caller is not None:
        if phones is None:
            raise ValueError("a telephone is found only with the telephone keys")
        query = query.where(tickets.c.caller_index == (phones.index(which.caller) or ""))
    with reading(engine) as connection:
        rows = connection.execute(query).mappings().all()
        return tuple(_ticket(connection, row) for row in rows)


def find_call(
    engine: Engine, *, call_id: str | None = None, sip_call_id: str | None = None
) -> CallFound | None:
    """Return the newest call with this id of ours, or with this SIP Call-ID."""
    if (call_id is None) == (sip_call_id is None):
        raise ValueError("a call is found by one of its ids")
    if sip_call_id == "":
        return None  # of many calls it is not known
    where = calls.c.sip_call_id == sip_call_id if sip_call_id else calls.c.call_id == call_id
    query = (
        select(calls, tickets.c.number)
        .join(tickets, tickets.c.call == calls.c.id, isouter=True)
        .where(where)
        .order_by(calls.c.id.desc())
        .limit(1)
    )
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return CallFound(
        call_id=row.call_id,
        sip_call_id=row.sip_call_id,
        ticket=row.number or "",
        category=row.category,
        queue=row.queue,
        ending=row.ending,
        last_node=row.last_node,
        queue_how=row.queue_how,
        wait_s=row.wait_s,
        talk_s=row.talk_s,
        operator=row.operator,
        arrived_at=row.arrived_at,
        ended_at=row.ended_at,
    )


def _ticket_columns() -> Select[*tuple[object, ...]]:
    return select(tickets, calls.c.call_id).join(calls, calls.c.id == tickets.c.call)


def _ticket(connection: Connection, row: RowMapping) -> Ticket:
    numbers = connection.scalars(
        select(ticket_numbers.c.number)
        .where(ticket_numbers.c.ticket == row["id"])
        .order_by(ticket_numbers.c.at, ticket_numbers.c.number)
    )
    first = row["number"]
    return Ticket(
        number=first,
        numbers=(first, *(n for n in numbers if n != first)),
        call_id=row["call_id"],
        category=row["category"],
        state=TicketState(row["state"]),
        level=row["level"],
        queue=row["queue"],
        opened_at=row["opened_at"],
        promised_by=row["promised_by"],
        limit_minutes=row["limit_minutes"],
        confidential=row["confidential"],
    )
