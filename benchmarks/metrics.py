"""Figures of a year of 35,000 calls a day, on SQLite and on PostgreSQL.

One day is real: 35,000 simulated calls through the picture, the journal and the roll-ups, and the
roll-ups of that day have to say what its journal says. The other 364 days of the year are copies
of its roll-ups. Then questions are asked as a page would ask them.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, delete, select

from benchmarks.result import Limit, Row
from database.engine import open_store, reading, writing
from database.upgrade import upgrade
from queue_manager.journal.schema import dirty_half_hours
from queue_manager.metrics.figures import Figures
from queue_manager.metrics.rollup import RollUps
from queue_manager.metrics.schema import (
    operator_days,
    operator_half_hours,
    queue_days,
    queue_half_hours,
)
from queue_manager.metrics.sums import Sums
from queue_manager.staffing.demand import usual
from queue_manager.staffing.people import Manners
from queue_manager.staffing.replay import Replayed, replay
from queue_manager.staffing.seating import as_needed
from queue_manager.staffing.simulation import Day
from sahayata.district.model import District
from sahayata.settings import load
from sahayata.staffing import shares_of
from tests.support.postgres import private_postgres

LAST: Final = datetime(2026, 3, 30, 18, 30, tzinfo=UTC)
"""Midnight in the district: the day that is real, the last of the year."""
DAYS: Final = 365
SECOND_MS: Final = Limit(1000)


def run(rounds: int, calls: int = 35_000) -> Sequence[Row]:
    """Make the year on each database, and ask; so many times each question."""
    with tempfile.TemporaryDirectory(prefix="sahayata-bench-") as folder:
        district = load(state=folder, environment={}).district
        file = Path(folder) / "year.db"
        rows = _measure("SQLite", f"sqlite:///{file}", district, rounds, calls)
        with private_postgres() as server:
            rows += _measure("PostgreSQL", server.create("year"), district, rounds, calls)
    return rows


def _measure(name: str, url: str, district: District, rounds: int, calls: int) -> list[Row]:
    with _opened(url) as engine:
        upgrade(engine)
        day = _real_day(engine, district, calls)
        now, took = _roll(engine, district, day)
        figures = Figures(engine, district.metrics.terms(), district.helpline.zone, lambda: now)
        _prove(figures, day)
        days = LAST - timedelta(days=DAYS - 1)
        _copy(engine, days)
        questions: dict[str, Callable[[], Sums | object]] = {
            "a year, all queues and operators": lambda: figures.sums(days, now),
            "a year but for odd minutes": lambda: figures.sums(
                days + timedelta(minutes=7), LAST + timedelta(hours=12, minutes=11)
            ),
            "four weeks by half-hour": lambda: figures.half_hours(LAST - timedelta(days=28), LAST),
            "a day": lambda: figures.sums(LAST, LAST + timedelta(days=1)),
            "the last half-hour, from the journal": lambda: figures.sums(
                LAST + timedelta(hours=11, minutes=13), LAST + timedelta(hours=11, minutes=43)
            ),
        }
        answers = [
            Row(f"{name}: {words}", "ms", [_ms(ask) for _ in range(rounds)], must=SECOND_MS)
            for words, ask in questions.items()
        ]
        offered = figures.sums(days, now).all_queues.offered
    rate = day.events / day.took_s
    note = f"{day.events} events, {day.entries} entries, {calls} calls"
    return [
        Row(f"{name}: events through picture and journal", "/s", [rate], note=note),
        Row(f"{name}: roll-ups of that day", "s", [took], note="equal to its journal"),
        *answers,
        Row(f"{name}: calls in that year", "", [offered]),
    ]


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_store(url, busy_s=60)
    try:
        yield engine
    finally:
        engine.dispose()


def _real_day(engine: Engine, district: District, calls: int) -> Replayed:
    manners, rules = Manners(), district.metrics
    demand = usual(calls, shares_of(district))
    within_s = rules.answer_within.total_seconds()
    staff = as_needed(demand, rules.target / 100, within_s, manners)
    heard = LAST + timedelta(days=2)
    return replay(engine, Day(demand, staff, manners, seed=1), LAST, rules.terms(), heard)


def _roll(engine: Engine, district: District, day: Replayed) -> tuple[datetime, float]:
    """Make the roll-ups of the real day; return when it is then, and how long that took."""
    now = LAST + timedelta(days=1, hours=1)
    rollups = RollUps(engine, district.metrics.terms(), district.helpline.zone, lambda: now)
    began = time.perf_counter()
    while rollups.run_once():
        pass
    return now, time.perf_counter() - began


def _prove(figures: Figures, day: Replayed) -> None:
    """Raise unless the roll-ups of the real day say what its journal says."""
    found = figures.sums(LAST, LAST + timedelta(days=1, hours=1))
    for name, counted in day.sums.queues.items():
        for field in counted.__slots__:
            said, told = getattr(found.queues[name], field), getattr(counted, field)
            if abs(said - told) > 1e-6 * max(1.0, abs(told)):
                raise AssertionError(f"roll-up and journal differ: {name} {field} {said} {told}")


def _copy(engine: Engine, first: datetime) -> None:
    """Fill the other days of the year with the roll-ups of the real one."""
    ends = LAST + timedelta(days=1)
    tables = {
        queue_half_hours: ends,
        operator_half_hours: ends,
        queue_days: ends.date() + timedelta(days=1),
        operator_days: ends.date() + timedelta(days=1),
    }
    with reading(engine) as connection:
        rows = {table: _rows(connection, table, before) for table, before in tables.items()}
    for number in range((LAST - first).days):
        back = timedelta(days=number + 1)
        with writing(engine) as connection:
            for table, found in rows.items():
                connection.execute(
                    table.insert(), [{**row, "start": row["start"] - back} for row in found]
                )
    with writing(engine) as connection:
        connection.execute(delete(dirty_half_hours))


def _rows(connection: Connection, table: Table, before: date) -> list[dict[str, Any]]:
    """Return the rows of the real day: the hours after it are no part of the year."""
    words = select(table).where(table.c.start < before)
    return [dict(row._mapping) for row in connection.execute(words)]


def _ms(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000
