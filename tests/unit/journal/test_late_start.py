"""A room that begins while the database is away says all the same how long nobody listened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select

from database.engine import reading
from queue_manager.events import RoomEvent, Snapshot
from queue_manager.journal import store as journal_store
from queue_manager.journal.clock import SteadyClock
from queue_manager.journal.recorder import Recorder, open_recorder
from queue_manager.journal.schema import journal
from queue_manager.live.apply import apply
from queue_manager.live.picture import Picture
from queue_manager.metrics.visits import Outcome
from tests.support.journals import (
    completed,
    connected,
    empty_room,
    found_talking,
    found_waiting,
    joined,
    left,
    moment,
    sat,
    told,
)
from tests.unit.journal.reading import visits_in

LIMIT_S = 20.0


@contextmanager
def away(engine: Engine) -> Iterator[None]:
    """While this lasts nobody comes to the database."""

    def refuse(*_: object) -> None:
        raise engine.dialect.loaded_dbapi.OperationalError("away")

    engine.dispose()
    event.listen(engine, "do_connect", refuse)
    yield
    event.remove(engine, "do_connect", refuse)


def at(steady: float) -> SteadyClock:
    return SteadyClock(lambda: moment(steady), lambda: steady)


def tell(recorder: Recorder, events: list[RoomEvent]) -> Picture:
    picture = Picture()
    for one in events:
        after = apply(picture, one)
        recorder.note(picture, one, after)
        picture = after
    return picture


def gap_lines(engine: Engine) -> list[tuple[str, object, float | None]]:
    words = select(journal).where(journal.c.kind.startswith("gap")).order_by(journal.c.id)
    with reading(engine) as connection:
        return [(row.kind, row.at, row.seconds) for row in connection.execute(words)]


def snapshot(at: float) -> Snapshot:
    """Found after the restart: c1 still waits, c2 talks, c3 is new, c4 is gone."""
    waiting = (found_waiting(10.4, "c1"), found_waiting(95.0, "c3"))
    return Snapshot(at, "b1", (sat(),), waiting, (found_talking(70.0, "c2"),))


@pytest.fixture
def died(store: Engine) -> Engine:
    """A process wrote its last line at 42 s: three callers waited."""
    story: list[RoomEvent] = [empty_room(0, sat()), joined(10, "c1"), joined(20, "c2")]
    story += [joined(30, "c4"), joined(40, "c5"), left(42, "c5")]
    journal_store.add(store, told(story), heard=moment(41))
    return store


def test_the_gap_is_exact_when_the_database_is_back(died: Engine) -> None:
    with away(died):
        recorder = open_recorder(died, at(100.0))
        picture = tell(recorder, [snapshot(100.0), joined(101.0, "c6")])
        recorder.beat(106.0, picture)
        assert recorder.state().written == 0
    assert recorder.close(LIMIT_S)
    assert gap_lines(died) == [
        ("gap_began", moment(42), None),
        ("gap_ended", moment(100), 58.0),
    ]
    with reading(died) as connection:
        assert journal_store.heard_in(connection) == moment(106)


def test_who_waited_through_it_is_counted_once(died: Engine) -> None:
    with away(died):
        recorder = open_recorder(died, at(100.0))
        tell(recorder, [snapshot(100.0), left(110, "c1"), connected(110, "201", "c1")])
    assert recorder.close(LIMIT_S)
    found = {v.visit.rpartition("@")[0]: v for v in visits_in(died)}
    assert len(found) == len(visits_in(died)) == 5
    assert {name: v.outcome for name, v in found.items()} == {
        "c1": Outcome.ANSWERED,
        "c2": Outcome.ANSWERED,
        "c3": Outcome.WAITING,
        "c4": Outcome.VANISHED,
        "c5": Outcome.TIMED_OUT,
    }
    assert found["c1"].joined_at == moment(10)
    assert found["c2"].wait_s == pytest.approx(50)


def test_what_comes_long_after_keeps_the_name(died: Engine) -> None:
    with away(died):
        recorder = open_recorder(died, at(100.0))
        events: list[RoomEvent] = [snapshot(100.0), left(110, "c1"), connected(110, "201", "c1")]
        picture = tell(recorder, events)
    recorder.beat(120.0, picture)
    over = completed(150, "201", "c1")
    recorder.note(picture, over, apply(picture, over))
    assert recorder.close(LIMIT_S)
    (answered,) = (v for v in visits_in(died) if v.visit.startswith("c1@"))
    assert answered.talk_s == pytest.approx(40)


def test_a_room_in_which_nothing_happens_leaves_its_gap_too(store: Engine) -> None:
    journal_store.add(store, [], heard=moment(41))
    with away(store):
        recorder = open_recorder(store, at(100.0))
        picture = tell(recorder, [empty_room(100.0)])
        recorder.beat(100.0, picture)
    assert recorder.close(LIMIT_S)
    assert [line[1] for line in gap_lines(store)] == [moment(41), moment(100)]


def test_the_first_of_all_has_no_gap(store: Engine) -> None:
    with away(store):
        recorder = open_recorder(store, at(100.0))
        tell(recorder, [empty_room(100.0, sat())])
    assert recorder.close(LIMIT_S)
    assert gap_lines(store) == []


def test_the_database_goes_again_before_it_was_asked(died: Engine) -> None:
    with away(died):
        recorder = open_recorder(died, at(100.0))
        picture = tell(recorder, [snapshot(100.0)])
        assert not recorder.close(0.3)
    assert gap_lines(died) == []
    later = open_recorder(died, at(200.0))
    tell(later, [empty_room(200.0)])
    assert picture.live
    assert later.close(LIMIT_S)
    began, ended = (line[1] for line in gap_lines(died))
    assert (began, ended) == (moment(42), moment(42) + timedelta(seconds=158))
