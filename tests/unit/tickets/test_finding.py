"""Tickets and calls are found and listed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests.support.ticketing import (
    NOON,
    RAM,
    file_of,
    phone_book,
    record,
)
from tickets import queries
from tickets.model import TicketState
from tickets.queries import TicketFilter
from tickets.register import Register
from tickets.spool_record import SpoolKind


def test_the_newest_tickets_come_first_whatever_the_clock_said(
    register: Register, store: Engine
) -> None:
    for n in range(4):
        register.take_in(record(str(n), at=NOON - timedelta(days=n)))
    assert [t.call_id[-1] for t in queries.list_tickets(store)] == ["3", "2", "1", "0"]
    assert len(queries.list_tickets(store, limit=2)) == 2


def test_tickets_are_listed_by_state_category_time_and_telephone(
    register: Register, store: Engine
) -> None:
    register.take_in(record("1", at=NOON))
    register.take_in(record("2", at=NOON + timedelta(hours=1), category="ration", caller=RAM))

    def listed(wanted: TicketFilter) -> str:
        found = queries.list_tickets(store, wanted, phones=phone_book())
        return "".join(ticket.call_id[-1] for ticket in found)

    assert listed(TicketFilter(category="ration")) == "2"
    assert listed(TicketFilter(state=TicketState.OPEN)) == "21"
    assert listed(TicketFilter(state=TicketState.CLOSED)) == ""
    assert listed(TicketFilter(since=NOON + timedelta(minutes=1))) == "2"
    assert listed(TicketFilter(caller="+91 97110 12346")) == "2"
    assert listed(TicketFilter(caller="nobody")) == ""
    with pytest.raises(ValueError, match="telephone keys"):
        queries.list_tickets(store, TicketFilter(caller=RAM))


def test_a_call_is_found_by_its_sip_call_id(register: Register, store: Engine) -> None:
    register.take_in(record("1", sip_call_id="abc@host"))
    register.take_in(
        record("1", SpoolKind.CALL_ENDED, ending="to_queue", queue="food", sip_call_id="abc@host")
    )
    found = queries.find_call(store, sip_call_id="abc@host")
    assert found is not None
    assert (found.call_id, found.queue, found.ending) == ("gurugram-b1-1", "food", "to_queue")
    assert file_of(store, found.ticket)
    assert queries.find_call(store, sip_call_id="another") is None
    assert queries.find_call(store, sip_call_id="") is None
    assert queries.find_ticket(store, "6361088633") is None
