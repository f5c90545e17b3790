"""What a record does to the store: the one way in, from the desk and from the spool alike.

Every function works inside a transaction of its caller. A record may come twice, late, or after
others that happened later; the result is the same ticket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from database.rows import insert_new
from tickets.call_events import CallBackWished, CallEnded, QueueEnded
from tickets.calls import EndedCall, IncomingCall, Issued, QueueEnding, QueueVisit
from tickets.ending import ticket_due
from tickets.model import Channel
from tickets.phone_number import SealedPhone
from tickets.spool_record import SpoolKind, SpoolRecord
from tickets.store.attempts import was_told
from tickets.store.call_rows import CallRow, Held, end_call, end_visit, lock_call
from tickets.store.history import Mark, add_number, append, category_said_at, change_category
from tickets.store.schema import call_backs, intake
from tickets.store.ticket_rows import (
    Opening,
    open_ticket,
    ticket_of_call,
    ticket_with_number,
)
from tickets.terms import Terms


@dataclass(frozen=True, slots=True)
class Deed:
    """A record on its way into the store, with what is needed to write it."""

    connection: Connection
    terms: Terms
    record: SpoolRecord
    seal: Callable[[str], SealedPhone | None]
    fresh_number: Callable[[Connection], str]
    """Gives a number to a new ticket whose record has none."""
    late: bool
    """The record comes from the spool: something may have happened since."""

    @property
    def mark(self) -> Mark:
        """How its events are signed."""
        return Mark(self.record.at, "caller", self.record.channel)

    @property
    def call(self) -> IncomingCall:
        """The call it is about."""
        record = self.record
        return IncomingCall(
            call_id=record.call_id,
            caller=record.caller,
            dialled=record.dialled,
            language=record.language,
            entry=record.entry,
            arrived_at=record.at,
            ticket=record.number,
            sip_call_id=record.sip_call_id,
        )


@dataclass(frozen=True, slots=True)
class Done:
    """What a record came to."""

    issued: Issued | None
    """The ticket of the call now."""
    opened: bool = False
    """Whether this record opened it."""
    repeated: bool = False
    """The record had been taken in before."""


def perform(deed: Deed) -> Done:
    """Write a record into the store.

    Raises ``Overtaken`` when another process was faster: do it again in a new transaction.
    """
    row = lock_call(deed.connection, deed.call, deed.seal, deed.record.at)
    # A ticket is one for each call in any case, and this is what callers wait for.
    needs_no_mark = deed.record.kind is SpoolKind.TICKET and not deed.late
    once = {"record_id": deed.record.record_id, "at": deed.record.at}
    if not needs_no_mark and insert_new(deed.connection, intake, once) is None:
        return Done(row.held.issued if row.held else None, repeated=True)
    match deed.record.kind:
        case SpoolKind.TICKET:
            return _give_ticket(deed, row)
        case SpoolKind.CALL_ENDED:
            return _end_call(deed, row)
        case SpoolKind.MESSAGE | SpoolKind.CALL_BACK:
            return _wish_call_back(deed, row)
        case SpoolKind.QUEUE_ENDED:
            return _end_visit(deed, row)


def _give_ticket(deed: Deed, row: CallRow) -> Done:
    held = row.held
    if held is None:
        return Done(_open(deed, row).issued, opened=True)
    category = deed.terms.category_or_other(deed.record.category)
    if category.id != held.issued.category and _is_last_word(deed, held):
        change_category(deed.connection, held.id, held.issued.category, category, deed.mark)
    _keep_number(deed, held)
    current = ticket_of_call(deed.connection, row.id)
    return Done(current.issued if current else None)


def _is_last_word(deed: Deed, held: Held) -> bool:
    """Tell whether nothing was said about the category since: the spool may bring what is older."""
    if not deed.late:
        return True
    said_at = category_said_at(deed.connection, held.id)
    return bool(deed.record.category) and (said_at is None or said_at <= deed.record.at)


def _end_call(deed: Deed, row: CallRow) -> Done:
    record = deed.record
    ended = EndedCall(
        deed.call, record.ending, record.last_node, record.steps, record.category, record.queue
    )
    end_call(deed.connection, row.id, ended, record.at, late=deed.late)
    held = _ticket(deed, row)
    opened = held is None and _is_due(deed)
    if held is None and opened:
        held = _open(deed, row)
    if held is None:
        return Done(None)
    event = CallEnded(record.ending, record.last_node, record.queue, record.answers, record.steps)
    append(deed.connection, held.id, event, deed.mark)
    return Done(held.issued, opened)


def _wish_call_back(deed: Deed, row: CallRow) -> Done:
    """Keep the wish; whoever wishes to be called back is owed a ticket to be called about."""
    record = deed.record
    held = _ticket(deed, row)
    opened = held is None
    held = held or _open(deed, row)
    values = {
        "call": row.id,
        "ticket": held.id,
        "recording": record.message,
        "seconds": record.seconds,
        "at": record.at,
    }
    if insert_new(deed.connection, call_backs, values) is not None:
        event = CallBackWished(record.message, record.seconds)
        append(deed.connection, held.id, event, deed.mark)
    return Done(held.issued, opened)


def _end_visit(deed: Deed, row: CallRow) -> Done:
    record = deed.record
    how = QueueEnding(record.how)
    visit = QueueVisit(deed.call, record.queue, how, record.wait_s, record.talk_s, record.operator)
    end_visit(deed.connection, row.id, visit)
    held = _ticket(deed, row)
    if held is None:
        return Done(None)
    event = QueueEnded(record.queue, how, record.wait_s, record.talk_s, record.operator)
    append(deed.connection, held.id, event, Mark(record.at, "system", Channel.SYSTEM))
    return Done(held.issued)


def _is_due(deed: Deed) -> bool:
    record = deed.record
    if record.number:
        return True  # it was given, and may have been spoken
    category = deed.terms.category(record.category)
    told = was_told(deed.connection, record.call_id)
    return ticket_due(record.ending, category, status_told=told)


def _ticket(deed: Deed, row: CallRow) -> Held | None:
    """Find the ticket of the call, or the one that it is about; keep a second number."""
    if row.held is None and deed.record.number:
        return ticket_with_number(deed.connection, deed.record.number)
    if row.held is not None:
        _keep_number(deed, row.held)
    return row.held


def _keep_number(deed: Deed, held: Held) -> None:
    """Let a second number that this call was given lead to its ticket."""
    number = deed.record.number
    if number and number != held.issued.number:
        add_number(deed.connection, held.id, number, deed.mark)


def _open(deed: Deed, row: CallRow) -> Held:
    record = deed.record
    # A call about an existing ticket carries the number of that one; a new matter gets its own.
    given = record.number and ticket_with_number(deed.connection, record.number) is None
    return open_ticket(
        deed.connection,
        row,
        Opening(
            number=record.number if given else deed.fresh_number(deed.connection),
            category=deed.terms.category_or_other(record.category),
            category_said=deed.terms.category(record.category) is not None,
            mark=deed.mark,
            answers=record.answers,
            steps=record.steps,
        ),
    )
