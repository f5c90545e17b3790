"""The register: one ticket for a call, whatever comes, how often, in which order."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import Engine

from tests.support.ticketing import (
    NOON,
    call,
    file_of,
    record,
)
from tickets import queries
from tickets.call_events import (
    CallBackWished,
    CallEnded,
    CategoryChanged,
    NumberAdded,
    Opened,
    QueueEnded,
)
from tickets.calls import QueueEnding
from tickets.model import Channel, Step, TicketState
from tickets.number import is_well_formed
from tickets.queries import TicketFile
from tickets.register import Register
from tickets.spool_record import SpoolKind, SpoolRecord

STEPS = (Step("main_menu", "key 1", NOON),)


def kinds(found: TicketFile) -> list[type]:
    return [type(entry.event) for entry in found.history]


def test_a_ticket_has_number_promise_and_history(register: Register, store: Engine) -> None:
    done = register.take_in(record("1", answers={"pin": "122001"}, steps=STEPS))
    assert done.opened
    assert done.issued is not None
    assert is_well_formed(done.issued.number)
    assert done.issued.promised_by == NOON + timedelta(hours=2)
    found = file_of(store, done.issued.number)
    assert found.ticket.state is TicketState.OPEN
    assert found.ticket.promised_by == NOON + timedelta(hours=2)
    (entry,) = found.history
    assert (entry.who, entry.channel, entry.at) == ("caller", Channel.FALLBACK, NOON)
    assert entry.event == Opened("food", done.issued.number, 120, {"pin": "122001"}, STEPS)


def test_the_same_call_has_the_same_ticket_however_often_it_asks(
    register: Register, store: Engine
) -> None:
    first, second, third = (register.take_in(record("1")).issued for _ in range(3))
    assert first == second == third
    assert len(queries.list_tickets(store)) == 1
    assert first is not None
    assert kinds(file_of(store, first.number)) == [Opened]


def test_another_category_changes_the_ticket_and_keeps_its_first_clock(
    register: Register, store: Engine
) -> None:
    register.take_in(record("1"))
    later = NOON + timedelta(minutes=1)
    done = register.take_in(record("1", category="psych", at=later))
    assert done.issued is not None
    assert (done.issued.category, done.issued.promised_by) == (
        "psych",
        NOON + timedelta(minutes=15),
    )
    found = file_of(store, done.issued.number)
    assert found.history[-1].event == CategoryChanged("psych", "food", 15)
    assert found.ticket.confidential
    assert found.ticket.queue == "psych"


def test_a_category_the_district_no_longer_has_becomes_other(register: Register) -> None:
    done = register.take_in(record("1", category="flood"))
    assert done.issued is not None
    assert done.issued.category == "other"


def test_records_of_one_call_may_come_in_any_order_and_twice(
    register: Register, store: Engine
) -> None:
    for order in permutations(range(4)):
        name = "".join(map(str, order))
        (number,) = register.lease("test", 1)
        sent = [
            record(name, number=number),
            record(name, SpoolKind.CALL_ENDED, number=number, ending="to_queue", queue="food"),
            record(name, SpoolKind.MESSAGE, number=number, message="/m/1.wav", seconds=4.0),
            record(
                name, SpoolKind.QUEUE_ENDED, number=number, queue="food", how="served", wait_s=3.0
            ),
        ]
        for place in [*order, *order]:
            register.take_in(sent[place], late=True)
        found = file_of(store, number)
        assert found.ticket.numbers == (number,)
        assert found.ticket.call_id == sent[0].call_id
        assert kinds(found).count(Opened) == 1
        assert kinds(found).count(CallEnded) == 1
        assert kinds(found).count(CallBackWished) == 1
        # A stay in a queue that is told before its ticket exists is kept with the call alone.
        assert kinds(found).count(QueueEnded) == (order[0] != 3)
        of_call = queries.find_call(store, call_id=sent[0].call_id)
        assert of_call is not None
        assert (of_call.queue_how, of_call.wait_s, of_call.ticket) == ("served", 3.0, number)
    assert len(queries.list_tickets(store)) == 24


def test_a_second_number_told_by_the_fall_back_leads_to_the_same_ticket(
    register: Register, store: Engine
) -> None:
    first = register.take_in(record("1")).issued
    (second,) = register.lease("fall-back", 1)
    again = register.take_in(record("1", number=second), late=True).issued
    assert first is not None
    assert again == first
    assert file_of(store, second).ticket == file_of(store, first.number).ticket
    assert file_of(store, second).ticket.numbers == (first.number, second)
    assert NumberAdded(second) in [entry.event for entry in file_of(store, second).history]


def test_an_older_record_of_the_spool_does_not_undo_what_was_said_since(
    register: Register,
) -> None:
    register.take_in(record("1", at=NOON, category="food"))
    register.take_in(record("1", at=NOON + timedelta(minutes=2), category="ration"))
    older = record("1", at=NOON + timedelta(minutes=1), category="psych")
    done = register.take_in(older, late=True)
    assert done.issued is not None
    assert done.issued.category == "ration"


def test_the_ending_of_a_later_session_is_not_undone_by_the_spool(
    register: Register, store: Engine
) -> None:
    def ended(minutes: int, ending: str) -> SpoolRecord:
        at = NOON + timedelta(minutes=minutes)
        return record("1", SpoolKind.CALL_ENDED, at=at, ending=ending)

    for late, minutes, ending, stands in (
        (True, 1, "first", "first"),
        (False, 5, "third", "third"),
        (True, 3, "second", "third"),
        (True, 7, "fourth", "fourth"),
        (False, -9, "clock set back", "clock set back"),
    ):
        register.take_in(ended(minutes, ending), late=late)
        found = queries.find_call(store, call_id="gurugram-b1-1")
        assert found is not None
        assert found.ending == stands


def test_what_the_caller_said_stands_against_a_guess_whichever_comes_first(
    register: Register, store: Engine
) -> None:
    """The fall-back gave a number; the server is back before its record has been taken in."""
    (number,) = register.lease("fall-back", 1)
    ended = record(
        "1",
        SpoolKind.CALL_ENDED,
        at=NOON + timedelta(minutes=9),
        number=number,
        category="",
        ending="caller_hung_up",
    )
    assert register.take_in(ended).issued is not None
    assert file_of(store, number).ticket.category == "other"
    register.take_in(record("1", number=number, category=""), late=True)
    assert file_of(store, number).ticket.category == "other"
    done = register.take_in(record("1", number=number, category="food"), late=True)
    assert done.issued is not None
    assert (done.issued.number, done.issued.category) == (number, "food")


def test_with_the_clock_set_back_the_last_word_still_counts(register: Register) -> None:
    register.take_in(record("1", at=NOON, category="food"))
    done = register.take_in(record("1", at=NOON - timedelta(hours=3), category="ration"))
    assert done.issued is not None
    assert done.issued.category == "ration"


def test_a_call_about_an_existing_ticket_that_opens_a_new_matter_gets_its_own_number(
    register: Register,
) -> None:
    first = register.take_in(record("1")).issued
    assert first is not None
    second = register.take_in(record("2", number=first.number, category="ration")).issued
    assert second is not None
    assert second.number != first.number


@pytest.mark.parametrize(
    ("ending", "category", "expected"),
    [
        ("caller_hung_up", "", "other"),
        ("caller_hung_up", "food", "food"),
        ("line_lost", "", "other"),
        ("to_queue", "food", "food"),
        ("caller_hung_up", "information", None),
        ("caller_hung_up", "status", None),
        ("completed", "information", None),
        ("completed", "", None),
    ],
)
def test_who_left_without_a_number_has_a_ticket_unless_the_matter_needed_none(
    register: Register, store: Engine, ending: str, category: str, expected: str | None
) -> None:
    register.note_call(call("1"))
    left = record(
        "1", SpoolKind.CALL_ENDED, category=category, ending=ending, steps=STEPS, last_node="menu"
    )
    done = register.take_in(left)
    assert (done.issued.category if done.issued else None) == expected
    assert done.opened == (expected is not None)
    assert register.take_in(left).repeated
    found = queries.find_call(store, call_id=left.call_id)
    assert found is not None
    assert (found.ending, found.last_node) == (ending, "menu")
    assert found.ticket == (done.issued.number if done.issued else "")
    if done.issued:
        last = file_of(store, done.issued.number).history[-1].event
        assert isinstance(last, CallEnded)
        assert last.steps == STEPS


def test_who_was_told_a_status_and_then_left_needs_no_ticket(register: Register) -> None:
    opened = register.take_in(record("1")).issued
    assert opened is not None
    register.status(call("2"), opened.number)
    assert register.take_in(record("2", SpoolKind.CALL_ENDED, category="", ending="caller_hung_up"))
    done = register.take_in(record("2", SpoolKind.CALL_ENDED, category="", ending="caller_hung_up"))
    assert done.issued is None


def test_a_number_that_was_given_always_has_its_ticket(register: Register, store: Engine) -> None:
    """Given by a server that died, for a matter that then ended in the call."""
    (number,) = register.lease("test", 1)
    done = register.take_in(
        record("1", SpoolKind.CALL_ENDED, category="information", number=number, ending="completed")
    )
    assert done.opened
    assert file_of(store, number).ticket.number == number


def test_a_wish_to_be_called_back_is_kept_once_with_its_message(
    register: Register, store: Engine
) -> None:
    opened = register.take_in(record("1")).issued
    for _ in range(2):
        register.take_in(record("1", SpoolKind.MESSAGE, message="/m/1.wav", seconds=4.5))
    assert opened is not None
    found = file_of(store, opened.number)
    assert [(w.recording, w.seconds) for w in found.call_backs] == [("/m/1.wav", 4.5)]
    assert kinds(found) == [Opened, CallBackWished]


def test_who_wishes_to_be_called_back_without_a_ticket_gets_one(register: Register) -> None:
    done = register.take_in(record("1", SpoolKind.CALL_BACK))
    assert done.opened
    assert done.issued is not None


def test_the_end_of_a_stay_in_the_queue_is_in_the_history(
    register: Register, store: Engine
) -> None:
    opened = register.take_in(record("1")).issued
    register.take_in(
        record(
            "1",
            SpoolKind.QUEUE_ENDED,
            queue="food",
            how=QueueEnding.SERVED,
            wait_s=12.0,
            talk_s=95.0,
            operator="PJSIP/201",
        )
    )
    assert opened is not None
    last = file_of(store, opened.number).history[-1]
    assert last.event == QueueEnded("food", "served", 12.0, 95.0, "PJSIP/201")
    assert last.who == "system"
