"""Whatever happens, in whatever order it is told: the numbers balance and are the same."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_manager.events import RoomEvent
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.visits import visit_name
from queue_manager.metrics.formulas import balanced
from queue_manager.metrics.operator_time import operator_times, spells, utilisation
from queue_manager.metrics.tally import Tally, tally
from queue_manager.metrics.terms import MetricTerms
from queue_manager.metrics.visits import VisitRecord, visits
from queue_manager.staffing.demand import Demand
from queue_manager.staffing.people import Manners
from queue_manager.staffing.simulation import Day
from tests.support.journals import FOOD, MIDNIGHT, moment, told

TERMS = MetricTerms()
NOON = moment(43_200)
OF_VISIT = (
    *(Kind.ANSWERED, Kind.ABANDONED, Kind.LEFT, Kind.CALL_BACK),
    *(Kind.VANISHED, Kind.COMPLETED, Kind.WRAPPED, Kind.MISSED),
)


@st.composite
def journals(draw: st.DrawFn) -> list[Entry]:
    """Entries of visits, any of which may be missing or contradict each other."""
    found: list[Entry] = []
    for number in range(draw(st.integers(0, 12))):
        at = moment(draw(st.integers(0, 43_000)))
        name = visit_name(f"c{number}", at)
        kinds = draw(st.sets(st.sampled_from((Kind.JOINED, *OF_VISIT))))
        for kind in sorted(kinds):
            seconds = None if kind is Kind.JOINED else draw(st.sampled_from([0.5, 5, 20, 21, None]))
            later = timedelta(seconds=seconds or 0)
            found.append(
                Entry(f"{name}:{kind}", at + later, kind, FOOD, "201", name, "", "", seconds)
            )
    return found


@given(journals(), st.integers(0, 43_200), st.integers(0, 43_200))
def test_offered_is_the_sum_of_how_they_ended_in_each_interval(
    entries: list[Entry], one: int, other: int
) -> None:
    since, until = moment(min(one, other)), moment(max(one, other))
    within = [visit for visit in visits(entries) if since <= visit.joined_at < until]
    counted = tally(within, TERMS, NOON)
    assert balanced(counted)
    assert counted.offered + counted.vanished == len(within)


@given(journals(), st.randoms(use_true_random=False))
def test_order_and_duplicates_change_nothing(entries: list[Entry], chance: random.Random) -> None:
    told_again = entries + chance.sample(entries, len(entries) // 2)
    chance.shuffle(told_again)
    assert visits(told_again) == visits(entries)


@given(journals(), st.integers(0, 43_200))
def test_two_parts_of_an_interval_add_up_to_the_whole(entries: list[Entry], cut: int) -> None:
    found = visits(entries)
    early = tally([v for v in found if v.joined_at < moment(cut)], TERMS, NOON)
    late = tally([v for v in found if v.joined_at >= moment(cut)], TERMS, NOON)
    assert early + late == tally(found, TERMS, NOON)
    assert tally([], TERMS, NOON) + early == early


def busy_half_hour(seed: int) -> list[RoomEvent]:
    """Half an hour in which many hang up and many rings are missed."""
    demand = {FOOD: [Demand(60, handling_s=120, patience_s=40)]}
    manners = Manners(missed=0.3, wait_limit_s=90)
    return list(Day(demand, {FOOD: [3]}, manners, seed).events())


def shaken(events: list[RoomEvent], chance: random.Random, within_s: float) -> list[RoomEvent]:
    """The same events, one in five told twice, each up to ``within_s`` late."""
    again = [event for event in events if chance.random() < 0.2]
    late = [(event.at + chance.uniform(0, within_s), event) for event in [*events, *again]]
    return [event for _, event in sorted(late, key=lambda one: one[0])]


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_events_told_late_and_twice_give_the_same_numbers(seed: int) -> None:
    events = busy_half_hour(seed)
    late = told(shaken(events, random.Random(seed), within_s=0.045))
    in_order = visits(told(events))
    assert [told_of(v) for v in visits(late)] == [outcome(v) for v in in_order]
    ours, theirs = (tally(found, TERMS, NOON) for found in (visits(late), in_order))
    assert balanced(ours)
    # A wrap-up is measured between two changes of state, each up to 45 ms late.
    assert asdict(ours) == pytest.approx(asdict(theirs), abs=0.05 * len(in_order))


def told_of(visit: VisitRecord) -> tuple[object, ...]:
    channel = visit.visit.partition("@")[0]
    return channel, visit.outcome, visit.operator, visit.missed, visit.wait_s


def outcome(visit: VisitRecord) -> tuple[object, ...]:
    """The same, but for a visit whose end is told before its beginning: its wait is lost."""
    channel = visit.visit.partition("@")[0]
    wait = None if visit.wait_s is None else pytest.approx(visit.wait_s, abs=0.045)
    return channel, visit.outcome, visit.operator, visit.missed, wait


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_nobody_works_longer_than_the_day(seed: int) -> None:
    events = busy_half_hour(seed)
    entries = told(events)
    until = moment(events[-1].at)
    times = operator_times(spells(entries, MIDNIGHT, until))
    assert set(times) == {"10000", "10001", "10002"}
    for time in times.values():
        assert time.signed_on_s <= (until - MIDNIGHT).total_seconds() + 0.001
        assert 0 <= (utilisation(time) or 0) <= 1
    talked = sum(time.talking_s for time in times.values())
    counted: Tally = tally(visits(entries), TERMS, until)
    assert abs(talked - counted.talk_s) < 0.1
