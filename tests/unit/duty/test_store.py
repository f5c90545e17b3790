"""Duty is kept over restarts, with its history, on both databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import DBAPIError

from database.engine import reading, writing
from queue_manager.duty.declared import Declared, Missed, NotPossible, Pause, SignOff, SignOn
from queue_manager.duty.schema import duty_changes
from queue_manager.duty.store import BEGINNING, DutyStore
from queue_manager.roster.schema import operators
from tests.support.ticketing import StoreMaker
from tests.unit.duty.conftest import NOON, Hand


def test_operators_at_lunch_stay_at_lunch_over_a_restart(
    duty: DutyStore, hand: Hand, stores: StoreMaker
) -> None:
    duty.declare("201", SignOn(), by="201")
    at = hand.advance(minutes=30)
    declared = duty.declare("201", Pause("meal"), by="201", why="")
    again = DutyStore(stores.open(), ("food", "ration"), hand).declared()
    assert again["201"] == declared
    assert (declared.since, declared.reason, declared.paused_since) == (NOON, "meal", at)
    assert declared.queues == {"food": 1, "ration": 3}
    assert again["202"] == Declared("202", BEGINNING)


def test_only_those_on_the_roster_have_a_duty(duty: DutyStore) -> None:
    assert list(duty.declared()) == ["201", "202"]
    for stranger in ("203", "999", "' OR 1=1", ""):
        with pytest.raises(NotPossible, match="nobody on the roster"):
            duty.declare(stranger, SignOn(), by="201")


def test_who_left_the_roster_is_signed_off(duty: DutyStore, roster: Engine) -> None:
    duty.declare("201", SignOn(), by="201")
    with writing(roster) as connection:
        duty.left(connection, "201", by="anita", why="on the roster no more")
        gone = update(operators).where(operators.c.extension == "201")
        connection.execute(gone.values(left_on=date(2026, 6, 1)))
    assert duty.declared()["201"] == Declared("201", NOON)
    with pytest.raises(NotPossible, match="nobody on the roster"):
        duty.declare("201", SignOn(), by="201")


def test_each_change_is_in_the_history_and_what_changes_nothing_is_not(
    duty: DutyStore, roster: Engine
) -> None:
    duty.declare("201", SignOn(), by="201")
    duty.declare("201", SignOn(), by="201")
    duty.declare("201", Pause("tea"), by="anita", why="x" * 1000)
    duty.declare("201", SignOff(), by="room", why="shift over")
    with reading(roster) as connection:
        lines = connection.execute(select(duty_changes).order_by(duty_changes.c.id)).all()
    assert [(line.kind, line.who) for line in lines] == [
        ("sign_on", "201"),
        ("pause", "anita"),
        ("sign_off", "room"),
    ]
    assert [len(line.why) for line in lines] == [0, 200, 10]
    assert json.loads(lines[1].body)["pause_reason"] == "tea"


@pytest.mark.parametrize("change", [update(duty_changes).values(who=""), delete(duty_changes)])
def test_the_history_cannot_be_changed(duty: DutyStore, roster: Engine, change: object) -> None:
    duty.declare("201", SignOn(), by="201")
    with pytest.raises(DBAPIError, match="append-only"), writing(roster) as connection:
        connection.execute(change)  # type: ignore[call-overload]


def test_what_is_not_possible_leaves_no_trace(duty: DutyStore, roster: Engine) -> None:
    with pytest.raises(NotPossible):
        duty.declare("201", Pause("tea"), by="201")
    with reading(roster) as connection:
        assert connection.execute(select(duty_changes)).all() == []


def test_many_at_once_lose_no_change(duty: DutyStore, hand: Hand, stores: StoreMaker) -> None:
    duty.declare("202", SignOn(), by="202")
    books = [DutyStore(stores.open(busy_s=30), ("food",), hand) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: books[n % 4].declare("202", Missed(), by="room"), range(20)))
    assert duty.declared()["202"].missed == 20


def test_a_queue_that_the_district_has_no_more_is_left_out(
    duty: DutyStore, hand: Hand, stores: StoreMaker
) -> None:
    duty.declare("201", SignOn(), by="201")
    assert DutyStore(stores.open(), ("food",), hand).declared()["201"].queues == {"food": 1}
