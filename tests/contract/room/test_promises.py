"""Promises kept and false closures, from the histories of the real tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from database.engine import reading, writing
from queue_manager.metrics.contacts import Promise, Promises
from queue_manager.metrics.sheet import Figure
from sahayata.promises import (
    Answered,
    StoreOfPromises,
    by_officer,
    of_closures,
    of_promises,
    promise_of,
)
from tests.support.ticketing import NOON, record
from tickets.events import Event, Known
from tickets.promise_events import (
    ConfirmationAnswer,
    Confirmed,
    HandedOver,
    Reopened,
    ReportedSolved,
    WaitingBegun,
    WaitingEnded,
)
from tickets.register import Register
from tickets.store.history import Mark, append
from tickets.store.schema import tickets

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWO_HOURS = timedelta(hours=2)
"""The promise of the category food."""
DONE, NOT_DONE, PARTLY = (
    Confirmed(ConfirmationAnswer.DONE),
    Confirmed(ConfirmationAnswer.NOT_DONE),
    Confirmed(ConfirmationAnswer.PARTLY),
)
Story = Sequence[tuple[float, Known]]
"""Events, each so many hours after the ticket was opened."""


@pytest.fixture
def told(store: Engine, register: Register) -> StoreOfPromises:
    """Four tickets, opened at noon."""
    _live(store, register, "kept", [(1, HandedOver(1, "asha")), (1.5, DONE)])
    _live(
        store,
        register,
        "waited",
        [
            (1, WaitingBegun("papers")),
            (3, WaitingEnded()),
            (3.5, HandedOver(1, "asha")),
            (3.9, DONE),
        ],
    )
    _live(
        store,
        register,
        "false",
        [
            (0.5, HandedOver(1, "asha")),
            (1, ReportedSolved("done")),
            (1.1, NOT_DONE),
            (1.2, HandedOver(2, "ravi")),
            (30, PARTLY),
            (31, DONE),
        ],
    )
    _live(store, register, "reopened", [(1, DONE), (25, Reopened("again"))])
    _live(store, register, "open", [(1, WaitingBegun("papers"))])
    return StoreOfPromises(store)


def _live(store: Engine, register: Register, name: str, story: Story) -> None:
    register.take_in(record(name))
    with reading(store) as connection:
        ticket = connection.scalars(select(tickets.c.id).order_by(tickets.c.id.desc())).first()
    assert ticket is not None
    with writing(store) as connection:
        for hours, event in story:
            append(connection, ticket, event, Mark(NOON + hours * HOUR))


def values(figures: Sequence[Figure]) -> dict[str, float | None]:
    return {figure.name: figure.value for figure in figures}


def test_a_wait_on_the_citizen_that_goes_on_stops_the_clock_until_now() -> None:
    waits: list[tuple[datetime, Event]] = [(NOON + HOUR, WaitingBegun("papers"))]
    one = promise_of(NOON, TWO_HOURS, waits, NOON + 40 * HOUR)
    assert one == Promise(NOON, TWO_HOURS, None, 39 * HOUR)
    again = [*waits, (NOON + 3 * HOUR, DONE), (NOON + 4 * HOUR, Reopened("again"))]
    assert promise_of(NOON, TWO_HOURS, again[:2], NOON + 40 * HOUR).waited_on_citizen == 2 * HOUR
    assert promise_of(NOON, TWO_HOURS, again, NOON + 40 * HOUR).confirmed_at is None


def test_promises_are_those_of_tickets_opened_then(
    told: StoreOfPromises, register: Register
) -> None:
    now = NOON + 40 * HOUR
    # Kept: two. Broken: "false" and "reopened". "open" waits on the citizen, and has time.
    assert told.promises(NOON - HOUR, NOON + HOUR, now) == Promises(kept=2, broken=2)
    register.take_in(record("untold"))
    register.take_in(record("nothing", category="information"))
    assert told.promises(NOON - HOUR, NOON + HOUR, now) == Promises(kept=2, broken=3)
    early = NOON + 1.9 * HOUR
    assert told.promises(NOON - HOUR, NOON + HOUR, early).broken == 1, "confirmed too late"
    assert told.promises(NOON + HOUR, NOON + DAY, now) == Promises()
    assert values(of_promises(Promises(3, 1))) == {"promises_due": 4, "promises_kept": 0.75}


def test_closures_are_what_citizens_said_then(told: StoreOfPromises) -> None:
    first = told.answered(NOON, NOON + DAY)
    assert sorted(first, key=repr) == sorted(
        [
            Answered(ConfirmationAnswer.DONE, True, "asha"),
            Answered(ConfirmationAnswer.DONE, True, "asha"),
            Answered(ConfirmationAnswer.NOT_DONE, True, "asha"),
            Answered(ConfirmationAnswer.DONE, True, ""),
        ],
        key=repr,
    )
    assert values(of_closures(first)) == {
        "confirmations": 4,
        "false_closure": 0.25,
        "confirmed_at_first_try": 0.75,
    }
    later = told.answered(NOON + DAY, NOON + 2 * DAY)
    assert [(one.first, one.officer) for one in later] == [(False, "ravi"), (False, "ravi")]
    assert values(of_closures(later))["confirmed_at_first_try"] is None
    assert list(by_officer(first)) == ["asha"]
    assert values(by_officer(first)["asha"])["false_closure"] == pytest.approx(1 / 3)
    assert told.answered(NOON - DAY, NOON) == []
