"""Killed at any point (``kill -9``): no number is given twice, no record is lost or taken twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from database.engine import reading
from tests.support.dying import run_until_killed
from tests.support.ticketing import NUMBER_KEY, StoreMaker, fill, make_register, stored
from tickets import queries, spool
from tickets.call_events import Opened
from tickets.intake import take_in
from tickets.number import number_at
from tickets.pool import NumberPool
from tickets.spool import Spooled
from tickets.store.schema import intake, tickets

PROJECT = Path(__file__).parents[3]


def numbers(count: int, start: int = 0) -> list[str]:
    return [number_at(NUMBER_KEY, place) for place in range(start, start + count)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


_TAKING = """
import os, sys
from tests.support.dying import die
from tickets.pool import NumberPool
die(sys.argv[1])
pool = NumberPool(sys.argv[2])
while True:
    os.write(1, pool.take().encode() + b"\\n")
"""


@pytest.mark.parametrize(
    "when",
    ["before pwrite 3", "after pwrite 3", "before fsync 3", "after fsync 3", "before write 3"],
)
def test_killed_at_any_point_no_number_is_given_twice(tmp_path: Path, when: str) -> None:
    pool = NumberPool(tmp_path / "numbers")
    pool.put(numbers(20))
    told = run_until_killed(_TAKING, when, str(tmp_path / "numbers")).split()
    rest = [pool.take() for _ in range(pool.left())]
    assert len(told) == 2
    assert not set(told) & set(rest)
    assert len(told) + len(rest) >= 19  # the one in hand may be wasted


@pytest.mark.parametrize("when", ["before fsync 1", "before replace 1", "after replace 1"])
def test_killed_in_a_refill_the_pool_is_the_old_one_or_the_new_one(
    tmp_path: Path, when: str
) -> None:
    pool = NumberPool(tmp_path / "numbers")
    pool.put(numbers(3))
    pool.take()
    run_until_killed(_REFILLING, when, str(tmp_path / "numbers"), *numbers(2, start=10))
    rest = [pool.take() for _ in range(pool.left())]
    assert rest == numbers(3)[1:] + (numbers(2, start=10) if "after" in when else [])


_REFILLING = """
import sys
from tests.support.dying import die
from tickets.pool import NumberPool
die(sys.argv[1])
NumberPool(sys.argv[2]).put(sys.argv[3:])
"""


_WRITING = """
import os, sys
from datetime import datetime, UTC
from tests.support.dying import die
from tickets import spool
from tickets.spool_record import SpoolKind, SpoolRecord
record = SpoolRecord("c-1", SpoolKind.TICKET, datetime.now(UTC))
die(sys.argv[1])
spool.append(sys.argv[2], record)
os.write(1, b"told")
"""


@pytest.mark.parametrize(
    "when",
    [
        *("before open 1", "after open 1", "before fsync 1", "after fsync 1"),
        *("before rename 1", "after rename 1", "after fsync 2", "before write 1"),
    ],
)
def test_killed_while_writing_no_number_is_told_that_is_not_there(
    tmp_path: Path, when: str
) -> None:
    assert run_until_killed(_WRITING, when, str(tmp_path)) == ""
    whole = when in ("after rename 1", "after fsync 2", "before write 1")
    assert [
        found.record.call_id for found in spool.read(tmp_path) if isinstance(found, Spooled)
    ] == (["c-1"] if whole else [])
    for path in tmp_path.glob("*.writing"):  # and what is left is told about, later
        os.utime(path, (0, 0))
    assert len(list(spool.read(tmp_path))) == ("open 1" not in when or "after" in when)


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
