"""On a disk that is really full no number is told that is not durable, and nothing is spoilt."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from database.engine import open_store
from database.upgrade import upgrade
from tests.support.full_disk import FULL_DISKS, FullDisk
from tests.support.ticketing import (
    NOON,
    NUMBER_KEY,
    FakeClock,
    call,
    desk_is_back,
    make_register,
    record,
)
from tickets import queries, spool
from tickets.calls import EndedCall
from tickets.intake import take_in
from tickets.model import Step
from tickets.number import number_at
from tickets.pool import NumberPool
from tickets.service import DeskSettings, DeskUnavailable, TicketDesk
from tickets.spool import Spooled

LONG_STEP = Step("menu", "x" * 2000, NOON)


def numbers(count: int, start: int = 0) -> list[str]:
    return [number_at(NUMBER_KEY, place) for place in range(start, start + count)]


@pytest.mark.parametrize("kind", FULL_DISKS)
def test_on_a_full_disk_a_refill_changes_nothing(tmp_path: Path, kind: str) -> None:
    with FullDisk(kind, tmp_path / "disk") as disk:
        pool = NumberPool(disk.folder / "numbers")
        pool.put(numbers(5))
        disk.fill()
        with pytest.raises(OSError, match=r"No space|too large"):
            pool.put(numbers(5000, start=5))
        disk.empty()
        assert [pool.take() for _ in range(5)] == numbers(5)


@pytest.mark.parametrize("kind", FULL_DISKS)
def test_a_full_disk_is_an_error_and_leaves_nothing_behind(tmp_path: Path, kind: str) -> None:
    with FullDisk(kind, tmp_path / "disk") as disk:
        folder = disk.folder / "spool"
        spool.append(folder, record("1"))
        disk.fill()
        with pytest.raises(OSError, match=r"No space|too large"):
            spool.append(folder, record("2"))
        with pytest.raises(OSError, match=r"No space|too large"):
            spool.probe(folder)
        assert [type(found) for found in spool.read(folder)] == [Spooled]
        assert len(list(folder.iterdir())) == 1
        disk.empty()
        spool.probe(folder)
        spool.append(folder, record("2"))
        assert len(list(spool.read(folder))) == 2


@pytest.mark.parametrize("kind", FULL_DISKS)
async def test_on_a_full_disk_no_number_is_told_that_is_not_durable(
    tmp_path: Path, kind: str, clock: FakeClock
) -> None:
    with FullDisk(kind, tmp_path / "disk") as disk:
        engine = open_store(f"sqlite:///{disk.folder / 't.db'}", busy_s=0.2)
        upgrade(engine)
        register = make_register(engine, clock)
        desk = TicketDesk(register, DeskSettings(disk.folder / "spool", "test", limit_s=2.0))
        await desk.start()
        before = await desk.issue(call("1"), "food", {}, ())
        disk.fill()
        for n in range(2, 6):
            with pytest.raises(DeskUnavailable):
                await desk.issue(call(str(n)), "food", {}, ())
            with pytest.raises(DeskUnavailable):
                await desk.call_ended(EndedCall(call(str(n)), "caller_hung_up"))
        disk.empty()
        await desk_is_back(desk)
        after = await desk.issue(call("2"), "food", {}, ())
        assert take_in(register, disk.folder / "spool").damaged == ()
        assert {t.number for t in queries.list_tickets(engine)} == {before.number, after.number}
        await desk.close()
        engine.dispose()


async def test_with_the_disk_of_the_store_full_the_spool_on_another_takes_over(
    tmp_path: Path, clock: FakeClock
) -> None:
    engine = open_store(f"sqlite:///{tmp_path / 't.db'}", busy_s=0.2)
    upgrade(engine)
    register = make_register(engine, clock)
    desk = TicketDesk(register, DeskSettings(tmp_path / "spool", "test", limit_s=2.0))
    await desk.start()
    _limit(engine, "(SELECT * FROM pragma_page_count)")
    told = [(await desk.issue(call(str(n)), "food", {}, (LONG_STEP,))).number for n in range(20)]
    assert desk.store_is_away
    assert len(list(spool.read(tmp_path / "spool"))) > 0
    _limit(engine, "1000000")
    take_in(register, tmp_path / "spool")
    assert sorted(t.number for t in queries.list_tickets(engine)) == sorted(told)
    await desk.close()
    engine.dispose()


def _limit(engine: Engine, pages: str) -> None:
    """Let SQLite say "database or disk is full" beyond this size."""
    with engine.connect() as connection:
        size = connection.exec_driver_sql(f"SELECT {pages}").scalar_one()
    engine.dispose()

    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count = {size}")

    event.listen(engine, "connect", prepare)
