"""Tickets a second, each durable before it counts, against bare rows on the same disk.

Ours: many callers at once ask the desk for a ticket, as the server asks it: normalised and sealed
telephone, history, exactly once. Bare: one row inserted and committed by the driver itself, with
the same journal and the same sync. Between them: the same five rows of a ticket by the driver.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.result import Limit, Row, ratios
from database.upgrade import upgrade
from ivr.call import CallFacts
from ivr.desk import Step
from sahayata import bootstrap, settings
from sahayata.desk import DeskAdapter

AT_ONCE: Final = 50
"""Callers who ask at the same moment: a busy helpline."""
BARE_TABLE: Final = "CREATE TABLE bare (id INTEGER PRIMARY KEY, number TEXT UNIQUE, at TEXT)"
BARE_ROW: Final = "INSERT INTO bare (number, at) VALUES (?, ?)"


def run(rounds: int, count: int = 2000) -> Sequence[Row]:
    """Measure ours and bare rows in turns, in one folder."""
    ours: list[float] = []
    bare: list[float] = []
    five: list[float] = []
    with tempfile.TemporaryDirectory(prefix="sahayata-bench-") as folder:
        state = Path(folder)
        found = settings.load(state=folder, environment={})
        found.state.prepare()
        upgrade(bootstrap.open_database(found))
        for place in range(rounds):
            bare.append(_bare(state / f"bare-{place}.db", count, rows=1))
            five.append(_bare(state / f"five-{place}.db", count, rows=5))
            ours.append(asyncio.run(_ours(found, count, place)))
    return [
        Row("bare rows, one a transaction", "/s", bare),
        Row("five bare rows a transaction", "/s", five),
        Row("tickets", "/s", ours, note=f"{AT_ONCE} callers at once"),
        Row("tickets ÷ bare rows", "×", ratios(ours, bare), must=Limit(0.5, at_least=True)),
        Row("tickets ÷ five bare rows", "×", ratios(ours, five), note="what a ticket writes"),
    ]


def _bare(path: Path, count: int, rows: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(BARE_TABLE)
    began = time.perf_counter()
    for number in range(count):
        connection.execute("BEGIN IMMEDIATE")
        for row in range(rows):
            connection.execute(BARE_ROW, (f"{number:09}{row}", "2026-06-01 10:00:00"))
        connection.execute("COMMIT")
    took_s = time.perf_counter() - began
    connection.close()
    return count / took_s


async def _ours(found: settings.Settings, count: int, place: int) -> float:
    engine = bootstrap.open_database(found)
    register = bootstrap.open_register(found, bootstrap.load_secrets(found), engine)
    tickets = bootstrap.open_desk(found, register, "bench")
    await tickets.start()
    desk = DeskAdapter(tickets)
    now = datetime.now(UTC)
    calls = iter(
        [
            CallFacts(f"bench-{place}-{n}", f"98{place:03}{n:05}", "1950", "hi", "inbound", now)
            for n in range(count)
        ]
    )
    steps = (Step("main_menu", "key 1", now),)

    async def caller() -> None:
        for facts in calls:
            await desk.issue(facts, "food", {}, steps)

    await desk.issue(next(calls), "food", {}, steps)  # the first one compiles the statements
    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    took_s = time.perf_counter() - began
    await tickets.close()
    engine.dispose()
    return (count - 1) / took_s
