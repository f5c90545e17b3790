"""Metrics that ask the tickets and the roster, gaps, and who does all this behind the room."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from database.engine import reading
from queue_manager.events import RoomEvent
from queue_manager.journal import store as journal_store
from queue_manager.journal.aftermath import Aftermath, CallBack
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.schema import dirty_half_hours
from queue_manager.metrics.adherence import adherence, adherences
from queue_manager.metrics.bookkeeping import Bookkeeping
from queue_manager.metrics.contacts import (
    Contact,
    Promise,
    Promises,
    TicketOpened,
    confirmed_at_first_try,
    counted,
    false_closure,
    first_contact,
    kept,
    promises_kept,
)
from queue_manager.metrics.gaps import unheard_s
from queue_manager.metrics.operator_time import Spell
from queue_manager.metrics.pruning import Pruning
from queue_manager.metrics.rollup import RollUps
from queue_manager.metrics.schema import queue_half_hours
from queue_manager.metrics.terms import MetricTerms
from tests.support.journals import cut, empty_room, joined, left, moment, sat, told
from tests.unit.journal.test_aftermath import Calls
from tests.unit.metrics.test_rollup import ZONE

WEEK = timedelta(days=7)
DAY_S = 86_400.0
TICKET = TicketOpened("1", "sita", "ration", moment(0))


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        (Contact("2", "sita", "ration", moment(3 * DAY_S)), 0.0),
        (Contact("2", "sita", "ration", moment(7 * DAY_S)), 0.0),
        (Contact("2", "sita", "ration", moment(7 * DAY_S + 1)), 1.0),
        (Contact("2", "sita", "food", moment(3 * DAY_S)), 1.0),
        (Contact("2", "ram", "ration", moment(3 * DAY_S)), 1.0),
        (Contact("1", "sita", "ration", moment(5)), 1.0),
        (Contact("0", "sita", "ration", moment(-5)), 1.0),
    ],
)
def test_a_repeat_is_another_call_of_the_same_caller_about_the_same(
    again: Contact, expected: float
) -> None:
    assert first_contact([TICKET], [again], WEEK) == expected


def test_without_tickets_there_is_no_first_contact_figure() -> None:
    assert first_contact([], [], WEEK) is None


def test_a_promise() -> None:
    two_hours = Promise(moment(0), timedelta(hours=2))
    late, early = timedelta(hours=3), timedelta(hours=1)
    assert kept(two_hours, moment(0) + early) is None
    assert kept(two_hours, moment(0) + late) is False
    done = Promise(moment(0), timedelta(hours=2), confirmed_at=moment(0) + late)
    assert kept(done, moment(9e6)) is False
    waited = Promise(moment(0), timedelta(hours=2), moment(0) + late, timedelta(hours=1))
    assert kept(waited, moment(9e6)) is True
    assert counted([two_hours, done, waited], moment(0) + early) == Promises(kept=1, broken=1)
    assert promises_kept(Promises(kept=1, broken=1)) == 0.5
    assert promises_kept(counted([two_hours], moment(0) + early)) is None


def test_closures() -> None:
    assert false_closure(not_done=3, answered=12) == 0.25
    assert confirmed_at_first_try(confirmed=9, asked=12) == 0.75
    assert false_closure(0, 0) is None


def test_adherence_is_the_part_of_the_shift_in_which_somebody_sat() -> None:
    shift = [(moment(0), moment(8 * 3600))]
    spells = [
        Spell("201", "available", moment(-600), moment(3600)),
        Spell("201", "paused:tea", moment(3600), moment(4 * 3600)),
        Spell("201", "talking", moment(6 * 3600), moment(9 * 3600)),
        Spell("202", "talking", moment(0), moment(9 * 3600)),
    ]
    assert adherence(shift, spells[:3]) == 6 / 8
    assert adherences({"201": shift, "203": shift}, spells) == {"201": 6 / 8, "203": 0.0}
    assert adherence([], spells) is None


def gap(began: float | None, ended: float | None) -> list[Entry]:
    found = []
    if began is not None:
        found.append(Entry("b", moment(began), Kind.GAP_BEGAN))
    if ended is not None:
        seconds = 0.0 if began == ended else 1.0
        found.append(Entry("e", moment(ended), Kind.GAP_ENDED, seconds=seconds))
    return found


@pytest.mark.parametrize(
    ("gaps", "expected"),
    [
        (gap(10, 20), 10),
        (gap(None, 20), 20),
        (gap(90, None), 10),
        (gap(10, 10), 0),
        ([], 0),
        ([*gap(10, 20), *gap(50, 55)], 15),
        ([*gap(10, None), *gap(12, 20)], 10),
    ],
)
def test_how_long_nobody_heard_anything(gaps: list[Entry], expected: float) -> None:
    assert unheard_s(gaps, moment(0), moment(100)) == expected


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=12))
def test_nobody_is_deaf_for_longer_than_the_interval(marks: list[tuple[int, bool]]) -> None:
    kinds = {True: Kind.GAP_BEGAN, False: Kind.GAP_ENDED}
    gaps = [Entry("k", moment(at), kinds[began], seconds=1.0) for at, began in sorted(marks)]
    assert unheard_s(gaps, moment(0), moment(100)) >= 0


class Watched(Calls):
    """Tells when it was asked for the second time: the first round is over then."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.again = threading.Event()

    def call_backs(self, since: datetime) -> Iterable[CallBack]:
        self.asked += 1
        if self.asked == 2:
            self.again.set()
        return super().call_backs(since)


def keeping(store: Engine, calls: Calls) -> Bookkeeping:
    def now() -> datetime:
        return moment(7200)

    terms, keep = MetricTerms(), timedelta(days=400)
    pruning = Pruning(store, terms, ZONE, keep, now=now, steady=lambda: 0.0)
    rollups = RollUps(store, terms, ZONE, now)
    return Bookkeeping(Aftermath(store, calls, now), rollups, pruning, every_s=0.01)


def test_the_bookkeeping_keeps_the_roll_ups(store: Engine) -> None:
    story: list[RoomEvent] = [empty_room(0, sat()), joined(10), left(20)]
    story += [cut(40), empty_room(50, sat())]
    journal_store.add(store, told(story), heard=moment(7200))
    calls = Watched()
    book = keeping(store, calls)
    book.start()
    assert calls.again.wait(20)
    book.stop()
    with reading(store) as connection:
        assert connection.execute(select(dirty_half_hours)).all() == []
        assert connection.scalars(select(queue_half_hours.c.timed_out)).all() == [1]


def test_a_store_of_another_version_ends_no_thread(
    store: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with store.begin() as connection:
        connection.execute(text("DROP TABLE journal_marks"))
    assert keeping(store, Calls()).run_once() is False
    assert "the bookkeeping" in caplog.text
