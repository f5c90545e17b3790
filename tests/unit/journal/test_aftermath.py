"""What is found out later: how a visit ended that nobody saw, and who asked to be called back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy import Engine

from database.engine import reading
from queue_manager.events import RoomEvent
from queue_manager.journal import store as journal_store
from queue_manager.journal.aftermath import Aftermath, CallBack, Ending, How
from queue_manager.journal.read import entries_of_visits
from queue_manager.metrics.visits import Outcome, VisitRecord, visits
from tests.support.journals import (
    FOOD,
    connected,
    cut,
    empty_room,
    joined,
    left,
    moment,
    told,
)

GAP: list[RoomEvent] = [empty_room(0), joined(10), cut(20), empty_room(50)]


@dataclass
class Calls:
    """A store of calls that a test fills."""

    how: dict[str, Ending] = field(default_factory=dict)
    wishes: list[CallBack] = field(default_factory=list)

    def endings(self, call_ids: Collection[str]) -> Mapping[str, Ending]:
        return {call_id: self.how[call_id] for call_id in call_ids if call_id in self.how}

    def call_backs(self, since: datetime) -> Iterable[CallBack]:
        return [wish for wish in self.wishes if wish.at >= since]


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def aftermath(store: Engine, calls: Calls) -> Aftermath:
    return Aftermath(store, calls, lambda: moment(3600))


def seen(store: Engine) -> list[VisitRecord]:
    with reading(store) as connection:
        return list(visits(entries_of_visits(connection, moment(0), moment(3600))))


def put(store: Engine, events: Iterable[RoomEvent]) -> None:
    journal_store.add(store, told(events))


@pytest.mark.parametrize(
    ("how", "outcome"),
    [
        (How.SERVED, Outcome.ANSWERED),
        (How.ABANDONED, Outcome.ABANDONED),
        (How.LEFT, Outcome.TIMED_OUT),
    ],
)
def test_who_vanished_is_found(
    store: Engine, calls: Calls, aftermath: Aftermath, how: How, outcome: Outcome
) -> None:
    put(store, GAP)
    assert [v.outcome for v in seen(store)] == [Outcome.VANISHED]
    calls.how["call-c1"] = Ending(FOOD, how, 15.0, 120.0, "201")
    assert aftermath.run_once() > 0
    (visit,) = seen(store)
    assert (visit.outcome, visit.wait_s) == (outcome, 15.0)
    if how is How.SERVED:
        assert (visit.operator, visit.talk_s) == ("201", 120.0)
    assert aftermath.run_once() == 0


def test_who_is_unknown_to_the_store_stays_vanished(store: Engine, aftermath: Aftermath) -> None:
    put(store, GAP)
    assert aftermath.run_once() == 0
    assert [v.outcome for v in seen(store)] == [Outcome.VANISHED]


def test_how_one_stay_ended_says_nothing_of_an_earlier_one(
    store: Engine, calls: Calls, aftermath: Aftermath
) -> None:
    back: list[RoomEvent] = [joined(100), left(110), connected(110)]
    put(store, [*GAP, *back])
    calls.how["call-c1"] = Ending(FOOD, How.SERVED, 10.0, 120.0, "201")
    assert aftermath.run_once() == 0
    assert [v.outcome for v in seen(store)] == [Outcome.VANISHED, Outcome.ANSWERED]


def test_how_a_stay_in_another_queue_ended_is_not_taken(
    store: Engine, calls: Calls, aftermath: Aftermath
) -> None:
    put(store, GAP)
    calls.how["call-c1"] = Ending("medical", How.SERVED, 10.0, 120.0, "201")
    assert aftermath.run_once() == 0


def test_who_left_and_asked_to_be_called_back(
    store: Engine, calls: Calls, aftermath: Aftermath
) -> None:
    put(store, [empty_room(0), joined(10), left(310), joined(20, "c2"), left(320, "c2")])
    calls.wishes.append(CallBack("call-c1", moment(340)))
    assert aftermath.run_once() == 1
    assert [v.outcome for v in seen(store)] == [Outcome.CALLED_BACK, Outcome.TIMED_OUT]
    assert aftermath.run_once() == 0


def test_who_was_answered_in_the_end_is_answered(
    store: Engine, calls: Calls, aftermath: Aftermath
) -> None:
    put(store, [empty_room(0), joined(10), left(20), connected(20)])
    calls.wishes.append(CallBack("call-c1", moment(340)))
    aftermath.run_once()
    assert [v.outcome for v in seen(store)] == [Outcome.ANSWERED]


def test_a_wish_of_a_call_that_never_waited_is_no_visit(
    store: Engine, calls: Calls, aftermath: Aftermath
) -> None:
    calls.wishes.append(CallBack("call-x", moment(340)))
    assert aftermath.run_once() == 0
