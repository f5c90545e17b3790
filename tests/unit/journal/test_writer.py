"""Writing from a thread: nobody waits for the database, and nothing is lost in silence."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from database.engine import open_store, reading, writing
from queue_manager.journal import store as journal_store
from queue_manager.journal.clock import SteadyClock
from queue_manager.journal.derive import Ledger
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.read import changes_of_state, gaps
from queue_manager.journal.recorder import Recorder, open_recorder
from queue_manager.journal.schema import journal
from queue_manager.journal.writer import JournalWriter
from queue_manager.live.apply import apply
from queue_manager.live.picture import Picture
from queue_manager.metrics.gaps import unheard_s
from queue_manager.metrics.operator_time import operator_times, spells
from tests.support.journals import CLOCK, cut, empty_room, joined, moment, sat

LIMIT_S = 20.0


def entry(number: int) -> Entry:
    return Entry(f"key{number}", moment(number), Kind.STATE, operator="201", detail="available")


def found(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        rows = connection.execute(select(journal.c.kind, journal.c.detail).order_by(journal.c.id))
        return [(row.kind, row.detail) for row in rows]


@contextmanager
def away(engine: Engine) -> Iterator[None]:
    """While this lasts nobody can write."""
    with writing(engine):
        yield


@pytest.fixture
def sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Engine]:
    copy = tmp_path / "journal.db"
    copy.write_bytes(migrated_sqlite.read_bytes())
    engine = open_store(f"sqlite:///{copy}", busy_s=0.02)
    yield engine
    engine.dispose()


@pytest.fixture
def writer(sqlite: Engine) -> Iterator[JournalWriter]:
    made = JournalWriter(sqlite, kept=10, gather_s=0.0)
    made.start()
    yield made
    made.stop()


def test_what_is_put_is_written(store: Engine) -> None:
    writer = JournalWriter(store)
    writer.start()
    for number in range(5000):
        writer.put([entry(number)])
    assert writer.stop(LIMIT_S)
    assert len(found(store)) == 5000
    assert writer.state().written == 5000


def test_while_the_database_is_away_entries_wait(sqlite: Engine, writer: JournalWriter) -> None:
    with away(sqlite):
        writer.put([entry(1)])
        assert not writer.flush(0.2)
        writer.put([entry(2)])
        assert writer.state().waiting >= 1
        assert writer.state().lost == 0
    assert writer.flush(LIMIT_S)
    assert len(found(sqlite)) == 2
    assert writer.state().away == ""


def test_what_is_too_much_to_keep_is_counted_and_told(
    sqlite: Engine, writer: JournalWriter
) -> None:
    with away(sqlite):
        for number in range(40):
            writer.put([entry(number)])
        assert writer.state().lost >= 28
        assert writer.take_loss() is None
    assert writer.flush(LIMIT_S)
    since = writer.take_loss()
    assert since is not None
    assert since >= moment(10)
    assert writer.take_loss() is None


def test_to_put_takes_no_time_while_the_database_is_away(
    sqlite: Engine, writer: JournalWriter
) -> None:
    with away(sqlite):
        writer.put([entry(0)])
        writer.flush(0.1)  # the thread waits for the lock now
        began = time.perf_counter()
        for number in range(1000):
            writer.put([entry(number)])
        assert time.perf_counter() - began < 0.5


def test_an_entry_that_the_database_refuses_costs_no_other(
    store: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    writer = JournalWriter(store)
    writer.start()
    without_time = Entry("without time", None, Kind.STATE)  # type: ignore[arg-type]
    of_no_visit = Entry("of no visit", moment(3), Kind.STATE, visit="no visit")
    writer.put([entry(1), without_time, of_no_visit, entry(2)])
    assert writer.stop(LIMIT_S)
    assert len(found(store)) == 2
    assert writer.state().lost == 2
    assert "without time" in caplog.text
    assert "of no visit" in caplog.text


def test_a_stop_has_a_limit(sqlite: Engine) -> None:
    writer = JournalWriter(sqlite)
    writer.start()
    with away(sqlite):
        writer.put([entry(1)])
        assert not writer.stop(0.1)
    assert found(sqlite) == []


def test_the_recorder_writes_what_happens(store: Engine) -> None:
    recorder = open_recorder(store, clock_at(time.monotonic()))
    picture = Picture()
    for event in (empty_room(1.0, sat()), joined(2.0), cut(3.0), empty_room(5.0, sat())):
        after = apply(picture, event)
        recorder.note(picture, event, after)
        picture = after
    recorder.beat(5.0, picture)
    assert recorder.close(LIMIT_S)
    assert recorder.state().lost == 0
    kinds = [kind for kind, _ in found(store)]
    assert kinds == ["state", "joined", "gap_began", "gap_ended", "vanished", "state"]


def test_a_second_process_says_how_long_nobody_wrote(store: Engine) -> None:
    first = open_recorder(store, clock_at(0.0))
    picture = apply(Picture(), empty_room(1.0, sat()))
    first.note(Picture(), empty_room(1.0, sat()), picture)
    first.beat(8.0, picture)
    assert first.close(LIMIT_S)
    second = open_recorder(store, CLOCK)  # type: ignore[arg-type]
    second.note(Picture(), empty_room(60.0, sat()), apply(Picture(), empty_room(60.0, sat())))
    assert second.close(LIMIT_S)
    with reading(store) as connection:
        rows = connection.execute(select(journal).order_by(journal.c.id)).all()
    gap = {row.kind: row for row in rows}
    assert gap["gap_began"].detail == "restart"
    assert gap["gap_ended"].seconds == pytest.approx(52.0, abs=0.01)
    assert [row.kind for row in rows] == ["state", "gap_began", "gap_ended", "state"]


def clock_at(steady: float) -> SteadyClock:
    """A clock whose zero is midnight, and that stands at ``steady``."""
    return SteadyClock(lambda: moment(steady), lambda: steady)


class MovedClock:
    """A wall clock that somebody sets."""

    def __init__(self) -> None:
        self.moved = timedelta()
        self.passed = 0.0

    def wall(self) -> datetime:
        return moment(self.passed) + self.moved

    def steady(self) -> float:
        return self.passed


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_moved_is_a_gap_without_length(store: Engine, hours: int) -> None:
    machine = MovedClock()
    clock = SteadyClock(machine.wall, machine.steady)
    writer = JournalWriter(store)
    writer.start()
    recorder = Recorder(clock, Ledger(clock), writer)
    picture = apply(Picture(), empty_room(0.0, sat()))
    recorder.note(Picture(), empty_room(0.0, sat()), picture)
    machine.passed, machine.moved = 10.0, timedelta(hours=hours)
    recorder.beat(10.0, picture)
    after = apply(picture, joined(11.0))
    recorder.note(picture, joined(11.0), after)
    assert recorder.close(LIMIT_S)
    with reading(store) as connection:
        rows = connection.execute(select(journal).order_by(journal.c.id)).all()
    # Set back, what was so at the end of the first telling says nothing of what comes after it.
    cut_off = ["state"] if hours < 0 else []
    assert [r.kind for r in rows] == [
        "state",
        *cut_off,
        "gap_began",
        "gap_ended",
        "state",
        "joined",
    ]
    *_, began, ended, state, join = rows
    assert began.at == (moment(10) if hours > 0 else ended.at)
    assert ended.at == state.at == moment(10 + 3600 * hours)
    assert join.at == moment(11 + 3600 * hours)
    with reading(store) as connection:
        found = gaps(connection, moment(-7200), moment(7200))
    assert unheard_s(found, moment(-7200), moment(7200)) == max(0, 3600 * hours)


def test_an_hour_that_is_told_twice_leaves_nobody_idle(store: Engine) -> None:
    machine = MovedClock()
    clock = SteadyClock(machine.wall, machine.steady)
    writer = JournalWriter(store)
    writer.start()
    recorder = Recorder(clock, Ledger(clock), writer)
    picture = apply(Picture(), empty_room(0.0, sat()))
    recorder.note(Picture(), empty_room(0.0, sat()), picture)
    for at in (10, 600, 3000, 3700, 4801, 7200):
        machine.passed = float(at)
        machine.moved = timedelta(seconds=-1800) if at >= 3000 else timedelta()
        recorder.beat(float(at), picture)
    assert recorder.close(LIMIT_S)
    with reading(store) as connection:
        entries = tuple(changes_of_state(connection, moment(0), moment(7200)))
    times = operator_times(spells(entries, moment(0), moment(5400)))
    # All of it but the second until the beat after the old clock's time.
    assert times["201"].available_s == pytest.approx(5399)


def test_drift_is_followed_in_silence() -> None:
    machine = MovedClock()
    clock = SteadyClock(machine.wall, machine.steady)
    machine.passed, machine.moved = 60.0, timedelta(seconds=0.5)
    assert clock.set() == 0.0
    assert clock.utc(60.0) == moment(60.5).astimezone(UTC)


def test_a_store_that_is_away_at_the_start_stops_nobody(sqlite: Engine) -> None:
    journal_store.add(sqlite, [entry(1)])
    sqlite.dispose()
    path = Path(str(sqlite.url.database))
    kept = path.read_bytes()
    path.write_bytes(b"not a database" * 100)
    recorder = open_recorder(sqlite, clock_at(0.0))
    picture = apply(Picture(), empty_room(1.0, sat()))
    recorder.note(Picture(), empty_room(1.0, sat()), picture)
    assert not recorder.close(0.2)
    path.write_bytes(kept)
    assert len(found(sqlite)) == 1
