"""What is kept of the staff's deeds: the journal and the ticket say the same."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from console.audit import Audit
from database.engine import StoreUnavailable, reading
from queue_manager.journal.schema import journal
from queue_manager.journal.visits import visit_name
from sahayata.staff.ports import LastCall
from sahayata.staff.records import StaffRecords
from tests.support.ticketing import NOON, FakeClock, record
from tickets import queries
from tickets.call_events import OperatorNoted
from tickets.register import Register


@pytest.fixture
def records(store: Engine, register: Register, clock: FakeClock) -> StaffRecords:
    return StaffRecords(store, register, Audit(store, clock.now), clock.now)


def last_call(register: Register) -> LastCall:
    issued = register.take_in(record("1")).issued
    assert issued is not None
    return LastCall(visit_name("17.1", NOON), "gurugram-b1-1", issued.number, "food", NOON)


def in_the_journal(store: Engine) -> list[str]:
    with reading(store) as connection:
        return list(connection.scalars(select(journal.c.detail).order_by(journal.c.id)))


def on_the_ticket(store: Engine, number: str) -> list[str]:
    found = queries.find_ticket(store, number)
    assert found is not None
    return [e.event.code for e in found.history if isinstance(e.event, OperatorNoted)]


def test_every_word_is_kept_in_both_and_the_same_once_more_is_none(
    records: StaffRecords, store: Engine, register: Register, clock: FakeClock
) -> None:
    call = last_call(register)
    for code in ("helped", "helped", "informed", "helped"):
        records.note(call, "201", "disposition", code)
        clock.advance(seconds=1)
    assert in_the_journal(store) == ["helped", "informed", "helped"]
    assert on_the_ticket(store, call.ticket) == ["helped", "informed", "helped"]


def test_a_ticket_that_cannot_be_written_leaves_nothing_in_the_journal(
    records: StaffRecords, store: Engine, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = last_call(register)

    def away(*_: object) -> None:
        raise StoreUnavailable("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("tickets.register.append", away)
        with pytest.raises(StoreUnavailable):
            records.note(call, "201", "disposition", "helped")
    assert (in_the_journal(store), on_the_ticket(store, call.ticket)) == ([], [])
    records.note(call, "201", "disposition", "helped")
    assert (in_the_journal(store), on_the_ticket(store, call.ticket)) == (["helped"], ["helped"])


def test_a_call_without_a_ticket_is_noted_in_the_journal_alone(
    records: StaffRecords, store: Engine
) -> None:
    call = LastCall(visit_name("17.1", NOON), "gurugram-b1-1", "", "food", NOON)
    records.note(call, "201", "mark", "blank")
    assert in_the_journal(store) == ["blank"]
