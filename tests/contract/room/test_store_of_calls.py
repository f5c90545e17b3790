"""What the journal asks of the store of calls, on the real tables."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from database.engine import reading
from queue_manager.journal import store as journal_store
from queue_manager.journal.aftermath import Aftermath, CallBack, Ending, How
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.read import entries_of_visits
from queue_manager.journal.visits import visit_name
from queue_manager.metrics.contacts import first_contact
from queue_manager.metrics.visits import Outcome, visits
from sahayata.store_of_calls import StoreOfCalls
from tests.support.ticketing import NOON, RAM, FakeClock, call, record
from tickets.calls import QueueEnding
from tickets.register import Register
from tickets.spool_record import SpoolKind, SpoolRecord

CALL = "gurugram-b1-1"


def queue_ended(ending: QueueEnding) -> SpoolRecord:
    return record(
        "1",
        SpoolKind.QUEUE_ENDED,
        queue="food",
        how=ending.value,
        wait_s=12.0,
        talk_s=60.0,
        operator="PJSIP/201",
    )


@pytest.fixture
def known(store: Engine) -> StoreOfCalls:
    return StoreOfCalls(store)


@pytest.mark.parametrize("ending", list(QueueEnding))
def test_every_ending_of_a_stay_is_known(
    known: StoreOfCalls, register: Register, ending: QueueEnding
) -> None:
    register.take_in(queue_ended(ending))
    found = known.endings([CALL, "unknown"])
    served = ending is QueueEnding.SERVED
    how = How.SERVED if served else How.LEFT
    if ending is QueueEnding.ABANDONED:
        how = How.ABANDONED
    assert found == {CALL: Ending("food", how, 12.0, 60.0, "201")}


def test_a_call_that_never_came_out_of_a_queue_has_no_ending(
    known: StoreOfCalls, register: Register
) -> None:
    register.note_call(call("1"))
    assert known.endings([CALL]) == {}
    assert known.endings([]) == {}


def test_wishes_to_be_called_back(
    known: StoreOfCalls, register: Register, clock: FakeClock
) -> None:
    register.take_in(record("1", SpoolKind.CALL_BACK, at=NOON))
    assert known.call_backs(NOON - timedelta(hours=1)) == [CallBack(CALL, NOON)]
    assert known.call_backs(NOON + timedelta(hours=1)) == []


def test_a_second_call_about_the_same_is_a_repeat(
    known: StoreOfCalls, register: Register, clock: FakeClock
) -> None:
    register.take_in(record("1"))
    register.take_in(record("2", caller=RAM))
    clock.advance(days=2)
    register.take_in(record("3", at=clock.now()))
    day = timedelta(days=1)
    opened = list(known.opened(NOON - day, NOON + day))
    contacts = list(known.contacts(NOON - day, NOON + 8 * day))
    assert len(opened) == 2
    assert {contact.category for contact in contacts} <= {"food", ""}
    assert first_contact(opened, contacts, 7 * day) == pytest.approx(0.5)
    assert first_contact(opened, contacts, 1 * day) == 1.0


def test_a_visit_that_vanished_is_found_by_what_the_dialplan_told(
    store: Engine, known: StoreOfCalls, register: Register
) -> None:
    name = visit_name("1780.5", NOON)
    told = [(Kind.JOINED, NOON), (Kind.VANISHED, NOON + timedelta(minutes=5))]
    journal_store.add(
        store,
        [Entry(f"{name}:{kind}", at, kind, "food", visit=name, call_id=CALL) for kind, at in told],
    )
    register.take_in(queue_ended(QueueEnding.SERVED))
    Aftermath(store, known, lambda: NOON + timedelta(hours=1)).run_once()
    with reading(store) as connection:
        (visit,) = visits(entries_of_visits(connection, NOON, NOON + timedelta(hours=1)))
    assert (visit.outcome, visit.operator, visit.wait_s) == (Outcome.ANSWERED, "201", 12.0)
