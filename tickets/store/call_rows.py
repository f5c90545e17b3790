"""The row of a call: made once, whoever comes first, and locked by whoever works on the call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, bindparam, exists, or_, select, update

from database.columns import Utc
from database.prepared import Prepared
from database.rows import insert_new
from tickets.calls import EndedCall, IncomingCall, Issued, QueueVisit
from tickets.phone_number import SealedPhone
from tickets.store.schema import calls, tickets
from tickets.text import fit

_FOUND: Final = Prepared(
    lambda _: (
        select(
            calls.c.id,
            calls.c.caller_index,
            tickets.c.id.label("ticket"),
            tickets.c.number,
            tickets.c.category,
            tickets.c.limit_minutes,
            tickets.c.promised_by,
        )
        .outerjoin(tickets, tickets.c.call == calls.c.id)
        .where(calls.c.call_id == bindparam("of"))
        .with_for_update(of=calls)
    )
)
_CALLED_SINCE: Final = Prepared(
    lambda _: select(
        exists().where(
            calls.c.caller_index == bindparam("telephone"),
            calls.c.arrived_at >= bindparam("since"),
            calls.c.call_id != bindparam("except_call"),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Held:
    """A ticket, as far as one who works on its call must know it."""

    id: int
    issued: Issued


@dataclass(frozen=True, slots=True)
class CallRow:
    """The row of a call, locked."""

    id: int
    telephone: str | None
    """The index of the caller's number."""
    held: Held | None
    """Its ticket; may be missed while another process opens it, which ``open_ticket`` notices."""


def make_call(
    connection: Connection,
    call: IncomingCall,
    seal: Callable[[str], SealedPhone | None],
    at: datetime,
) -> CallRow | None:
    """Make the row of a call; ``None`` when it is there already."""
    phone = seal(call.caller)
    made = insert_new(
        connection,
        calls,
        {
            "call_id": call.call_id,
            "sip_call_id": fit(call.sip_call_id, 128),
            "caller_sealed": phone.sealed if phone else None,
            "caller_index": phone.index if phone else None,
            "dialled": fit(call.dialled, 32),
            "language": fit(call.language, 16),
            "entry": fit(call.entry, 48),
            "arrived_at": call.arrived_at or at,
            "category": "",
            "queue": "",
            "ending": "",
            "last_node": "",
            "queue_how": "",
            "operator": "",
        },
    )
    return None if made is None else CallRow(int(made), phone.index if phone else None, None)


def lock_call(
    connection: Connection,
    call: IncomingCall,
    seal: Callable[[str], SealedPhone | None],
    at: datetime,
) -> CallRow:
    """Return the row of a call, which is made if need be and locked in either case.

    Until the transaction ends no other one gets past here with the same call.
    """
    found = _find(connection, call.call_id) or make_call(connection, call, seal, at)
    # None: another process made it between our look and our insert.
    found = found or _find(connection, call.call_id)
    assert found is not None
    return found


def end_call(
    connection: Connection, row: int, ended: EndedCall, at: datetime, *, late: bool
) -> None:
    """Write how a conversation ended; an earlier session's category and queue stay if unsaid.

    What comes late, from the spool, does not undo the ending of a later session.
    """
    values: dict[str, Any] = {
        "of": row,
        "ending": ended.ending,
        "last_node": ended.last_node,
        "ended_at": at,
    }
    if ended.category:
        values["category"] = ended.category
    if ended.queue:
        values["queue"] = ended.queue
    if late:
        values["by"] = at
    _change(tuple(values)).run(connection, values)


def end_visit(connection: Connection, row: int, visit: QueueVisit) -> None:
    """Write how the last stay in a queue ended."""
    values = {
        "of": row,
        "queue": visit.queue,
        "queue_how": visit.how,
        "wait_s": visit.wait_s,
        "talk_s": visit.talk_s,
        "operator": visit.operator,
    }
    _change(tuple(values)).run(connection, values)


def called_since(connection: Connection, index: str, since: datetime, except_call: str) -> bool:
    """Tell whether a telephone called since then, other than now."""
    values = {"telephone": index, "since": since, "except_call": except_call}
    return _CALLED_SINCE.one(connection, values) == (True,)


def _find(connection: Connection, call_id: str) -> CallRow | None:
    row = _FOUND.one(connection, {"of": call_id})
    if row is None:
        return None
    found, index, ticket, *issued = row
    return CallRow(found, index, Held(ticket, Issued(*issued)) if ticket else None)


@cache
def _change(given: tuple[str, ...]) -> Prepared:
    """Change the call ``of``; with ``by`` only one that had not ended after that."""
    change = update(calls).where(calls.c.id == bindparam("of"))
    if "by" in given:
        by = bindparam("by", type_=Utc())
        change = change.where(or_(calls.c.ended_at.is_(None), calls.c.ended_at <= by))
    return Prepared(lambda _: change, given)
