"""The port to the tickets: the fake of the conversations' tests and the real desk behave alike."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ivr.call import CallFacts
from ivr.desk import (
    CallEnding,
    CallRecord,
    Desk,
    DeskUnavailable,
    QueueOutcome,
    QueueVisit,
    StatusRefusal,
    Step,
)
from sahayata.desk import DeskAdapter
from tests.support.fake_desk import FakeDesk
from tests.support.ticketing import NOON, NUMBER_KEY, RAM, SITA, StoreMaker, make_register
from tickets import queries
from tickets.calls import QueueEnding, Refusal
from tickets.model import TicketState
from tickets.number import number_at
from tickets.service import DeskSettings, TicketDesk

STEPS = (Step("main_menu", "key 1", NOON),)


@pytest.fixture
def real(desk: TicketDesk) -> Desk:
    return DeskAdapter(desk)


@pytest.fixture(params=["fake", "real"])
def port(request: pytest.FixtureRequest, real: Desk) -> Desk:
    return FakeDesk(NOON) if request.param == "fake" else real


def facts(call_id: str, caller: str = SITA, **more: str) -> CallFacts:
    arrived = NOON.replace(microsecond=1)
    return CallFacts(f"gurugram-b1-{call_id}", caller, "1950", "hi", "inbound", arrived, **more)  # type: ignore[arg-type]


def ended(call_id: str, ending: CallEnding, category: str = "", **more: str) -> CallRecord:
    return CallRecord(facts(call_id, **more), ending, "main_menu", STEPS, category)


async def test_one_call_has_one_ticket_and_may_change_its_matter(port: Desk) -> None:
    await port.call_arrived(facts("1"))
    first = await port.issue(facts("1"), "food", {"pin": "122001"}, STEPS)
    assert len(first.number) == 10
    assert (first.limit_minutes, first.promised_by) == (120, NOON + timedelta(hours=2))
    assert await port.issue(facts("1"), "food", {}, STEPS) == first
    changed = await port.issue(facts("1"), "ration", {}, STEPS)
    assert (changed.number, changed.category) == (first.number, "ration")
    assert (await port.issue(facts("2"), "food", {}, STEPS)).number != first.number


@pytest.mark.parametrize(("category", "opened"), [("", "other"), ("food", "food")])
async def test_who_hangs_up_has_a_ticket(port: Desk, category: str, opened: str) -> None:
    ticket = await port.call_ended(ended("1", CallEnding.CALLER_HUNG_UP, category))
    assert ticket is not None
    assert ticket.category == opened


async def test_who_hangs_up_in_the_information_has_none(port: Desk) -> None:
    assert await port.call_ended(ended("1", CallEnding.CALLER_HUNG_UP, "information")) is None


async def test_a_number_that_is_nobodys(port: Desk) -> None:
    assert await port.status(facts("1"), number_at(NUMBER_KEY, 9)) is StatusRefusal.NOT_FOUND


async def test_messages_and_stays_in_a_queue_are_taken(port: Desk) -> None:
    await port.issue(facts("1"), "food", {}, ())
    await port.message_left(facts("1"), "", Path("/messages/1.wav"), 3.0)
    await port.message_left(facts("1"), "", None, 0.0)
    await port.queue_ended(QueueVisit(facts("1", queue="food"), QueueOutcome.LEFT, 9, 0))


async def test_a_stranger_has_no_open_ticket_and_is_not_known(port: Desk) -> None:
    assert await port.open_ticket(facts("1", RAM)) is None
    assert not await port.caller_known(facts("1", RAM))


async def test_what_was_told_to_the_port_is_in_the_history(real: Desk, stores: StoreMaker) -> None:
    ticket = await real.issue(facts("1", sip_call_id="abc"), "food", {"pin": "122001"}, STEPS)
    number = ticket.number
    await real.message_left(facts("1"), number, Path("/messages/1.wav"), 3.0)
    assert await real.call_ended(ended("1", CallEnding.TO_QUEUE, "food", ticket=number)) is None
    visit = QueueVisit(facts("1", ticket=number, queue="food"), QueueOutcome.SERVED, 9, 80, "SIP/1")
    for _ in range(2):
        await real.queue_ended(visit)
    found = queries.find_ticket(stores.open(), number)
    assert found is not None
    kinds = [entry.event.kind for entry in found.history]
    assert kinds == ["opened", "call_back_wished", "call_ended", "queue_ended"]
    call = queries.find_call(stores.open(), sip_call_id="abc")
    assert call is not None
    assert (call.ticket, call.ending, call.queue_how) == (number, "to_queue", "served")


async def test_status_in_the_words_of_the_port(real: Desk) -> None:
    ticket = await real.issue(facts("1"), "food", {}, ())
    own = await real.status(facts("2"), ticket.number)
    assert own == await real.open_ticket(facts("2"))
    assert not isinstance(own, StatusRefusal)
    assert (own.own, own.category, own.promised_by) == (True, "food", ticket.promised_by)
    other = await real.status(facts("3", RAM), ticket.number)
    assert not isinstance(other, StatusRefusal)
    assert (other.own, other.state, other.category) == (False, TicketState.OPEN, "")
    assert await real.status(facts("4", RAM), "123") is StatusRefusal.WRONG_NUMBER
    assert await real.caller_known(facts("5"))


async def test_a_desk_that_can_do_nothing_says_so_in_the_words_of_the_port(
    tmp_path: Path,
) -> None:
    nowhere = StoreMaker(f"postgresql://nobody@/none?host={tmp_path}")
    (tmp_path / "spool").write_text("not a folder")
    desk = TicketDesk(make_register(nowhere.open()), DeskSettings(tmp_path / "spool", "test"))
    port: Desk = DeskAdapter(desk)
    visit = QueueVisit(facts("1"), QueueOutcome.ABANDONED, 9, 0)
    for asked in (
        port.call_arrived(facts("1")),
        port.issue(facts("1"), "food", {}, ()),
        port.status(facts("1"), number_at(NUMBER_KEY, 9)),
        port.open_ticket(facts("1")),
        port.caller_known(facts("1")),
        port.message_left(facts("1"), "", None, 0.0),
        port.call_ended(ended("1", CallEnding.CALLER_HUNG_UP)),
        port.queue_ended(visit),
    ):
        with pytest.raises(DeskUnavailable):
            await asked
    await desk.close()
    nowhere.close()


def test_both_sides_know_the_same_words() -> None:
    assert {refusal.value for refusal in StatusRefusal} == {refusal.value for refusal in Refusal}
    assert {how.value for how in QueueOutcome} == {how.value for how in QueueEnding}
