"""Needed against rostered, where to move whom, and what a break costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from queue_manager.journal import store as journal_store
from queue_manager.journal.entry import Entry
from queue_manager.metrics.figures import Figures
from queue_manager.metrics.tally import Tally
from queue_manager.metrics.terms import MetricTerms
from queue_manager.staffing.demand import EVERYTHING, HALF_HOURS, SHAPE, Demand, usual
from queue_manager.staffing.forecast import demand_of, forecast
from queue_manager.staffing.outlook import State, after_break
from queue_manager.staffing.plan import Seat, moves, plan, shared
from tests.support.journals import (
    MIDNIGHT,
    abandoned,
    completed,
    connected,
    empty_room,
    joined,
    left,
    told,
)

ZONE = ZoneInfo("Asia/Kolkata")
BUSY = Demand(75)
IDLE = Demand(1)
SITA = Seat("201", "Sita", frozenset({"food"}))
RAM = Seat("202", "Ram", frozenset({"food", "medical"}))
MIRA = Seat("203", "Mira", frozenset({"medical"}))


def day(demand: Demand) -> tuple[Demand, ...]:
    return (demand,) * HALF_HOURS


def test_a_usual_day_has_its_busiest_hour_in_the_forenoon() -> None:
    assert sum(SHAPE) == pytest.approx(1)
    hours = [SHAPE[2 * h] + SHAPE[2 * h + 1] for h in range(24)]
    assert max(hours) == pytest.approx(0.1)
    assert hours.index(max(hours)) == 11
    food = usual(1500, {"food": 2, "medical": 1})["food"]
    assert sum(half.calls for half in food) == pytest.approx(1000)
    assert {half.assumed for half in food} == {EVERYTHING}


def test_an_operator_of_two_queues_counts_in_each_by_their_load() -> None:
    demand = {"food": Demand(30), "medical": Demand(10)}
    found = shared([SITA, RAM, MIRA], demand)
    assert found == {"food": pytest.approx(1.75), "medical": pytest.approx(1.25)}


def test_an_operator_of_quiet_queues_counts_in_each_alike() -> None:
    quiet = {"food": Demand(0), "medical": Demand(0)}
    assert shared([RAM], quiet) == {"food": 0.5, "medical": 0.5}


def test_a_plan_says_what_is_missing() -> None:
    needs = plan({"food": day(BUSY)}, [[SITA]] * HALF_HOURS, target=0.8, within_s=20)
    assert len(needs) == HALF_HOURS
    assert {(n.needed, n.rostered) for n in needs} == {(10, 1.0)}
    assert needs[0].short == 9


def test_who_serves_two_queues_is_moved_to_the_one_that_is_short() -> None:
    demand = {"food": day(Demand(20)), "medical": day(Demand(20))}
    other = replace(RAM, extension="212", name="Shyam")
    nurses = [replace(MIRA, extension=f"22{n}") for n in range(8)]
    seats = [[SITA, RAM, other, *nurses]] * HALF_HOURS
    needs = plan(demand, seats, target=0.8, within_s=20)
    food, medical = needs[:2]
    assert (food.rostered, medical.rostered) == (2.0, 9.0)
    assert food.short > 1.5
    assert medical.short < -3
    chosen = moves(needs, seats)
    assert [(m.extension, m.queue, m.half_hour, m.until) for m in chosen] == [
        ("202", "food", 0, HALF_HOURS),
        ("212", "food", 0, HALF_HOURS),
    ]


def test_nobody_is_moved_from_where_they_are_needed() -> None:
    demand = {"food": day(BUSY), "medical": day(BUSY)}
    needs = plan(demand, [[RAM]] * HALF_HOURS, target=0.8, within_s=20)
    assert moves(needs, [[RAM]] * HALF_HOURS) == ()


def test_two_more_at_tea_cost_what_erlang_says() -> None:
    state = State(operators=12, waiting=0, demand=BUSY)
    found = after_break(state, extra=2)
    assert found.now.service_level > 0.9 > found.then.service_level
    assert found.operators == 10
    assert found.enough
    assert not after_break(state, extra=4).enough


def test_who_waits_already_makes_it_worse() -> None:
    state = State(operators=10, waiting=0, demand=BUSY)
    crowd = replace(state, waiting=12)
    assert after_break(crowd, 1).then.service_level < after_break(state, 1).then.service_level


def test_parts_of_operators_lie_between_whole_ones() -> None:
    def level(operators: float) -> float:
        return after_break(State(operators, 0, BUSY), 0).now.service_level

    assert level(10) < level(10.5) < level(11)


def test_when_everybody_takes_a_break_nobody_is_answered() -> None:
    found = after_break(State(2, 0, BUSY), extra=5)
    assert (found.operators, found.then.service_level, found.then.abandoned) == (0, 0, 1)


def test_nobody_comes_back_from_a_break_by_asking() -> None:
    with pytest.raises(ValueError, match="break"):
        after_break(State(2, 0, BUSY), extra=-1)


def test_a_forecast_without_history_is_a_usual_day_and_says_so(store: Engine) -> None:
    figures = Figures(store, MetricTerms(), ZONE, lambda: datetime(2026, 6, 8, tzinfo=ZONE))
    found = forecast(figures, date(2026, 6, 9), ZONE, {"food": 1, "medical": 1})
    assert sum(half.calls for halves in found.values() for half in halves) == pytest.approx(1500)
    assert {half.assumed for half in found["food"]} == {EVERYTHING}


def test_a_forecast_is_the_mean_of_the_same_days(store: Engine) -> None:
    """Two Tuesdays with 10 and 20 calls at noon, half of whom hung up after 30 s."""
    for weeks, calls in ((1, 10), (2, 20)):
        add_calls(store, datetime(2026, 6, 9, 12, tzinfo=ZONE) - timedelta(weeks=weeks), calls)
    now = datetime(2026, 6, 8, 12, tzinfo=ZONE)
    figures = Figures(store, MetricTerms(), ZONE, lambda: now)
    food = forecast(figures, date(2026, 6, 9), ZONE, {"food": 1})["food"]
    assert {half: one.calls for half, one in enumerate(food) if one.calls} == {24: 15}
    assert food[24].patience_s == pytest.approx((30 + 10) * 15 / 15)
    assert food[24].assumed == ("handling",)


def test_a_handling_time_is_the_half_hours_own_where_there_were_enough_talks() -> None:
    quick = Tally(offered=40, answered=40, handled=40, talk_s=40 * 100.0)
    slow = Tally(offered=40, answered=40, handled=40, talk_s=40 * 300.0)
    few = Tally(offered=2, answered=2, handled=2, talk_s=2.0)
    halves = demand_of([{0: quick, 1: slow, 2: few}])
    assert (halves[0].handling_s, halves[1].handling_s) == (100, 300)
    assert halves[2].handling_s == pytest.approx(16_002 / 82)
    assert halves[3].calls == 0


def add_calls(store: Engine, begins: datetime, calls: int) -> None:
    """Put calls into the journal: every other one hangs up after 30 s, the rest is answered."""
    story = [empty_room(0.0)]
    for number in range(calls):
        at, channel = 10.0 + number, f"w{begins:%d}-{number}"
        story.append(joined(at, channel))  # type: ignore[arg-type]
        if number % 2:
            story += [abandoned(at + 30, channel), left(at + 30, channel)]  # type: ignore[list-item]
        else:
            talk = [left(at + 10, channel), connected(at + 10, "201", channel)]
            story += [*talk, completed(at + 190, "201", channel)]  # type: ignore[list-item]
    ordered = sorted(story, key=lambda event: event.at)
    journal_store.add(store, [moved(entry, begins) for entry in told(ordered)])


def moved(entry: Entry, begins: datetime) -> Entry:
    """The same entry on another day."""
    later = begins - MIDNIGHT
    channel, at, millis = entry.visit.partition("@")
    visit = f"{channel}@{int(millis) + later // timedelta(milliseconds=1)}" if at else ""
    key = entry.key.replace(entry.visit, visit) if visit else f"{entry.key} {begins}"
    return entry._replace(key=key, at=entry.at + later, visit=visit)
