"""Several processes that write in one store at once."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from sqlalchemy import func, select

from database.engine import reading
from tests.support.ticketing import FakeClock, StoreMaker, make_register, record
from tickets.store.schema import calls, tickets


def test_four_processes_that_write_at_once_agree(stores: StoreMaker) -> None:
    shared = [str(n) for n in range(30)]
    with ProcessPoolExecutor(4, get_context("spawn")) as processes:
        jobs = [
            processes.submit(_write, stores.url, [*shared, *(f"{p}-{n}" for n in range(10))])
            for p in range(4)
        ]
        told = [job.result() for job in jobs]
    assert told[0][:30] == told[1][:30] == told[2][:30] == told[3][:30]
    with reading(stores.open()) as connection:
        assert connection.scalar(select(func.count()).select_from(tickets)) == 30 + 4 * 10
        assert connection.scalar(select(func.count()).select_from(calls)) == 30 + 4 * 10


def _write(url: str, call_ids: list[str]) -> list[object]:
    maker = StoreMaker(url)
    register = make_register(maker.open(busy_s=30), FakeClock())
    numbers = iter(register.lease("test", len(call_ids)))
    issued = [
        register.take_in(record(n), fresh_number=lambda: next(numbers)).issued for n in call_ids
    ]
    maker.close()
    return list(issued)
