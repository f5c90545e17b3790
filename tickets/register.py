"""The register of tickets: each method is one transaction, durable when it returns.

Synchronous: ``tickets.service`` calls it in threads of its own, the intake and the command line
directly. Any number of processes may write in one store. Every method may raise
``StoreUnavailable``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, text

from database.engine import reading, writing
from tickets.asking import Asker, is_known, newest_open, status
from tickets.call_events import OperatorNoted
from tickets.calls import IncomingCall, Refusal, Told
from tickets.clock import Clock, SystemClock
from tickets.deeds import Deed, Done, perform
from tickets.model import Channel
from tickets.number import number_at
from tickets.phone_number import PhoneBook, key_mark
from tickets.spool_record import SpoolRecord
from tickets.store.blocks import lease_block, touch
from tickets.store.call_rows import make_call
from tickets.store.history import Mark, append
from tickets.store.key_rows import check_keys
from tickets.store.ticket_rows import Overtaken, ticket_with_number
from tickets.terms import Terms

T = TypeVar("T")


class _Shared(threading.local):
    """The transaction that jobs of this thread share."""

    connection: Connection | None = None


class Register:
    """Tickets in one store, on the terms of one district.

    ``number_key`` permutes the sequence of ticket numbers and must never change for a store.
    """

    def __init__(
        self,
        engine: Engine,
        terms: Terms,
        phones: PhoneBook,
        number_key: bytes,
        *,
        clock: Clock | None = None,
    ) -> None:
        if not 32 <= len(number_key) <= 64:
            raise ValueError("the key of the ticket numbers has 32 to 64 bytes")
        self.terms = terms
        self.clock: Clock = clock or SystemClock()
        self._engine = engine
        self._phones = phones
        self._number_key = number_key
        self._shared = _Shared()

    def together(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Do several jobs that use this register in one transaction, and return their results.

        When one of them raises, none is done.
        """
        with writing(self._engine) as connection:
            self._shared.connection = connection
            try:
                return [job() for job in jobs]
            finally:
                self._shared.connection = None

    def check_keys(self) -> None:
        """Raise ``WrongKey`` unless the keys are those the store was begun with."""
        marks = {"numbers": key_mark(self._number_key), **self._phones.key_marks}
        with self._writing() as connection:
            check_keys(connection, marks)

    def probe(self) -> None:
        """Raise ``StoreUnavailable`` unless something could be written now."""
        with self._writing() as connection:
            touch(connection)

    def probe_reading(self) -> None:
        """Raise ``StoreUnavailable`` unless something could be read now."""
        with reading(self._engine) as connection:
            connection.execute(text("SELECT 1"))

    def lease(self, holder: str, size: int) -> list[str]:
        """Lease ticket numbers that nobody else has or will have. Unused ones are lost."""
        with self._writing() as connection:
            return self._lease(connection, holder, size)

    def note_call(self, call: IncomingCall) -> None:
        """Leave a record that a call came; once more changes nothing."""
        with self._writing() as connection:
            make_call(connection, call, self._phones.seal, self.clock.now())

    def take_in(
        self,
        record: SpoolRecord,
        *,
        late: bool = False,
        fresh_number: Callable[[], str] | None = None,
    ) -> Done:
        """Write a record once, however often it comes.

        ``late`` for one that comes from the spool. ``fresh_number`` gives a number if a ticket is
        opened that was given none; without it one is leased.
        """

        def fresh(connection: Connection) -> str:
            if fresh_number is not None:
                return fresh_number()
            return self._lease(connection, "intake", 1)[0]

        try:
            return self._perform(record, fresh, late)
        except Overtaken:
            if self._shared.connection is not None:
                raise  # what is half done can only be undone with the others
            return self._perform(record, fresh, late)

    def note_operator(
        self,
        number: str,
        operator: str,
        what: str,
        code: str,
        *,
        first: Callable[[Connection], bool] = lambda _: True,
    ) -> bool:
        """Write into a ticket what an operator said of the talk; false: no such ticket.

        ``first`` is called with the ticket held, to write the same elsewhere in one transaction;
        when it says that there is nothing new, nothing is written here.
        """
        with self._writing() as connection:
            held = ticket_with_number(connection, number)
            if not first(connection) or held is None:
                return held is not None
            mark = Mark(self.clock.now(), operator, Channel.PHONE)
            append(connection, held.id, OperatorNoted(what, code, operator), mark)
            return True

    def status(self, call: IncomingCall, number: str) -> Told | Refusal:
        """Tell what this caller may hear about a number."""
        asker = Asker(call.call_id, self._phones.index(call.caller))
        with self._writing() as connection:
            return status(connection, self.terms, asker, number, self.clock.now())

    def open_ticket(self, call: IncomingCall) -> Told | None:
        """Return the newest open ticket of the caller's telephone; never a confidential one."""
        index = self._phones.index(call.caller)
        if index is None:
            return None
        with reading(self._engine) as connection:
            return newest_open(connection, index)

    def caller_known(self, call: IncomingCall) -> bool:
        """Tell whether the caller's telephone called within the last days, before this call."""
        index = self._phones.index(call.caller)
        if index is None:
            return False
        with reading(self._engine) as connection:
            return is_known(
                connection, index, call.call_id, self.clock.now(), self.terms.known_caller
            )

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction that writes: the shared one, or one of its own."""
        if self._shared.connection is not None:
            yield self._shared.connection
            return
        with writing(self._engine) as connection:
            yield connection

    def _perform(self, record: SpoolRecord, fresh: Callable[[Connection], str], late: bool) -> Done:
        with self._writing() as connection:
            return perform(Deed(connection, self.terms, record, self._phones.seal, fresh, late))

    def _lease(self, connection: Connection, holder: str, size: int) -> list[str]:
        block = lease_block(connection, holder, size, self.clock.now())
        return [number_at(self._number_key, place) for place in block]
