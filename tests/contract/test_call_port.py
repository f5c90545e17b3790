"""The promises of ``ivr.call.Call``, held by the fake that conversations are tested on and by the
real line with Asterisk played at the other end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from ivr import names
from ivr.call import (
    Call,
    CallerHungUp,
    CallFacts,
    Collect,
    Digits,
    Played,
    PromptId,
    QueueEntry,
    QueueLoad,
    Recorded,
    RecordSpec,
    Silence,
    TooShort,
)
from ivr.fastagi.agi_call import AgiCall
from ivr.fastagi.line import Line
from ivr.keypad import ScriptedKeypad
from ivr.keys import parse_keys
from tests.support.agi import SecondLongSounds, serving
from tests.support.fake_call import FakeCall, make_facts
from tests.support.plays_asterisk import Channel, header_block, run_agi

LOAD = QueueLoad(waiting=4, operators=3, free=1)
Talk = Callable[[Call], Awaitable[None]]


@dataclass
class After:
    """What is left of a call when it is over."""

    heard: list[PromptId]
    ticket: str
    queue: str
    hung_up: bool


class Telephone(Protocol):
    async def __call__(self, talk: Talk, keys: str = "", *, leaves: bool = False) -> After: ...


def fake_telephone(facts: CallFacts, folder: Path) -> Telephone:
    async def run(talk: Talk, keys: str = "", *, leaves: bool = False) -> After:
        call = FakeCall(facts, keys, folder, load=LOAD, then_hang_up=leaves)
        hung_up = False
        try:
            await talk(call)
        except CallerHungUp:
            hung_up = True
        joined = call.joined
        return After(call.heard, call.ticket, joined.queue if joined else "", hung_up)

    return run


def agi_telephone(facts: CallFacts, folder: Path) -> Telephone:
    async def run(talk: Talk, keys: str = "", *, leaves: bool = False) -> After:
        keypad = ScriptedKeypad(parse_keys(keys), hang_up_at_end=leaves)
        channel = Channel(keypad, loads={"food": LOAD})
        endings: list[BaseException | None] = []

        async def answer(line: Line) -> None:
            call = AgiCall(line, facts, SecondLongSounds(), folder, monotonic=lambda: keypad.now_s)
            try:
                await talk(call)
                endings.append(None)
            except BaseException as ending:
                endings.append(ending)
                raise

        async with serving(answer) as (_, host, port):
            await run_agi(host, port, header_block("inbound?call_id=a"), channel)
        (ending,) = endings
        if ending is not None and not isinstance(ending, CallerHungUp):
            raise ending
        queue = channel.variables.get(names.QUEUE, "")
        ticket = channel.variables.get(names.TICKET, "")
        return After(channel.heard, ticket, queue, isinstance(ending, CallerHungUp))

    return run


@pytest.fixture(params=[fake_telephone, agi_telephone], ids=["fake", "agi"])
def telephone(request: pytest.FixtureRequest, tmp_path: Path) -> Telephone:
    made: Telephone = request.param(make_facts(), tmp_path)
    return made


async def test_all_prompts_are_heard_in_order(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert await call.play(["one", "two", "two", "three"]) == Played()

    after = await telephone(talk)
    assert after.heard == ["one", "two", "two", "three"]


async def test_a_key_stops_the_prompts(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert await call.play(["one", "two", "three"]) == Digits("5")

    after = await telephone(talk, "w1.5 5")
    assert after.heard == ["one", "two"]


async def test_without_barge_in_a_key_is_ignored(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert await call.play(["one", "two", "three"], barge_in=False) == Played()
        assert await call.collect([], Collect(first_wait_s=1)) == Silence()

    after = await telephone(talk, "w1.5 5")
    assert after.heard == ["one", "two", "three"]


async def test_the_facts_are_those_of_the_arrival(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert call.facts == make_facts()

    await telephone(talk)


async def test_one_key_answers_a_menu(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert await call.collect(["menu"], Collect()) == Digits("2")

    await telephone(talk, "2")


async def test_a_key_while_the_menu_is_said_answers_it(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert await call.collect(["menu", "more"], Collect()) == Digits("2")

    after = await telephone(talk, "w0.5 2")
    assert after.heard == ["menu"]


async def test_silence(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert await call.collect(["menu"], Collect()) == Silence()

    await telephone(talk)


async def test_a_key_after_the_wait_comes_too_late(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert await call.collect(["menu"], Collect(first_wait_s=2)) == Silence()
        assert await call.collect([], Collect(first_wait_s=2)) == Digits("7")

    await telephone(talk, "w4 7")


async def test_several_keys_end_at_the_most(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        spec = Collect(min_keys=6, max_keys=6, finish_keys="#")
        assert await call.collect(["pin"], spec) == Digits("122001")

    await telephone(talk, "122001")


async def test_the_finishing_key_ends_and_is_no_part_of_the_answer(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        spec = Collect(min_keys=2, max_keys=8, finish_keys="#")
        assert await call.collect(["count"], spec) == Digits("42")

    await telephone(talk, "42#")


async def test_star_may_finish_too(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        spec = Collect(min_keys=2, max_keys=8, finish_keys="*")
        assert await call.collect(["count"], spec) == Digits("42")

    await telephone(talk, "42*")


async def test_hash_is_a_key_where_it_does_not_finish(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert await call.collect(["code"], Collect(min_keys=1, max_keys=4)) == Digits("1#2#")

    await telephone(talk, "1#2#")


async def test_a_gap_ends_what_was_typed(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        spec = Collect(min_keys=1, max_keys=8, gap_s=1, finish_keys="#")
        assert await call.collect(["count"], spec) == Digits("12")

    await telephone(talk, "12 w5 34")


async def test_fewer_keys_than_asked_for(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        spec = Collect(min_keys=6, max_keys=6, finish_keys="#")
        assert await call.collect(["pin"], spec) == TooShort("122")

    await telephone(talk, "122")


async def test_the_finishing_key_alone(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        spec = Collect(min_keys=6, max_keys=6, finish_keys="#")
        assert await call.collect(["pin"], spec) == TooShort("")

    await telephone(talk, "#")


async def test_a_key_that_stands_alone_ends_at_once(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        spec = Collect(min_keys=1, max_keys=6, finish_keys="#", alone="*0")
        assert await call.collect(["pin"], spec) == Digits("*")
        assert await call.collect(["menu"], Collect()) == Digits("3")

    await telephone(talk, "* 3")


async def test_a_key_that_stands_alone_is_like_any_other_later(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        spec = Collect(min_keys=6, max_keys=6, finish_keys="#", alone="*0")
        assert await call.collect(["pin"], spec) == Digits("122001")

    await telephone(talk, "122001")


async def test_keys_typed_ahead_stop_the_prompts_and_count_first(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert await call.collect(["menu"], Collect(typed_ahead="4")) == Digits("4")
        spec = Collect(min_keys=3, max_keys=3, typed_ahead="12")
        assert await call.collect(["pin"], spec) == Digits("129")

    after = await telephone(talk, "w0 9")
    assert after.heard == []


async def test_a_to_d_are_no_keys(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert await call.collect(["menu"], Collect()) == Digits("3")

    await telephone(talk, "AB3")


async def test_a_to_d_among_others_do_not_count(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        spec = Collect(min_keys=4, max_keys=4)
        assert await call.collect(["pin"], spec) == Digits("1234")

    await telephone(talk, "1AB2CD34")


async def test_two_hundred_keys_are_no_more_than_were_asked_for(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        spec = Collect(min_keys=1, max_keys=10, finish_keys="#")
        assert await call.collect(["number"], spec) == Digits("1234567890")

    await telephone(talk, "1234567890" * 20)


async def test_a_message_is_on_disk(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        outcome = await call.record(["speak"], RecordSpec("message-1"))
        assert isinstance(outcome, Recorded)
        assert outcome.path.name == "message-1.wav"
        assert outcome.path.stat().st_size >= 16_000 * outcome.seconds
        assert outcome.seconds >= 1.0

    after = await telephone(talk)
    assert after.heard == ["speak"]


async def test_who_hangs_up_after_speaking_has_left_a_message(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        outcome = await call.record(["speak"], RecordSpec("message-2"))
        assert isinstance(outcome, Recorded)
        assert outcome.path.exists()
        await call.play(["thanks"])

    after = await telephone(talk, "w3", leaves=True)
    assert after.hung_up
    assert after.heard == ["speak"]


async def test_the_load_of_a_queue(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        assert await call.queue_load("food") == LOAD

    await telephone(talk)


async def test_the_ticket_stays_with_the_line(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        await call.note_ticket("4821093475", "food")

    assert (await telephone(talk)).ticket == "4821093475"


async def test_the_caller_is_handed_to_a_queue(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        await call.join_queue(QueueEntry("food", "4821093475", priority=2, recorded=True))

    after = await telephone(talk)
    assert (after.queue, after.hung_up) == ("food", False)


async def test_a_hang_up_while_something_is_said(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        await call.collect(["menu"], Collect())
        await call.play(["bye"])
        await call.collect(["menu"], Collect())

    after = await telephone(talk, "1", leaves=True)
    assert after.hung_up
    assert after.heard == ["menu", "bye", "menu"]


async def test_nothing_more_can_be_asked_of_a_caller_who_left(telephone: Telephone) -> None:
    async def talk(call: Call) -> None:
        with pytest.raises(CallerHungUp):
            await call.collect(["menu"], Collect())
        for asked in (
            lambda: call.play(["one"]),
            lambda: call.collect([], Collect()),
            lambda: call.record([], RecordSpec("late")),
            lambda: call.queue_load("food"),
            lambda: call.note_ticket("4821093475", "food"),
            lambda: call.join_queue(QueueEntry("food")),
            call.hang_up,
        ):
            with pytest.raises(CallerHungUp):
                await asked()

    after = await telephone(talk, leaves=True)
    assert (after.queue, after.ticket) == ("", "")
