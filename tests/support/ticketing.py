"""A clock, keys and terms for tests of the tickets."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from database.engine import open_store
from tickets import queries, spool
from tickets.calls import IncomingCall, Rate, StatusLimits
from tickets.clock import Clock
from tickets.life import life_of
from tickets.model import Category
from tickets.number import number_at
from tickets.phone_number import PhoneBook
from tickets.queries import TicketFile
from tickets.register import Register
from tickets.service import TicketDesk
from tickets.spool_record import SpoolKind, SpoolRecord
from tickets.terms import Terms

NUMBER_KEY: Final = b"n" * 32
NOON: Final = datetime(2026, 6, 1, 6, 30, tzinfo=UTC)
SITA: Final = "+919811012345"
RAM: Final = "9711012346"


class FakeClock:
    """Time that moves only when told."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._passed = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._passed

    def advance(self, **time: float) -> None:
        """Let time pass."""
        step = timedelta(**time)
        self._now += step
        self._passed += step.total_seconds()

    def set_back(self, **time: float) -> None:
        """Set the wall clock back, as an administrator or a time server would."""
        self._now -= timedelta(**time)


class StoreMaker:
    """Opens one store several times and closes them all."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engines: list[Engine] = []

    def open(self, busy_s: float = 0.5) -> Engine:
        engine = open_store(self.url, busy_s=busy_s)
        self._engines.append(engine)
        return engine

    def close(self) -> None:
        for engine in self._engines:
            engine.dispose()


def phone_book(region: str = "IN") -> PhoneBook:
    return PhoneBook({"k1": b"e" * 32}, current="k1", index_key=b"i" * 32, region=region)


def terms(**limits: object) -> Terms:
    """The categories of a small district."""
    status = StatusLimits(
        per_call=3,
        per_caller=Rate(4, timedelta(hours=1)),
        overall=Rate(50, timedelta(hours=1)),
    )
    return Terms(
        categories={
            c.id: c
            for c in (
                Category("food", "food", (120, 240)),
                Category("ration", "ration", (1440, 4320)),
                Category("psych", "psych", (15, 60), confidential=True),
                Category("other", "general", (1440, 10080)),
                Category("information", "general", ticket=False),
                Category("status", "general", ticket=False),
            )
        },
        status_limits=limits.get("status_limits", status),  # type: ignore[arg-type]
    )


def make_register(
    engine: Engine, clock: Clock | None = None, its_terms: Terms | None = None
) -> Register:
    return Register(engine, its_terms or terms(), phone_book(), NUMBER_KEY, clock=clock)


def call(call_id: str, caller: str = SITA, **more: object) -> IncomingCall:
    return IncomingCall(call_id=f"gurugram-b1-{call_id}", caller=caller, **more)  # type: ignore[arg-type]


def record(
    call_id: str, kind: SpoolKind = SpoolKind.TICKET, at: datetime = NOON, **more: object
) -> SpoolRecord:
    values: dict[str, object] = {"caller": SITA, "category": "food", **more}
    return SpoolRecord(f"gurugram-b1-{call_id}", kind, at, **values)  # type: ignore[arg-type]


async def desk_is_back(desk: TicketDesk) -> None:
    """Wait until the desk has noticed that the store answers again."""
    for _ in range(500):
        if not desk.store_is_away:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the desk did not notice that the store is back")


def file_of(store: Engine, number: str) -> TicketFile:
    """Find a ticket with its history."""
    found = queries.find_ticket(store, number)
    assert found is not None
    # Whatever was done, the row is what the history says.
    life = life_of(entry.event for entry in found.history)
    assert (found.ticket.category, found.ticket.state, found.ticket.level) == (
        life.category,
        life.state,
        life.level,
    )
    assert set(found.ticket.numbers) == set(life.numbers)
    return found


def fill(folder: Path, count: int) -> list[str]:
    """Leave tickets of the fall-back and return their numbers."""
    numbers = [number_at(NUMBER_KEY, 1000 + n) for n in range(count)]
    for n, number in enumerate(numbers):
        spool.append(folder, record(str(n), number=number))
    return numbers


def stored(store: Engine) -> list[str]:
    """The number of every ticket in the store, in order."""
    return sorted(ticket.number for ticket in queries.list_tickets(store, limit=1000))
