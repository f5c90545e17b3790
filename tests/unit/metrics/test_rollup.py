"""Roll-ups say what the journal says, for any interval, whatever comes late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select

from database.engine import reading
from queue_manager.events import RoomEvent
from queue_manager.journal import store as journal_store
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.schema import dirty_half_hours
from queue_manager.metrics.figures import Figures, split
from queue_manager.metrics.rollup import RollUps
from queue_manager.metrics.schema import queue_days, queue_half_hours
from queue_manager.metrics.sums import Sums, raw
from queue_manager.metrics.terms import MetricTerms
from queue_manager.staffing.demand import Demand
from queue_manager.staffing.people import Manners
from queue_manager.staffing.simulation import Day
from tests.support.journals import (
    completed,
    connected,
    cut,
    empty_room,
    joined,
    left,
    moment,
    sat,
    told,
)

ZONE: Final = ZoneInfo("Asia/Kolkata")
TERMS: Final = MetricTerms()
HOUR: Final = 3600.0
DAY: Final = 24 * HOUR


class Keeper:
    """Roll-ups and figures at a time that the test sets."""

    def __init__(self, store: Engine, terms: MetricTerms = TERMS) -> None:
        self.store, self.terms = store, terms
        self.now = moment(0)
        self.rollups = RollUps(store, terms, ZONE, self.tell)
        self.figures = Figures(store, terms, ZONE, self.tell)

    def tell(self) -> datetime:
        return self.now

    def roll(self, seconds: float) -> None:
        """Let it be so late, with everything heard, and keep at it until nothing is left to do."""
        self.now = moment(seconds)
        journal_store.add(self.store, [], heard=self.now)
        while self.rollups.run_once():
            pass

    def same(self, since: float, until: float) -> Sums:
        """Count an interval both ways; they must agree."""
        with reading(self.store) as connection:
            expected = raw(connection, moment(since), moment(until), self.terms, self.now)
        found = self.figures.sums(moment(since), moment(until))
        assert plain(found) == {key: pytest.approx(of) for key, of in plain(expected).items()}
        return found


def plain(sums: Sums) -> dict[str, dict[str, float]]:
    queues = {f"queue {name}": asdict(t) for name, t in sums.queues.items() if t.offered}
    times = {f"operator {name}": asdict(t) for name, t in sums.operators.items()}
    return {**queues, **{name: time for name, time in times.items() if any(time.values())}}


@pytest.fixture
def keeper(store: Engine) -> Keeper:
    return Keeper(store)


@pytest.fixture
def two_days(store: Engine) -> Engine:
    """Three hours of calls around a midnight, and a gap."""
    halves = [Demand(6, patience_s=60)] * 6
    demand = {"food": halves, "medical": halves}
    staff = {"food": [2, 2, 3, 2, 1, 2], "medical": [1, 1, 1, 2, 1, 1]}
    events = [*Day(demand, staff, Manners(missed=0.2), seed=5).events()]
    begins = DAY - 1.5 * HOUR
    moved = [shifted(event, begins) for event in told([*events, cut(events[-1].at + 5)])]
    journal_store.add(store, moved)
    return store


def shifted(entry: Entry, seconds: float) -> Entry:
    """The same entry later."""
    later = timedelta(seconds=seconds)
    channel, at, millis = entry.visit.partition("@")
    visit = f"{channel}@{int(millis) + int(seconds * 1000)}" if at else ""
    key = entry.key.replace(entry.visit, visit) if visit else f"{entry.key} later"
    fields = {f: getattr(entry, f) for f in ("kind", "queue", "operator", "seconds", "detail")}
    return Entry(key=key, at=entry.at + later, visit=visit, **fields)


INTERVALS: Final = [
    (0, 2 * DAY),
    (DAY, 2 * DAY),
    (DAY - HOUR, DAY + HOUR),
    (DAY - 1234.5, DAY + 777),
    (DAY + 100, DAY + 200),
    (DAY + 600, DAY + 2400),
    (5 * DAY, 6 * DAY),
    (DAY, DAY),
]


def test_roll_ups_and_journal_agree_for_any_interval(keeper: Keeper, two_days: Engine) -> None:
    keeper.roll(3 * DAY)
    for since, until in INTERVALS:
        keeper.same(since, until)


def test_roll_ups_are_used_where_they_are_right(keeper: Keeper, two_days: Engine) -> None:
    keeper.roll(3 * DAY)
    whole = keeper.figures.sums(moment(0), moment(2 * DAY))
    assert whole.all_queues.offered > 40
    with reading(two_days) as connection:
        assert connection.scalar(select(func.count()).select_from(dirty_half_hours)) == 0
        days = connection.execute(select(queue_days.c.start, queue_days.c.queue)).all()
    assert len(days) == 4
    parts = split(moment(100), moment(2 * DAY + 4000), keeper.now, frozenset(), ZONE)
    assert [d.isoformat() for d in parts.days] == ["2026-06-03"]
    assert len(parts.half_hours) == 47 + 2
    assert len(parts.raw) == 2


def test_what_comes_late_changes_the_numbers(keeper: Keeper, two_days: Engine) -> None:
    keeper.roll(3 * DAY)
    before = keeper.same(0, 2 * DAY)
    late = told([empty_room(0), joined(DAY + 60), left(DAY + 70), connected(DAY + 70)])
    journal_store.add(two_days, late)
    now = keeper.same(0, 2 * DAY)
    assert now.all_queues.answered == before.all_queues.answered + 1
    keeper.roll(3 * DAY + 60)
    assert keeper.same(0, 2 * DAY).all_queues.answered == now.all_queues.answered


def test_what_is_told_again_changes_nothing(keeper: Keeper, store: Engine) -> None:
    story = told([empty_room(0), joined(60), left(70), connected(70), completed(100)])
    journal_store.add(store, story)
    keeper.roll(DAY)
    before = keeper.same(0, DAY)
    journal_store.add(store, story)
    keeper.roll(DAY + 60)
    assert plain(keeper.same(0, DAY)) == plain(before)


def test_who_still_waits_is_counted_anew_each_time(keeper: Keeper, store: Engine) -> None:
    journal_store.add(store, told([empty_room(0), joined(1790)]))
    keeper.roll(1805)
    assert keeper.same(0, 1800).all_queues.waiting_late == 0
    keeper.roll(1815)
    assert keeper.same(0, 1800).all_queues.waiting_late == 1
    keeper.roll(10 * HOUR)
    lost = keeper.same(0, 1800).all_queues
    assert (lost.waiting, lost.vanished, lost.offered) == (0, 1, 0)


def test_half_hours_in_which_nothing_happened_hold_the_time_of_who_sat(
    keeper: Keeper, store: Engine
) -> None:
    journal_store.add(store, told([empty_room(0, sat())]))
    keeper.roll(4 * HOUR)
    assert keeper.same(HOUR, 3 * HOUR).operators["201"].available_s == 2 * HOUR


def test_nobody_works_in_a_gap(keeper: Keeper, store: Engine) -> None:
    story: list[RoomEvent] = [empty_room(0, sat()), cut(HOUR + 1), empty_room(2 * HOUR, sat())]
    journal_store.add(store, told(story))
    keeper.roll(4 * HOUR)
    assert keeper.same(0, 3 * HOUR).operators["201"].available_s == pytest.approx(2 * HOUR)


def test_other_thresholds_are_counted_anew(two_days: Engine) -> None:
    usual, strict = Keeper(two_days), Keeper(two_days, MetricTerms(answer_within_s=5))
    usual.roll(3 * DAY)
    strict.now = usual.now
    fewer = strict.same(0, 2 * DAY).all_queues.answered_in_time
    assert fewer < usual.same(0, 2 * DAY).all_queues.answered_in_time
    strict.roll(3 * DAY + 60)
    assert strict.same(0, 2 * DAY).all_queues.answered_in_time == fewer
    assert usual.same(0, 2 * DAY).all_queues.answered_in_time > fewer


def test_roll_ups_go_no_further_than_the_journal_is_written(keeper: Keeper, store: Engine) -> None:
    journal_store.add(store, told([empty_room(0, sat()), joined(60)]), heard=moment(2000))
    keeper.now = moment(DAY)
    keeper.rollups.run_once()
    with reading(store) as connection:
        starts = connection.scalars(select(queue_half_hours.c.start)).all()
    assert starts == [moment(0)]


def test_a_mark_that_comes_while_a_roll_up_is_made_is_kept(
    keeper: Keeper, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal_store.add(store, told([empty_room(0), joined(60), left(70)]))
    late = told([empty_room(0), joined(80, "c2"), left(90, "c2")])
    replace: Callable[..., int] = RollUps._replace

    def add_first(self: RollUps, *args: object) -> int:
        journal_store.add(store, late)
        return replace(self, *args)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(RollUps, "_replace", add_first)
        keeper.now = moment(HOUR)
        journal_store.add(store, [], heard=keeper.now)
        keeper.rollups.run_once()
    assert keeper.same(0, HOUR).all_queues.timed_out == 2
    keeper.roll(HOUR + 10)
    assert keeper.same(0, HOUR).all_queues.timed_out == 2


def test_an_empty_journal_counts_nothing(keeper: Keeper) -> None:
    keeper.now = moment(DAY)
    assert keeper.rollups.run_once() == 0
    assert keeper.figures.sums(moment(0), moment(DAY)) == Sums()


def test_days_of_the_district_begin_at_its_midnight(keeper: Keeper, store: Engine) -> None:
    journal_store.add(store, told([empty_room(0), joined(DAY - 10), left(DAY - 5)]))
    journal_store.add(store, [Entry("x", moment(DAY + 5), Kind.JOINED, "food", visit="c@1")])
    keeper.roll(3 * DAY)
    with reading(store) as connection:
        days = connection.execute(select(queue_days.c.start, queue_days.c.timed_out)).all()
    assert {(d.isoformat(), n) for d, n in days if n} == {("2026-06-02", 1)}
