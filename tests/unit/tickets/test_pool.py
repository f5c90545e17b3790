"""The pool: a number is given once, whoever is killed and whenever."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tickets.number import number_at
from tickets.pool import NumberPool, PoolEmpty

KEY = b"k" * 32


def numbers(count: int, start: int = 0) -> list[str]:
    return [number_at(KEY, place) for place in range(start, start + count)]


@pytest.fixture
def pool(tmp_path: Path) -> NumberPool:
    made = NumberPool(tmp_path / "pool" / "numbers")
    made.put(numbers(5))
    return made


def test_gives_each_number_once_then_is_empty(pool: NumberPool) -> None:
    assert [pool.take() for _ in range(5)] == numbers(5)
    assert pool.left() == 0
    with pytest.raises(PoolEmpty):
        pool.take()


def test_a_refill_keeps_what_is_left_and_nothing_that_was_taken(pool: NumberPool) -> None:
    taken = {pool.take(), pool.take()}
    pool.put(numbers(3, start=100))
    assert pool.left() == 6
    rest = [pool.take() for _ in range(6)]
    assert rest == numbers(5)[2:] + numbers(3, start=100)
    assert not taken & set(rest)


def test_a_number_already_free_there_is_not_doubled(pool: NumberPool) -> None:
    pool.put(numbers(5))
    assert pool.left() == 5


def test_what_is_no_ticket_number_is_refused_and_nothing_changes(pool: NumberPool) -> None:
    with pytest.raises(ValueError, match="not a ticket number"):
        pool.put(["1234567891"])
    assert pool.left() == 5


@pytest.mark.parametrize("missing", ["file", "folder"])
def test_a_pool_that_does_not_exist_is_empty(tmp_path: Path, missing: str) -> None:
    folder = tmp_path if missing == "file" else tmp_path / "nowhere"
    pool = NumberPool(folder / "numbers")
    assert pool.left() == 0
    with pytest.raises(PoolEmpty):
        pool.take()


def test_a_damaged_line_is_passed_over(pool: NumberPool, tmp_path: Path) -> None:
    path = tmp_path / "pool" / "numbers"
    content = bytearray(path.read_bytes())
    content[3] = ord("x")
    path.write_bytes(content)
    assert [pool.take() for _ in range(4)] == numbers(5)[1:]


def test_only_the_owner_can_read_it(pool: NumberPool, tmp_path: Path) -> None:
    assert {p.stat().st_mode & 0o777 for p in (tmp_path / "pool").iterdir()} == {0o600}


def test_a_lock_that_is_held_for_ever_makes_nobody_wait_for_ever(tmp_path: Path) -> None:
    pool = NumberPool(tmp_path / "numbers", lock_s=0.05)
    pool.put(numbers(1))
    with (tmp_path / "numbers.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(PoolEmpty, match="held by another process"):
            pool.take()
    assert NumberPool(tmp_path / "numbers").take() == numbers(1)[0]


def test_many_who_take_at_once_get_different_numbers(tmp_path: Path) -> None:
    NumberPool(tmp_path / "numbers").put(numbers(40))

    def take_ten() -> list[str]:
        pool = NumberPool(tmp_path / "numbers", lock_s=30)
        return [pool.take() for _ in range(10)]

    with ThreadPoolExecutor(4) as threads:
        taken = [n for job in [threads.submit(take_ten) for _ in range(4)] for n in job.result()]
    assert sorted(taken) == sorted(numbers(40))


def test_needs_the_standard_library_only() -> None:
    """The fall-back script runs where nothing else is installed."""
    words = "import tickets.pool, tickets.spool, sys; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.'); {words}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={"PATH": os.environ["PATH"]},
    )
    names = {name.partition(".")[0] for name in found.stdout.split()}
    foreign = names - set(sys.stdlib_module_names) - {"__main__", "tickets"}
    assert not {name for name in foreign if not name.startswith("_")}
