"""The life of a ticket, derived from its history."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest

from tickets.call_events import CallEnded, CategoryChanged, NumberAdded, Opened
from tickets.ending import ticket_due
from tickets.events import Event, Known, Unknown, from_json, to_json
from tickets.life import Life, after, life_of
from tickets.model import Category, TicketState
from tickets.promise_events import (
    ConfirmationAnswer,
    ConfirmationBegun,
    Confirmed,
    CrossCheckBegun,
    CrossChecked,
    Disposed,
    HandedOver,
    NotReached,
    Reopened,
    ReportedSolved,
    WaitingBegun,
    WaitingEnded,
)

OPENED = Opened("food", "6361088633", 120)
WITH_L1 = HandedOver(1, "officer of food")
NOT_DONE = Confirmed(ConfirmationAnswer.NOT_DONE)


@pytest.mark.parametrize(
    ("events", "state", "level"),
    [
        ([], "open", 1),
        ([CallEnded("to_queue")], "open", 1),
        ([WITH_L1], "with_officer", 1),
        ([WITH_L1, ReportedSolved("sent")], "reported_solved", 1),
        ([WITH_L1, ReportedSolved("sent"), CrossCheckBegun("v")], "cross_check", 1),
        ([WITH_L1, CrossCheckBegun("v"), CrossChecked(solved=True)], "confirming", 1),
        ([WITH_L1, CrossCheckBegun("v"), CrossChecked(solved=False)], "with_officer", 1),
        ([WITH_L1, ReportedSolved("sent"), ConfirmationBegun()], "confirming", 1),
        ([ConfirmationBegun(), Confirmed(ConfirmationAnswer.DONE)], "closed", 1),
        ([ConfirmationBegun(), Confirmed(ConfirmationAnswer.PERSON)], "confirming", 1),
        ([WITH_L1, ConfirmationBegun(), NOT_DONE], "with_officer", 1),
        (
            [WITH_L1, ConfirmationBegun(), NOT_DONE, ConfirmationBegun(), NOT_DONE],
            "with_officer",
            2,
        ),
        ([WITH_L1, Confirmed(ConfirmationAnswer.PARTLY)], "with_officer", 1),
        ([HandedOver(2, "L-2"), Disposed("not possible")], "closed", 2),
        ([ConfirmationBegun(), NotReached(1), NotReached(2)], "confirming", 1),
        ([ConfirmationBegun(), NotReached(3, last=True)], "unconfirmed", 1),
        ([NotReached(3, last=True), Reopened("called again")], "with_officer", 1),
        ([WITH_L1, WaitingBegun("papers")], "waiting_on_citizen", 1),
        ([WITH_L1, WaitingBegun("papers"), WaitingEnded()], "with_officer", 1),
        ([Unknown("from_the_future")], "open", 1),
    ],
)
def test_where_a_ticket_stands(events: list[Event], state: str, level: int) -> None:
    life = life_of([OPENED, *events])
    assert (life.state, life.level) == (state, level)
    assert life.category == "food"


def test_the_numbers_and_the_category_of_a_ticket() -> None:
    life = life_of([OPENED, NumberAdded("5186748009"), CategoryChanged("ration", "food", 1440)])
    assert life.numbers == ("6361088633", "5186748009")
    assert (life.category, life.limit_minutes) == ("ration", 1440)


@pytest.mark.parametrize(
    ("state", "over"), [(s, s in ("closed", "unconfirmed")) for s in TicketState]
)
def test_what_is_over(state: TicketState, over: bool) -> None:
    assert state.is_over == over


_VALUES = {
    "category": "food",
    "number": "6361088633",
    "before": "ration",
    "ending": "to_queue",
    "queue": "food",
    "how": "served",
    "wait_s": 1.5,
    "own": True,
    "level": 1,
    "officer": "o",
    "report": "r",
    "verifier": "v",
    "solved": True,
    "answer": ConfirmationAnswer.DONE,
    "attempt": 1,
    "reason": "why",
    "what": "disposition",
    "code": "helped",
    "operator": "201",
    "recording": "1.wav",
    "text": "राशन",
    "model": "m",
    "confidence": 0.5,
}


@pytest.mark.parametrize("kind", get_args(Known))
def test_every_event_comes_back_from_the_store_as_it_was(kind: type) -> None:
    event = kind(**{f.name: _VALUES[f.name] for f in fields(kind) if f.name in _VALUES})
    assert from_json(event.kind, to_json(event)) == event
    assert isinstance(after(Life(), event), Life)


@pytest.mark.parametrize("text", ['{"kind": "from_the_future", "x": 1}', "{", '{"kind": "opened"}'])
def test_an_event_that_cannot_be_read_is_kept_as_unknown(text: str) -> None:
    assert from_json("what_it_was", text) == Unknown("what_it_was")


@pytest.mark.parametrize(("level", "minutes"), [(1, 120), (2, 240), (3, 240)])
def test_the_promise_of_each_level(level: int, minutes: int) -> None:
    assert Category("food", "food", (120, 240)).limit_minutes(level) == minutes


INFORMATION = Category("information", "general", ticket=False)
FOOD = Category("food", "food", (120,))


@pytest.mark.parametrize(
    ("ending", "category", "told", "due"),
    [
        ("caller_hung_up", None, False, True),
        ("caller_hung_up", None, True, False),
        ("line_lost", None, False, True),
        ("completed", None, False, False),
        ("completed", FOOD, False, True),
        ("caller_hung_up", FOOD, True, True),
        ("caller_hung_up", INFORMATION, False, False),
        ("to_queue", None, False, True),
    ],
)
def test_who_is_owed_a_ticket(
    ending: str, category: Category | None, told: bool, due: bool
) -> None:
    assert ticket_due(ending, category, status_told=told) == due
