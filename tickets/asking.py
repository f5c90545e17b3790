"""What a caller may hear about tickets. A refusal never tells whose a number is.

A stranger learns the state and nothing else; a ticket of a confidential category does not exist
for him. Every question does the same work, whatever the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, RowMapping, bindparam, select

from tickets.call_events import StatusTold
from tickets.calls import Refusal, Told
from tickets.model import Channel, TicketState
from tickets.number import is_well_formed
from tickets.store.attempts import admit
from tickets.store.call_rows import called_since
from tickets.store.history import Mark, append
from tickets.store.schema import ticket_numbers, tickets
from tickets.terms import Terms

_OVER = [state for state in TicketState if state.is_over]
_NEWEST_OPEN: Final = (
    select(tickets)
    .where(
        tickets.c.caller_index == bindparam("telephone"),
        tickets.c.state.not_in(_OVER),
        tickets.c.confidential.is_(False),
    )
    .order_by(tickets.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the call and the index of its telephone, None when withheld."""

    call_id: str
    index: str | None


def status(
    connection: Connection, terms: Terms, asker: Asker, number: str, at: datetime
) -> Told | Refusal:
    """Answer a question by number; all but a slip of the finger counts against the limits."""
    if not is_well_formed(number):
        return Refusal.WRONG_NUMBER
    row = _by_number(connection, number)
    own = row is not None and asker.index is not None and row["caller_index"] == asker.index
    told = row is not None and (own or not row["confidential"])
    if not admit(
        connection,
        terms.status_limits,
        asker.call_id,
        asker.index,
        own=own,
        told=told,
        at=at,
    ):
        return Refusal.TOO_MANY
    if row is None or not told:
        return Refusal.NOT_FOUND
    append(connection, row["id"], StatusTold(own), Mark(at, "caller", Channel.PHONE))
    return _told(row, number, own=own)


def newest_open(connection: Connection, index: str) -> Told | None:
    """Return the newest ticket of a telephone that is not over.

    One of a confidential category is left out: it is told to whoever asks by number from this
    telephone, not offered to whoever in the household happens to call.
    """
    row = connection.execute(_NEWEST_OPEN, {"telephone": index}).mappings().one_or_none()
    return None if row is None else _told(row, row["number"], own=True)


def is_known(
    connection: Connection, index: str, except_call: str, at: datetime, within: timedelta
) -> bool:
    """Tell whether a telephone called within a time, other than in this call."""
    return called_since(connection, index, at - within, except_call)


def _by_number(connection: Connection, number: str) -> RowMapping | None:
    return (
        connection.execute(
            select(tickets)
            .join(ticket_numbers, ticket_numbers.c.ticket == tickets.c.id)
            .where(ticket_numbers.c.number == number)
        )
        .mappings()
        .one_or_none()
    )


def _told(row: RowMapping, number: str, *, own: bool) -> Told:
    if not own:
        return Told(number, row["state"], own=False)
    return Told(
        number,
        row["state"],
        own=True,
        category=row["category"],
        opened_at=row["opened_at"],
        promised_by=row["promised_by"],
    )
