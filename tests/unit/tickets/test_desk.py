"""The desk: an answer in time, and a number only when it is durable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from database.engine import reading
from tests.support.postgres import PostgresServer
from tests.support.ticket_store import LIMIT_S
from tests.support.ticketing import (
    NOON,
    NUMBER_KEY,
    RAM,
    FakeClock,
    StoreMaker,
    call,
    desk_is_back,
    make_register,
    phone_book,
    terms,
)
from tickets import queries, spool
from tickets.call_events import CallBackWished, CallEnded, CategoryChanged, Opened, QueueEnded
from tickets.calls import EndedCall, QueueEnding, QueueVisit
from tickets.deeds import Done
from tickets.intake import take_in
from tickets.number import number_at
from tickets.pool import NumberPool
from tickets.register import Register
from tickets.service import DeskSettings, DeskUnavailable, TicketDesk
from tickets.spool import Spooled
from tickets.spool_record import SpoolRecord


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@contextmanager
def locked(engine: Engine) -> Iterator[Callable[[], None]]:
    """Hold the whole store for oneself, as a backup or a stuck process would; yields a release."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            names = ", ".join(["calls", "tickets", "ticket_events", "counters", "intake"])
            connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
        else:
            connection.execute(text("SELECT 1"))  # BEGIN IMMEDIATE: nobody else may write
        yield connection.rollback
        connection.rollback()


def spooled(folder: Path) -> list[str]:
    return [found.record.number for found in spool.read(folder) if isinstance(found, Spooled)]


async def test_a_ticket_and_its_repeats(desk: TicketDesk, store: Engine) -> None:
    await desk.call_arrived(call("1"))
    first = await desk.issue(call("1"), "food", {"pin": "122001"}, ())
    assert first.promised_by == NOON + timedelta(hours=2)
    assert await desk.issue(call("1"), "food", {}, ()) == first
    changed = await desk.issue(call("1"), "ration", {}, ())
    assert (changed.number, changed.category) == (first.number, "ration")
    (ticket,) = queries.list_tickets(store)
    found = queries.find_ticket(store, ticket.number)
    assert found is not None
    assert [type(entry.event) for entry in found.history] == [Opened, CategoryChanged]


async def test_many_steps_of_one_call_at_once_give_one_ticket(
    desk: TicketDesk, store: Engine
) -> None:
    told = await asyncio.gather(*(desk.issue(call("1"), "food", {}, ()) for _ in range(20)))
    assert len(set(told)) == 1
    assert len(queries.list_tickets(store)) == 1


async def test_a_hundred_calls_at_once_one_of_them_faulty(
    desk: TicketDesk, register: Register, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = register.take_in

    def faulty(record: SpoolRecord, **more: Any) -> Done:
        if record.call_id == "gurugram-b1-50":
            raise ZeroDivisionError
        return take_in(record, **more)

    monkeypatch.setattr(register, "take_in", faulty)
    told = await asyncio.gather(*(desk.issue(call(str(n)), "food", {}, ()) for n in range(100)))
    stored = {ticket.number for ticket in queries.list_tickets(store, limit=1000)}
    assert stored == {ticket.number for n, ticket in enumerate(told) if n != 50}
    assert len(stored) == 99


async def test_more_calls_than_one_block_has_numbers(desk: TicketDesk, store: Engine) -> None:
    told = [(await desk.issue(call(str(n)), "food", {}, ())).number for n in range(250)]
    assert len(set(told)) == 250
    assert len(queries.list_tickets(store, limit=1000)) == 250


async def test_a_locked_store_keeps_no_caller_waiting(
    register: Register, stores: StoreMaker, store: Engine, desk: TicketDesk, folder: Path
) -> None:
    """The lock may last a minute: the first caller waits for the limit, the others not at all."""
    with locked(stores.open(5)):
        began = time.monotonic()
        first = await desk.issue(call("1"), "food", {}, ())
        assert time.monotonic() - began < LIMIT_S
        began = time.monotonic()
        others = [await desk.issue(call(str(n)), "food", {}, ()) for n in range(2, 22)]
        again = await desk.issue(call("1"), "food", {}, ())
        assert time.monotonic() - began < LIMIT_S  # for all of them; the store takes 0.5 s for each
        with pytest.raises(DeskUnavailable):
            await desk.status(call("2"), first.number)
        with pytest.raises(DeskUnavailable):
            await desk.call_arrived(call("30"))
        numbers = [ticket.number for ticket in (first, *others)]
        assert again == first
        assert spooled(folder) == numbers
        assert len(set(numbers)) == 21
    await desk_is_back(desk)
    # Before the intake has come by, a step that is repeated has the same ticket all the same.
    assert await desk.issue(call("2"), "food", {}, ()) == others[0]
    take_in(register, folder)
    assert spooled(folder) == []
    assert [t.number for t in reversed(queries.list_tickets(store))] == [
        others[0].number,
        first.number,
        *numbers[2:],
    ]
    told = queries.find_ticket(store, first.number)
    assert told is not None
    assert told.ticket.promised_by == first.promised_by


async def test_a_commit_that_comes_late_and_the_spool_agree(
    stores: StoreMaker, clock: FakeClock, folder: Path
) -> None:
    """The desk gives up before the store does: both have the ticket, and it is one."""
    register = make_register(stores.open(busy_s=30), clock)
    desk = TicketDesk(register, DeskSettings(folder, "test", limit_s=0.3))
    await desk.start()
    with locked(stores.open(5)) as release:
        issued = await desk.issue(call("1"), "food", {}, ())
        ended = EndedCall(call("1"), "to_queue", category="food", queue="food")
        assert await desk.call_ended(ended) is None
        release()
        await desk_is_back(desk)
    # The late commit is done: the lane came back through the same thread.
    assert [t.number for t in queries.list_tickets(stores.open())] == [issued.number]
    report = take_in(register, folder)
    assert (report.taken + report.repeated, report.damaged) == (2, ())
    (ticket,) = queries.list_tickets(stores.open())
    assert ticket.numbers == (issued.number,)
    found = queries.find_ticket(stores.open(), issued.number)
    assert found is not None
    assert [type(entry.event) for entry in found.history] == [Opened, CallEnded]
    await desk.close()


async def test_what_happens_to_a_call_while_the_store_is_away_is_all_kept(
    desk: TicketDesk, register: Register, stores: StoreMaker, store: Engine, folder: Path
) -> None:
    with locked(stores.open(5)):
        issued = await desk.issue(call("1"), "food", {}, ())
        changed = await desk.issue(call("1"), "ration", {}, ())
        assert changed.number == issued.number
        message = Path("/messages/1.wav")
        await desk.message_left(call("1", ticket=issued.number), message, 3.0)
        await desk.call_ended(EndedCall(call("1", ticket=issued.number), "to_queue"))
        visit = QueueVisit(call("1", ticket=issued.number), "food", QueueEnding.ABANDONED, 9.0)
        await desk.queue_ended(visit)
        hung_up = await desk.call_ended(EndedCall(call("2"), "caller_hung_up"))
        assert hung_up is not None
        assert hung_up.category == "other"
        informed = EndedCall(call("3"), "caller_hung_up", category="information")
        assert await desk.call_ended(informed) is None
    assert len(take_in(register, folder).damaged) == 0
    found = queries.find_ticket(store, issued.number)
    assert found is not None
    assert found.ticket.category == "ration"
    assert [type(entry.event) for entry in found.history] == [
        Opened,
        CategoryChanged,
        CallBackWished,
        CallEnded,
        QueueEnded,
    ]
    assert queries.find_ticket(store, hung_up.number) is not None
    assert len(queries.list_tickets(store)) == 2
    informed_call = queries.find_call(store, call_id="gurugram-b1-3")
    assert informed_call is not None
    assert (informed_call.ending, informed_call.ticket) == ("caller_hung_up", "")


async def test_the_same_ending_told_twice_is_in_the_history_once(
    desk: TicketDesk, store: Engine
) -> None:
    issued = await desk.issue(call("1"), "food", {}, ())
    visit = QueueVisit(call("1", ticket=issued.number), "food", QueueEnding.SERVED, 9.0, 80.0)
    for _ in range(2):
        ended = EndedCall(call("1", arrived_at=NOON), "to_queue", queue="food")
        assert await desk.call_ended(ended) is None
        await desk.queue_ended(visit)
        await desk.message_left(call("1"), None, 0.0)
    found = queries.find_ticket(store, issued.number)
    assert found is not None
    assert [type(e.event) for e in found.history] == [Opened, CallEnded, QueueEnded, CallBackWished]


@pytest.mark.postgres
async def test_connections_that_the_server_dropped_are_made_anew(
    migrated_postgres: PostgresServer, folder: Path, clock: FakeClock
) -> None:
    stores = StoreMaker(migrated_postgres.create("dropped", template="migrated"))
    desk = TicketDesk(make_register(stores.open(), clock), DeskSettings(folder, "test"))
    await desk.start()
    await desk.issue(call("1"), "food", {}, ())
    assert await desk.open_ticket(call("2"))
    with reading(stores.open()) as connection:
        dropped = connection.scalars(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = 'dropped' AND pid <> pg_backend_pid()"
            )
        )
        assert dropped.all()
    await desk.issue(call("2"), "food", {}, ())
    assert await desk.open_ticket(call("3"))
    assert not desk.store_is_away
    await desk.close()
    stores.close()


async def test_without_numbers_in_memory_they_come_from_the_pool(
    stores: StoreMaker, folder: Path, tmp_path: Path, clock: FakeClock
) -> None:
    """A server that starts while the store is away."""
    pool = NumberPool(tmp_path / "pool")
    pool.put([number_at(NUMBER_KEY, 500)])
    register = make_register(stores.open(busy_s=0.1), clock)
    with locked(stores.open(5)):
        desk = TicketDesk(register, DeskSettings(folder, "test", limit_s=0.4, pool=pool))
        await desk.start()
        assert (await desk.issue(call("1"), "food", {}, ())).number == number_at(NUMBER_KEY, 500)
        with pytest.raises(DeskUnavailable, match="no number is left"):
            await desk.issue(call("2"), "food", {}, ())
    await desk_is_back(desk)
    assert (await desk.issue(call("2"), "food", {}, ())).number
    await desk.close()


async def test_the_spool_has_its_turn_however_late_the_store_was_given_up(
    stores: StoreMaker, folder: Path, tmp_path: Path, clock: FakeClock
) -> None:
    """A machine that stood still: the whole limit is over before the spool is asked."""
    pool = NumberPool(tmp_path / "pool")
    pool.put([number_at(NUMBER_KEY, 500)])
    register = make_register(stores.open(busy_s=0.1), clock)
    with locked(stores.open(5)):
        desk = TicketDesk(register, DeskSettings(folder, "test", limit_s=0.0, pool=pool))
        await desk.start()
        number = (await desk.issue(call("1"), "food", {}, ())).number
        assert spooled(folder) == [number] == [number_at(NUMBER_KEY, 500)]
    await desk.close()


async def test_a_fault_of_ours_does_not_cost_the_caller_his_ticket(
    store: Engine, folder: Path, caplog: pytest.LogCaptureFixture, clock: FakeClock
) -> None:
    class Faulty(Register):
        def take_in(self, *_: object, **__: object) -> object:  # type: ignore[override]
            raise RuntimeError("a fault of ours")

    desk = TicketDesk(
        Faulty(store, terms(), phone_book(), NUMBER_KEY, clock=clock),
        DeskSettings(folder, "test", limit_s=1.0),
    )
    await desk.start()
    issued = await desk.issue(call("1"), "food", {}, ())
    await desk.close()
    assert spooled(folder) == [issued.number]
    assert "a fault of ours" in caplog.text
    assert "9811012345" not in caplog.text


async def test_a_caller_is_known_and_offered_the_open_ticket(
    desk: TicketDesk, clock: FakeClock
) -> None:
    assert not await desk.caller_known(call("1"))
    await desk.call_arrived(call("1"))
    assert not await desk.caller_known(call("1"))  # this very call does not count
    issued = await desk.issue(call("1"), "food", {}, ())
    assert await desk.caller_known(call("2", "09811012345"))
    told = await desk.open_ticket(call("2", "09811012345"))
    assert told is not None
    assert (told.number, told.own, told.category) == (issued.number, True, "food")
    clock.advance(days=8)
    assert not await desk.caller_known(call("3"))
    assert await desk.open_ticket(call("3"))
    assert await desk.open_ticket(call("4", RAM)) is None


@pytest.mark.parametrize("caller", ["", "anonymous", "9" * 60, "हेल्पलाइन", '";DROP', "0000000000"])
async def test_who_withholds_the_number_gets_a_ticket_like_everybody(
    desk: TicketDesk, store: Engine, caller: str
) -> None:
    await desk.call_arrived(call("1", caller))
    issued = await desk.issue(call("1", caller), "food", {}, ())
    assert not await desk.caller_known(call("2", caller))
    assert await desk.open_ticket(call("2", caller)) is None
    assert queries.find_ticket(store, issued.number) is not None


async def test_a_confidential_ticket_is_not_offered_unasked(desk: TicketDesk) -> None:
    """Somebody else of the household may be calling."""
    await desk.issue(call("1"), "psych", {}, ())
    assert await desk.open_ticket(call("2")) is None


async def test_closing_twice_or_without_a_start_does_no_harm(
    register: Register, folder: Path
) -> None:
    desk = TicketDesk(register, DeskSettings(folder, "test"))
    await desk.close()
    await desk.close()
