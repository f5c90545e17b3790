"""The register: one ticket for a call, whatever comes, how often, in which order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from database.engine import reading
from tests.support.ticketing import (
    NOON,
    RAM,
    StoreMaker,
    call,
    make_register,
    phone_book,
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
from tickets.life import life_of
from tickets.model import Channel, Step, TicketState
from tickets.number import is_well_formed
from tickets.queries import TicketFile, TicketFilter
from tickets.register import Register
from tickets.spool_record import SpoolKind, SpoolRecord
from tickets.store.schema import number_blocks
from tickets.store.ticket_rows import NumberTaken

STEPS = (Step("main_menu", "key 1", NOON),)


def file_of(store: Engine, number: str) -> TicketFile:
    found = queries.find_ticket(store, number)
    assert found is not None
    # Whatever was done, the row is what the history says.
    life = life_of(entry.event for entry in found.history)
    assert (found.ticket.category, found.ticket.state, found.ticket.level) == (
        life.category,
        life.state,
        life.level,
    )
    assert set(found.ticket.numbers) == set(life.numbers)
    return found


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


def test_jobs_done_together_are_all_done_or_none(register: Register, store: Engine) -> None:
    def take_in(name: str) -> Callable[[], str]:
        def job() -> str:
            issued = register.take_in(record(name)).issued
            assert issued is not None
            return issued.number

        return job

    def fail() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        register.together([take_in("1"), fail, take_in("2")])
    assert queries.list_tickets(store) == ()
    one, again, two = register.together([take_in("1"), take_in("1"), take_in("2")])
    assert one == again
    assert [t.number for t in queries.list_tickets(store)] == [two, one]
    assert register.take_in(record("3")).opened  # and afterwards each has its own transaction
    assert len(queries.list_tickets(store)) == 3


def test_a_number_made_with_another_key_is_never_given_twice(
    register: Register, store: Engine
) -> None:
    first = register.take_in(record("1")).issued
    assert first is not None
    with pytest.raises(NumberTaken):
        register.take_in(record("2"), fresh_number=lambda: first.number)
    assert len(queries.list_tickets(store)) == 1
    assert queries.find_call(store, call_id="gurugram-b1-2") is None


def test_what_databases_refuse_costs_nobody_a_ticket(register: Register, store: Engine) -> None:
    """NUL, half letters and texts that are too long."""
    rubbish = "a\x00\udc80\r\n" * 500
    register.note_call(call("1", dialled=rubbish, language=rubbish, sip_call_id=rubbish))
    steps = (Step(rubbish, rubbish, NOON),)
    texts: dict[str, Any] = {"answers": {rubbish: rubbish}, "steps": steps, "category": rubbish}
    opened = register.take_in(record("1", caller=rubbish, **texts)).issued
    left = record(
        "1", SpoolKind.CALL_ENDED, ending=rubbish, last_node=rubbish, queue=rubbish, **texts
    )
    register.take_in(left)
    register.take_in(record("1", SpoolKind.MESSAGE, message=rubbish))
    register.take_in(
        record("1", SpoolKind.QUEUE_ENDED, how="served", operator=rubbish, queue=rubbish)
    )
    assert opened is not None
    assert len(file_of(store, opened.number).history) == 4


def test_blocks_of_numbers_never_overlap(stores: StoreMaker) -> None:
    one, two = make_register(stores.open()), make_register(stores.open())
    leased = [n for _ in range(5) for n in (*one.lease("one", 7), *two.lease("two", 3))]
    assert len(set(leased)) == 50
    with reading(stores.open()) as connection:
        rows = connection.execute(select(number_blocks).order_by(number_blocks.c.start)).all()
    assert [row.start for row in rows] == [0, 7, 10, 17, 20, 27, 30, 37, 40, 47]
    assert [row.holder for row in rows] == ["one", "two"] * 5


def test_no_telephone_number_lies_in_the_store_in_the_clear(
    register: Register, store: Engine
) -> None:
    register.note_call(call("1", "09811012345"))
    register.take_in(record("1", caller="09811012345"))
    with reading(store) as connection:
        names = connection.dialect.get_table_names(connection)
        rows = [connection.execute(text(f'SELECT * FROM "{n}"')).all() for n in names]
    assert "9811012345" not in repr(rows)


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
