"""Taking the spool in: exactly once, whoever is killed and whenever."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from database.engine import StoreUnavailable
from tests.support.ticketing import (
    FakeClock,
    StoreMaker,
    fill,
    make_register,
    record,
    stored,
)
from tickets import spool
from tickets.intake import refill, take_in
from tickets.pool import NumberPool
from tickets.register import Register
from tickets.spool_record import SpoolKind


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def test_every_record_becomes_a_ticket_and_its_file_is_gone(
    register: Register, store: Engine, folder: Path
) -> None:
    numbers = fill(folder, 5)
    report = take_in(register, folder)
    assert (report.taken, report.repeated, report.damaged) == (5, 0, ())
    assert stored(store) == sorted(numbers)
    assert list(folder.iterdir()) == []
    assert take_in(register, folder).taken == 0


def test_a_copy_of_a_record_changes_nothing(
    register: Register, store: Engine, folder: Path
) -> None:
    numbers = fill(folder, 1)
    (path,) = folder.iterdir()
    copy = path.read_bytes()
    take_in(register, folder)
    path.write_bytes(copy)
    assert take_in(register, folder).repeated == 1
    assert stored(store) == numbers
    assert list(folder.iterdir()) == []


def test_damaged_records_are_told_about_and_hold_up_nobody(
    register: Register, store: Engine, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = fill(folder, 2)
    (folder / "0-torn.record").write_bytes(b"SAHAYATA1 100 ")
    bad_time = record("9", SpoolKind.QUEUE_ENDED, how="eaten by a tiger")
    spool.append(folder, bad_time)
    report = take_in(register, folder)
    assert report.taken == 2
    assert len(report.damaged) == 2
    assert all(found.path.exists() for found in report.damaged)
    assert stored(store) == sorted(numbers)
    assert caplog.text.count("was set aside") == 2
    assert "9811012345" not in caplog.text


def test_with_the_store_away_everything_stays_for_later(
    tmp_path: Path, folder: Path, clock: FakeClock
) -> None:
    fill(folder, 3)
    nowhere = StoreMaker(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(StoreUnavailable):
        take_in(make_register(nowhere.open(), clock), folder)
    nowhere.close()
    assert len(list(folder.iterdir())) == 3


def test_the_pool_is_filled_when_it_runs_low(
    register: Register, store: Engine, tmp_path: Path
) -> None:
    pool = NumberPool(tmp_path / "pool" / "numbers")
    assert refill(register, pool, low=3, size=5) == 5
    assert refill(register, pool, low=3, size=5) == 0
    taken = {pool.take() for _ in range(3)}
    assert refill(register, pool, low=3, size=5) == 5
    assert pool.left() == 7
    assert not taken & {pool.take() for _ in range(7)}
