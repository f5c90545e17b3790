"""A conversation over a call: what is done, in which order, and what happens when things break."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ivr.call import CallerHungUp, LineLost, NotRecorded, QueueEntry, Recorded, RecordSpec
from ivr.conversation import converse
from ivr.desk import CallEnding, CallRecord
from ivr.flow import engine
from tests.support.fake_call import ARRIVED, FakeCall, make_facts
from tests.support.fake_desk import FakeDesk
from tests.support.fake_room import FakeRoom
from tests.support.helpline import flows, view

METHODS = ("play", "collect", "queue_load", "note_ticket", "join_queue")
FOOD = "1 122001 1"


async def hold(call: FakeCall, desk: FakeDesk) -> CallRecord:
    return await converse(call, desk, flows(), view(), lambda: ARRIVED + timedelta(seconds=14))


@dataclass
class Breaking:
    """Lets a method of a call work a number of times and then raises."""

    error: Exception
    works: int = 0
    reached: bool = False

    def wrap(self, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def breaking(*args: Any, **kwargs: Any) -> Any:
            if self.works == 0:
                self.reached = True
                raise self.error
            self.works -= 1
            return await method(*args, **kwargs)

        return breaking

    def on(self, target: object, name: str) -> None:
        setattr(target, name, self.wrap(getattr(target, name)))


async def test_the_number_is_on_the_line_before_it_is_spoken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    call, desk = FakeCall(make_facts(), FOOD, tmp_path), FakeDesk(ARRIVED)
    issue, note, says = desk.issue, call.note_ticket, call.screen.says

    async def issuing(*args: Any) -> Any:
        order.append("issued")
        return await issue(*args)

    async def noting(ticket: str, queue: str) -> None:
        order.append(f"noted {ticket} for {queue}")
        await note(ticket, queue)

    def saying(prompt: str) -> float:
        if prompt == "number_is":
            order.append("spoken")
        return says(prompt)

    monkeypatch.setattr(desk, "issue", issuing)
    monkeypatch.setattr(call, "note_ticket", noting)
    monkeypatch.setattr(call.screen, "says", saying)
    await hold(call, desk)
    assert order == ["issued", "noted 4821300000 for food", "spoken"]


async def test_the_history_of_a_ticket_has_the_path_of_keys(tmp_path: Path) -> None:
    desk = FakeDesk(ARRIVED)
    record = await hold(FakeCall(make_facts(), FOOD, tmp_path), desk)
    assert [(step.node, step.did) for step in record.steps] == [
        ("main_menu", "key 1"),
        ("pin", "answered pin"),
        ("pin_read_back", "key 1"),
        ("ticket", "ticket issued"),
        ("number_told", "silence"),
    ]
    assert desk.arrived == [record.facts]
    assert desk.records == [record]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("error", "ending", "did"),
    [
        (CallerHungUp("left"), CallEnding.CALLER_HUNG_UP, "hung up"),
        (LineLost("gone"), CallEnding.LINE_LOST, "line lost"),
    ],
)
async def test_an_end_at_any_step_is_an_ending(
    method: str, error: Exception, ending: CallEnding, did: str, tmp_path: Path
) -> None:
    works = 0
    while True:
        call, desk = FakeCall(make_facts(), FOOD, tmp_path), FakeDesk(ARRIVED)
        breaking = Breaking(error, works)
        breaking.on(call, method)
        record = await hold(call, desk)
        if not breaking.reached:
            assert works > 0
            return
        assert record.ending is ending
        assert record.steps[-1].did == did
        assert record.steps[-1].node == record.last_node
        if ending is CallEnding.CALLER_HUNG_UP:
            assert record.ticket == "4821300000"
        works += 1


@pytest.mark.parametrize("method", ["play", "collect", "queue_load", "note_ticket"])
async def test_a_fault_of_ours_on_the_line_takes_the_caller_to_an_operator(
    method: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    works = 0
    while True:
        call, desk = FakeCall(make_facts(), FOOD, tmp_path), FakeDesk(ARRIVED)
        breaking = Breaking(KeyError("a fault of ours"), works)
        breaking.on(call, method)
        record = await hold(call, desk)
        if not breaking.reached:
            assert works > 0
            return
        assert record.ending is CallEnding.TO_QUEUE
        assert call.joined is not None
        assert call.joined.queue == "general"
        assert "the conversation failed" in caplog.text
        works += 1


@pytest.mark.parametrize("method", ["call_arrived", "issue", "open_ticket", "caller_known"])
async def test_a_fault_of_ours_at_the_desk_takes_the_caller_to_an_operator(
    method: str, tmp_path: Path
) -> None:
    call, desk = FakeCall(make_facts(), FOOD, tmp_path), FakeDesk(ARRIVED)
    Breaking(ZeroDivisionError()).on(desk, method)
    record = await hold(call, desk)
    assert record.ending is CallEnding.TO_QUEUE
    assert call.joined is not None


async def test_caller_reaches_operator_when_tickets_are_down(tmp_path: Path) -> None:
    call = FakeCall(make_facts(), FOOD, tmp_path)
    record = await hold(call, FakeDesk(ARRIVED, down=frozenset({"all"})))
    assert call.joined == QueueEntry("food", ticket="", recorded=True)
    assert "no_number_now" in call.heard
    assert record.ending is CallEnding.TO_QUEUE


async def test_a_fault_that_leaves_no_way_to_the_queue_is_raised_for_the_fall_back(
    tmp_path: Path,
) -> None:
    call = FakeCall(make_facts(), FOOD, tmp_path)
    Breaking(RuntimeError("the queue is broken")).on(call, "join_queue")
    with pytest.raises(RuntimeError, match="the queue is broken"):
        await hold(call, FakeDesk(ARRIVED))
    assert call.joined is None


async def test_a_fault_in_the_engine_takes_the_caller_to_an_operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> engine.Turn:
        raise AssertionError("a fault of ours")

    monkeypatch.setattr(engine, "step", broken)
    call = FakeCall(make_facts(ticket="4821377777", queue="food"), "", tmp_path)
    await hold(call, FakeDesk(ARRIVED))
    assert call.joined is not None
    assert (call.joined.queue, call.joined.ticket) == ("general", "4821377777")


async def test_an_ending_that_cannot_be_stored_hurts_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = FakeDesk(ARRIVED)
    Breaking(KeyError("a fault of ours")).on(desk, "call_ended")
    record = await hold(FakeCall(make_facts(), FOOD, tmp_path), desk)
    assert record.ending is CallEnding.TO_QUEUE
    assert "could not be stored" in caplog.text


async def test_the_log_says_where_the_caller_left_and_never_who(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    call = FakeCall(make_facts(caller="+919812345678"), "w20", tmp_path, then_hang_up=True)
    await hold(call, FakeDesk(ARRIVED, down=frozenset({"issue"})))
    assert "caller left at main_menu_again after 14 s" in caplog.text
    (record,) = [one for one in caplog.records if one.message.startswith("caller left")]
    assert vars(record)["call"] == call.facts.call_id
    everything = " ".join(f"{one.getMessage()} {vars(one)}" for one in caplog.records)
    assert "98123" not in everything


async def test_a_message_of_one_who_hung_up_while_speaking_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = make_facts(entry="queue_key", queue="food", ticket="4821377777")
    call, desk = FakeCall(facts, "1", tmp_path), FakeDesk(ARRIVED)

    async def record(prompts: object, spec: RecordSpec) -> Recorded:
        call.over = True
        return Recorded(tmp_path / f"{spec.name}.wav", 7.5)

    monkeypatch.setattr(call, "record", record)
    ended = await hold(call, desk)
    assert ended.ending is CallEnding.CALLER_HUNG_UP
    (message,) = desk.messages
    assert (message.ticket, message.seconds) == ("4821377777", 7.5)
    assert message.recording == tmp_path / "cell-a-1-1764-7-1.wav"


async def test_nothing_recorded_is_offered_again_under_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = make_facts(entry="queue_key", queue="food", ticket="4821377777")
    call, desk = FakeCall(facts, "1 1 1", tmp_path), FakeDesk(ARRIVED)
    names: list[str] = []

    async def record(prompts: list[str], spec: RecordSpec) -> NotRecorded:
        await call.play(prompts)
        names.append(spec.name)
        return NotRecorded("disk full")

    monkeypatch.setattr(call, "record", record)
    ended = await hold(call, desk)
    assert ended.ending is CallEnding.TO_QUEUE
    assert call.heard.count("message_not_heard") == len(names) == 3
    assert len(set(names)) == 3
    assert desk.messages == []


@pytest.mark.parametrize(("then_hang_up", "left"), [(True, [False]), (False, [])])
async def test_who_hangs_up_before_a_talk_has_not_listened(
    tmp_path: Path, then_hang_up: bool, left: list[bool]
) -> None:
    room = FakeRoom(answers={"identify": "supervisor"})
    facts = replace(make_facts(entry="staff", caller="301"), dialled="*19")
    call = FakeCall(facts, "2580#", tmp_path, then_hang_up=then_hang_up)
    await converse(call, FakeDesk(ARRIVED), flows(), view(), lambda: ARRIVED, room=room)
    assert room.left == left
