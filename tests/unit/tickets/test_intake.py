"""Taking the spool in: exactly once, whoever is killed and whenever."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from tests.support.dying import run_until_killed
from tests.support.ticketing import NUMBER_KEY, FakeClock, StoreMaker, make_register, record
from tickets import queries, spool
from tickets.events import Opened
from tickets.intake import refill, take_in
from tickets.number import number_at
from tickets.pool import NumberPool
from tickets.register import Register
from tickets.spool_record import SpoolKind
from tickets.store.engine import StoreUnavailable, reading
from tickets.store.schema import intake, tickets

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def fill(folder: Path, count: int) -> list[str]:
    """Leave tickets of the fall-back and return their numbers."""
    numbers = [number_at(NUMBER_KEY, 1000 + n) for n in range(count)]
    for n, number in enumerate(numbers):
        spool.append(folder, record(str(n), number=number))
    return numbers


def stored(store: Engine) -> list[str]:
    return sorted(ticket.number for ticket in queries.list_tickets(store, limit=1000))


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


_TAKING_IN = """
import sys
from pathlib import Path
from tests.support.dying import die
from tests.support.ticketing import StoreMaker, make_register
from tickets.intake import take_in
register = make_register(StoreMaker(sys.argv[2]).open(busy_s=30))
register.probe()
die(sys.argv[1])
take_in(register, Path(sys.argv[3]))
"""


@pytest.mark.parametrize(
    "when", ["before unlink 1", "after unlink 1", "before unlink 3", "before urandom 2"]
)
def test_killed_between_commit_and_removal_every_record_is_one_ticket(
    stores: StoreMaker, folder: Path, when: str
) -> None:
    numbers = fill(folder, 4)
    run_until_killed(_TAKING_IN, when, stores.url, str(folder))
    store = stores.open()
    take_in(make_register(store), folder)
    assert stored(store) == sorted(numbers)
    for number in numbers:
        found = queries.find_ticket(store, number)
        assert found is not None
        assert [type(entry.event) for entry in found.history] == [Opened]
    with reading(store) as connection:
        assert connection.scalar(select(func.count()).select_from(intake)) == 4


def test_killed_again_and_again_at_any_moment(stores: StoreMaker, folder: Path) -> None:
    numbers = fill(folder, 300)
    words = [sys.executable, "-c", _TAKING_IN, "before getppid 1", stores.url, str(folder)]
    chance = random.Random(7)
    for _ in range(4):
        waiting = len(list(folder.iterdir()))
        process = subprocess.Popen(words, cwd=PROJECT)
        deadline = time.monotonic() + 30
        while len(list(folder.iterdir())) == waiting and process.poll() is None:
            assert time.monotonic() < deadline
        time.sleep(chance.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        process.wait()
    store = stores.open(busy_s=5)
    take_in(make_register(store), folder)
    assert stored(store) == sorted(numbers)
    with reading(store) as connection:
        assert connection.scalar(select(func.count()).select_from(tickets)) == 300


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
