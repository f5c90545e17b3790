"""The wall clock is set back while citizens call: conversation, desk and store together.

Nothing is put in order by the clock, and no limit hangs on it alone. So a promise is counted from
what the clock shows when it is made, a history stays in its order, a number is given once, and a
limit ends.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.call import CallFacts
from ivr.conversation import converse
from ivr.desk import CallRecord, IssuedTicket, Step
from ivr.hindi import day_and_time
from sahayata.desk import DeskAdapter
from tests.support.fake_call import FakeCall, make_facts
from tests.support.helpline import flows, view
from tests.support.ticketing import RAM, SITA, FakeClock
from tickets.call_events import CallEnded, Opened
from tickets.number import number_at
from tickets.queries import TicketFile, find_ticket
from tickets.service import TicketDesk

RATION = "2 122001 1"
NOBODYS = number_at(b"another key altogether", 1)
MANY_HOURS = [3, 30, 300 * 24]
"""Within a day, over midnight, into another year."""


class Helpline:
    """Takes one call after another by a clock that is set back."""

    def __init__(self, desk: TicketDesk, clock: FakeClock, folder: Path) -> None:
        self.adapter = DeskAdapter(desk)
        self.clock, self.folder = clock, folder
        self._calls = itertools.count(1)

    async def take(
        self,
        keys: str,
        caller: str = SITA,
        *,
        desk: DeskAdapter | None = None,
        now: Callable[[FakeCall], datetime] | None = None,
    ) -> tuple[FakeCall, CallRecord]:
        """Hold a whole conversation; ``now`` reads the clock for it."""
        facts = make_facts(caller=caller, call_id=f"cell.1-1764.{next(self._calls)}")
        call = FakeCall(replace(facts, arrived_at=self.clock.now()), keys, self.folder)

        def read() -> datetime:
            return now(call) if now else self.clock.now()

        return call, await converse(call, desk or self.adapter, flows(), view(), read)

    def set_back_when(self, prompt: str, hours: int) -> Callable[[FakeCall], datetime]:
        """Read the clock, and set it back once when a prompt has been heard."""
        waiting = [prompt]

        def now(call: FakeCall) -> datetime:
            if waiting and waiting[0] in call.heard:
                waiting.pop()
                self.clock.set_back(hours=hours)
            self.clock.advance(seconds=1)
            return self.clock.now()

        return now


class _SetBackAfterIssue(DeskAdapter):
    """Between the commit of a ticket and the words about it the clock is set back."""

    def __init__(self, desk: TicketDesk, clock: FakeClock, hours: int) -> None:
        super().__init__(desk)
        self._clock, self._hours = clock, hours

    async def issue(
        self, facts: CallFacts, category: str, answers: Mapping[str, str], steps: tuple[Step, ...]
    ) -> IssuedTicket:
        """Commit, then set the clock back."""
        ticket = await super().issue(facts, category, answers, steps)
        self._clock.set_back(hours=self._hours)
        return ticket


@pytest.fixture
def helpline(desk: TicketDesk, clock: FakeClock, tmp_path: Path) -> Helpline:
    return Helpline(desk, clock, tmp_path)


def file_of(store: Engine, record: CallRecord) -> TicketFile:
    file = find_ticket(store, record.ticket)
    assert file is not None
    return file


def promise_heard(call: FakeCall) -> tuple[str, ...]:
    begin, end = call.heard.index("promise_within"), call.heard.index("promise_until")
    return tuple(call.heard[begin + 1 : end])


@pytest.mark.parametrize("hours", MANY_HOURS)
async def test_a_promise_is_counted_from_what_the_clock_shows_when_it_is_made(
    helpline: Helpline, store: Engine, hours: int
) -> None:
    before = helpline.clock.now()
    call, record = await helpline.take(RATION, now=helpline.set_back_when("pin_is", hours))
    ticket = file_of(store, record).ticket
    made = ticket.opened_at
    assert abs(made - (before - timedelta(hours=hours))) < timedelta(minutes=1)
    assert ticket.promised_by == made + timedelta(days=1)
    # A day is promised, and so tomorrow is said, whatever the clock showed at the greeting.
    assert promise_heard(call)[0] == "t_kal"
    said = day_and_time(ticket.promised_by, helpline.clock.now(), view().timezone).prompts
    assert promise_heard(call) == said


@pytest.mark.parametrize("hours", MANY_HOURS)
async def test_the_promise_that_is_told_is_the_promise_that_is_stored(
    helpline: Helpline, store: Engine, desk: TicketDesk, hours: int
) -> None:
    adapter = _SetBackAfterIssue(desk, helpline.clock, hours)
    call, record = await helpline.take(RATION, desk=adapter)
    promised = file_of(store, record).ticket.promised_by
    assert promised is not None
    now = helpline.clock.now()
    assert promise_heard(call) == day_and_time(promised, now, view().timezone).prompts
    assert record.ending.value == "to_queue"


@pytest.mark.parametrize("hours", MANY_HOURS)
async def test_a_history_keeps_its_order(helpline: Helpline, store: Engine, hours: int) -> None:
    _, record = await helpline.take(RATION, now=helpline.set_back_when("number_is", hours))
    events = [entry.event for entry in file_of(store, record).history]
    assert [type(event) for event in events] == [Opened, CallEnded]
    (ended,) = (event for event in events if isinstance(event, CallEnded))
    assert [f"{step.node}: {step.did}" for step in ended.steps][:3] == [
        "main_menu: key 2",
        "pin: answered pin",
        "pin_read_back: key 1",
    ]
    assert ended.steps[-1].at < ended.steps[0].at, "the clock was set back in between"


@pytest.mark.parametrize("hours", MANY_HOURS)
async def test_every_call_has_a_number_of_its_own_and_one_only(
    helpline: Helpline, store: Engine, hours: int
) -> None:
    tickets: list[str] = []
    for caller in (SITA, RAM, "9899012347"):
        _, record = await helpline.take(RATION, caller)
        helpline.clock.set_back(hours=hours)
        tickets.append(record.ticket)
        assert file_of(store, record).ticket.numbers == (record.ticket,)
    assert len(set(tickets)) == 3


@pytest.mark.parametrize("hours", MANY_HOURS)
async def test_who_calls_again_is_known_and_hears_of_the_ticket(
    helpline: Helpline, hours: int
) -> None:
    await helpline.take(RATION)
    helpline.clock.set_back(hours=hours)
    call, record = await helpline.take("8 0")
    assert "privacy_notice" not in call.heard
    assert "open_ticket_found" in call.heard
    assert "status_promised" in call.heard
    assert "status_late" not in call.heard
    assert record.ending.value == "to_queue"


@pytest.mark.parametrize("hours", MANY_HOURS)
async def test_a_limit_of_attempts_neither_opens_nor_stays_shut(
    helpline: Helpline, hours: int
) -> None:
    asking = f"5 {NOBODYS} 0"
    for _ in range(4):
        call, _ = await helpline.take(asking, RAM)
        assert "status_no_such_number" in call.heard
    helpline.clock.set_back(hours=hours)
    call, record = await helpline.take(asking, RAM)
    assert "status_asked_too_often" in call.heard
    assert record.ending.value == "to_queue"
    helpline.clock.advance(minutes=61)
    call, _ = await helpline.take(asking, RAM)
    assert "status_no_such_number" in call.heard
