"""Tickets a second, each durable before it counts, against bare rows on the same disk.

Ours: many callers at once ask the desk for a ticket, as the server asks it: normalised and sealed
telephone, history, exactly once. Bare: one row inserted and committed by the driver itself, with
the same journal and the same sync. Between them: the same five rows of a ticket by the driver.

A disk shared with others is ten times slower from one second to the next, so a round consists of
many short turns of each.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import Final

from benchmarks.result import Limit, Row, ratios
from database.upgrade import upgrade
from ivr.call import CallFacts
from ivr.desk import Desk, Step
from sahayata import settings, stores
from sahayata.desk import DeskAdapter

AT_ONCE: Final = 50
"""Callers who ask at the same moment: a busy helpline."""
TURNS: Final = 4
"""Of each in a round."""
BARE_TABLE: Final = "CREATE TABLE bare (id INTEGER PRIMARY KEY, number TEXT UNIQUE, at TEXT)"
BARE_ROW: Final = "INSERT INTO bare (number, at) VALUES (?, ?)"


def run(rounds: int, tickets: int = 3000) -> Sequence[Row]:
    """Measure ours and bare rows in turns, in one folder; so many tickets in a round."""
    ours: list[float] = []
    bare: list[float] = []
    five: list[float] = []
    each = tickets // TURNS
    with tempfile.TemporaryDirectory(prefix="sahayata-bench-") as folder, asyncio.Runner() as loop:
        found = settings.load(state=folder, environment={})
        found.state.prepare()
        engine = stores.open_database(found)
        upgrade(engine)
        register = stores.open_register(found, stores.load_secrets(found), engine)
        desk = stores.open_desk(found, register, "bench")
        loop.run(desk.start())
        calls, numbers = _calls(), count()
        loop.run(_issue(DeskAdapter(desk), calls, AT_ONCE))  # the first compile the statements
        for place in range(rounds):
            took_s = [0.0, 0.0, 0.0]
            with closing(_database(Path(folder) / f"bare-{place}.db")) as connection:
                for _ in range(TURNS):
                    took_s[0] += _insert(connection, numbers, each, rows=1)
                    took_s[1] += _insert(connection, numbers, each, rows=5)
                    took_s[2] += loop.run(_issue(DeskAdapter(desk), calls, each))
            for rates, seconds in zip((bare, five, ours), took_s, strict=True):
                rates.append(each * TURNS / seconds)
        loop.run(desk.close())
        engine.dispose()
    return [
        Row("bare rows, one a transaction", "/s", bare),
        Row("five bare rows a transaction", "/s", five),
        Row("tickets", "/s", ours, note=f"{AT_ONCE} callers at once"),
        Row("tickets ÷ bare rows", "×", ratios(ours, bare), must=Limit(0.5, at_least=True)),
        Row("tickets ÷ five bare rows", "×", ratios(ours, five), note="what a ticket writes"),
    ]


def _database(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(BARE_TABLE)
    return connection


def _insert(
    connection: sqlite3.Connection, numbers: Iterator[int], times: int, *, rows: int
) -> float:
    """Insert and commit so many times; return how long it took."""
    began = time.perf_counter()
    for _ in range(times):
        connection.execute("BEGIN IMMEDIATE")
        for number in islice(numbers, rows):
            connection.execute(BARE_ROW, (f"{number:010}", "2026-06-01 10:00:00"))
        connection.execute("COMMIT")
    return time.perf_counter() - began


async def _issue(desk: Desk, calls: Iterator[CallFacts], tickets: int) -> float:
    """Let callers ask for so many tickets; return how long it took."""
    mine = islice(calls, tickets)
    steps = (Step("main_menu", "key 1", datetime.now(UTC)),)

    async def caller() -> None:
        for facts in mine:
            await desk.issue(facts, "food", {}, steps)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    return time.perf_counter() - began


def _calls() -> Iterator[CallFacts]:
    """Give calls without end, each of another telephone."""
    for n in count():
        arrived = datetime.now(UTC)
        yield CallFacts(f"bench-{n}", f"98{n:08}", "1950", "hi", "inbound", arrived)
