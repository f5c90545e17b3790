"""What is kept of the staff's deeds: in the journal, on the ticket, in the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, select

from console.audit import Audit
from database.engine import reading, writing
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.schema import journal
from queue_manager.journal.store import add_beside
from queue_manager.roster.schema import operators
from sahayata.staff.ports import LastCall
from tickets.register import Register

LATELY: Final = timedelta(hours=1)
"""A call that was answered earlier is not the last call any more."""
_KINDS: Final = {"disposition": Kind.DISPOSITION, "mark": Kind.MARKED}


class StaffRecords:
    """``sahayata.staff.ports.Records`` on the database; each may raise ``StoreUnavailable``."""

    def __init__(
        self, engine: Engine, register: Register, audit: Audit, now: Callable[[], datetime]
    ) -> None:
        self._engine, self._register, self._audit, self._now = engine, register, audit, now

    def last_call(self, operator: str) -> LastCall | None:
        """Find the call an operator answered last, within ``LATELY``."""
        last = (
            select(journal)
            .where(
                journal.c.operator == operator,
                journal.c.kind == Kind.ANSWERED.value,
                journal.c.at >= self._now() - LATELY,
            )
            .order_by(journal.c.at.desc(), journal.c.id.desc())
            .limit(1)
        )
        with reading(self._engine) as connection:
            row = connection.execute(last).one_or_none()
        if row is None:
            return None
        return LastCall(row.visit, row.call_id, row.ticket, row.queue, row.at)

    def note(self, call: LastCall, operator: str, kind: str, code: str) -> None:
        """Write a disposition or a mark into the journal and onto the ticket: both, or neither.

        The last word of a call counts and every other one is kept; the same once more is no word.
        """
        at = self._now()
        entry = Entry(
            key=f"{kind}:{call.visit}:{at.isoformat()}",
            at=at,
            kind=_KINDS[kind],
            queue=call.queue,
            operator=operator,
            visit=call.visit,
            call_id=call.call_id,
            ticket=call.ticket,
            detail=code,
        )

        def said(connection: Connection) -> bool:
            if _last_word(connection, entry) == (operator, code):
                return False
            add_beside(connection, [entry])
            return True

        if call.ticket:
            self._register.note_operator(call.ticket, operator, kind, code, first=said)
        else:
            with writing(self._engine) as connection:
                said(connection)

    def break_told(self, who: str, reason: str, queue: str, said: str) -> int:
        """Put on record that somebody heard what their break would cost; return its number."""
        return self._audit.break_told(who, reason, queue, said)

    def break_chosen(self, number: int, who: str, *, went: bool) -> None:
        """Put on record whether they went all the same."""
        self._audit.break_chosen(number, who, went=went)

    def audit(self, who: str, what: str, whom: str, queue: str, outcome: str) -> int:
        """Put on record what somebody does by telephone; return the number of the line."""
        return self._audit.by_telephone(who, what, whom, queue, outcome)

    def ended(self, number: int, who: str, what: str, outcome: str) -> None:
        """Put on record what became of it."""
        self._audit.ended(number, who, what, outcome)


def _last_word(connection: Connection, entry: Entry) -> tuple[str, str] | None:
    """Who said last of this kind of a visit, and what."""
    words = (
        select(journal.c.operator, journal.c.detail)
        .where(journal.c.visit == entry.visit, journal.c.kind == entry.kind.value)
        .order_by(journal.c.at.desc(), journal.c.id.desc())
        .limit(1)
    )
    row = connection.execute(words).one_or_none()
    return (row.operator, row.detail) if row is not None else None


class RosterCrew:
    """``sahayata.staff.ports.Crew`` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def supervisors(self) -> Mapping[str, bool]:
        """Return everybody on the roster, and whether each is a supervisor."""
        everybody = select(operators.c.extension, operators.c.supervisor).where(
            operators.c.left_on.is_(None)
        )
        with reading(self._engine) as connection:
            return {row.extension: row.supervisor for row in connection.execute(everybody)}
