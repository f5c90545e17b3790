"""What we ask of Asterisk: each action on the wire, once, and how it may end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from queue_manager.ami import actions, ears
from queue_manager.ami.actions import Actions, Asking
from queue_manager.ami.limits import Limits
from queue_manager.ami.outcomes import Done, Outcome, Refused, Unknown
from queue_manager.ami.values import UnsafeValue
from tests.support.ami_recorded import SPELLING
from tests.support.ami_server import Action, AmiServer, ami_server
from tests.support.beside import beside

QUICK = Limits(first_retry_s=0.01, longest_retry_s=0.02, refused_retry_s=0.02)
WAIT_S = 10.0


def became(action: Action, response: str = "Success", reason: str = "4") -> bytes:
    """What is told of a telephone that was rung."""
    return (
        f"Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: {action['ActionID']}\r\n"
        f"Response: {response}\r\nReason: {reason}\r\nUniqueid: {action['ChannelId']}\r\n\r\n"
    ).encode()


def spies(name: str) -> bytes:
    """What is told of a channel that listens."""
    return f"Event: ChanSpyStart\r\nSpyerUniqueid: {name}\r\nSpyeeUniqueid: 1.1\r\n\r\n".encode()


def listens(action: Action) -> bytes:
    return became(action) + spies(action["ChannelId"])


@pytest.fixture
async def asterisk() -> AsyncIterator[AmiServer]:
    async with ami_server() as server:
        # As Asterisk says it: panoramisk waits for a list after the first and the last of these.
        server.words = {
            "QueueAdd": "Added interface to queue",
            "QueuePause": "Interface paused successfully",
            "Originate": "Originate successfully queued",
        }
        server.then = {"Originate": listens}
        yield server


class Desk:
    """Actions, and the two connections below them."""

    def __init__(self, server: AmiServer, limits: Limits) -> None:
        self.members = Asking(server.address(), limits=limits, chance=lambda: 0.0)
        self.ringing = Asking(server.address(), limits=limits, chance=lambda: 0.0)
        self.do = Actions(self.members, self.ringing, SPELLING)

    async def ready(self) -> None:
        async with asyncio.timeout(WAIT_S):
            await self.members.ready.wait()
            await self.ringing.ready.wait()


@asynccontextmanager
async def asking(server: AmiServer, limits: Limits = QUICK) -> AsyncIterator[Desk]:
    desk = Desk(server, limits)
    async with beside(desk.do.run()):
        await desk.ready()
        yield desk


Deed = Callable[[Actions], Awaitable[Outcome]]
DEEDS: dict[str, tuple[Deed, dict[str, str]]] = {
    "add": (
        lambda do: do.add_member("food", "201", 3, "सीता देवी"),
        {
            "Action": "QueueAdd",
            "Queue": "q_food",
            "Interface": "PJSIP/201",
            "Penalty": "3",
            "MemberName": "सीता देवी",
        },
    ),
    "add, paused": (
        lambda do: do.add_member("food", "201", 0, "x", pause_reason="tea"),
        {
            "Action": "QueueAdd",
            "Queue": "q_food",
            "Interface": "PJSIP/201",
            "Penalty": "0",
            "MemberName": "x",
            "Paused": "true",
            "Reason": "tea",
        },
    ),
    "remove": (
        lambda do: do.remove_member("food", "201"),
        {"Action": "QueueRemove", "Queue": "q_food", "Interface": "PJSIP/201"},
    ),
    "pause": (
        lambda do: do.pause("201", "wrap_up"),
        {"Action": "QueuePause", "Interface": "PJSIP/201", "Paused": "true", "Reason": "wrap_up"},
    ),
    "resume": (
        lambda do: do.resume("201"),
        {"Action": "QueuePause", "Interface": "PJSIP/201", "Paused": "false"},
    ),
    "penalty": (
        lambda do: do.set_penalty("food", "201", 5),
        {"Action": "QueuePenalty", "Queue": "q_food", "Interface": "PJSIP/201", "Penalty": "5"},
    ),
    "listen in": (
        lambda do: do.listen_in("299", "listening", "s", variables={"A": "1", "B": ""}, ring_s=15),
        {
            "Action": "Originate",
            "Async": "true",
            "Channel": "PJSIP/299",
            "Context": "listening",
            "Exten": "s",
            "Priority": "1",
            "Timeout": "15000",
            "Variable": "A=1,B=",
        },
    ),
}


@pytest.mark.parametrize("name", DEEDS)
async def test_an_action_is_asked_once_and_answered(asterisk: AmiServer, name: str) -> None:
    deed, asked = DEEDS[name]
    async with asking(asterisk) as desk:
        assert await deed(desk.do) == Done()
    (received,) = [action for action in asterisk.received if action["Action"] != "Login"]
    assert received.pop("ActionID") == received.pop("ChannelId", None) or name != "listen in"
    assert received == asked


@pytest.mark.parametrize("name", DEEDS)
async def test_a_refusal_has_asterisks_words_and_nothing_else(
    asterisk: AmiServer, name: str
) -> None:
    deed, asked = DEEDS[name]
    asterisk.refused = {asked["Action"]: "Unable to: \x1b[2J" + "x" * 500}
    async with asking(asterisk) as desk:
        outcome = await deed(desk.do)
    assert outcome == Refused("Unable to: ?[2J" + "x" * 185)


@pytest.mark.parametrize("name", DEEDS)
async def test_an_action_without_an_answer_is_unknown_and_never_sent_again(
    asterisk: AmiServer, name: str
) -> None:
    deed, asked = DEEDS[name]
    asterisk.mute = {asked["Action"]}
    async with asking(asterisk, replace(QUICK, action_s=0.05)) as desk:
        assert await deed(desk.do) == Unknown("no answer within 0.05 s")
        # Its answer comes late, and is nobody's.
        asterisk.say(asterisk.answer(asterisk.asked(asked["Action"])[0]))
        asterisk.mute = set()
        assert await desk.do.remove_member("ration", "202") == Done()
        asterisk.cut()
        await asterisk.until_asked("Login", 4)
        await desk.ready()
        assert await desk.do.remove_member("ration", "203") == Done()
    sent = [a for a in asterisk.asked(asked["Action"]) if a.get("Queue") != "q_ration"]
    assert len(sent) == 1


@pytest.mark.parametrize("name", DEEDS)
async def test_a_link_lost_while_waiting_leaves_it_unknown_and_is_no_reason_to_repeat(
    asterisk: AmiServer, name: str
) -> None:
    deed, asked = DEEDS[name]
    asterisk.mute = {asked["Action"]}
    async with asking(asterisk) as desk:
        waiting = asyncio.create_task(_run(deed, desk.do))
        await asterisk.until_asked(asked["Action"])
        asterisk.cut()
        outcome = await waiting
        assert isinstance(outcome, Unknown)
        assert outcome.sent
        asterisk.mute = set()
        await asterisk.until_asked("Login", 4)
        await desk.ready()
        # What comes after it on the same connection was answered: nothing is on its way any more.
        assert await desk.do.remove_member("ration", "202") == Done()
        assert (await desk.ringing.ask({"Action": "Ping"})) == Done()
    sent = [a for a in asterisk.asked(asked["Action"]) if a.get("Queue") != "q_ration"]
    assert len(sent) == 1


def listen(desk: Desk, ring_s: float = 15) -> Awaitable[Outcome]:
    return desk.do.listen_in("299", "listening", "s", variables={}, ring_s=ring_s)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("0", "it is not registered"),
        ("3", "nobody answered it"),
        ("5", "it is busy"),
        ("99", "it could not be rung"),
    ],
)
async def test_a_telephone_that_nobody_answers_does_not_listen(
    asterisk: AmiServer, reason: str, words: str
) -> None:
    asterisk.then = {"Originate": lambda action: became(action, "Failure", reason)}
    async with asking(asterisk) as desk:
        assert await listen(desk) == Refused(words)


async def test_a_telephone_that_is_answered_listens_only_when_asterisk_shows_it(
    asterisk: AmiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ears, "SHOWN_WITHIN_S", 0.05)
    asterisk.then = {"Originate": lambda action: became(action) + spies("another")}
    async with asking(asterisk) as desk:
        assert await listen(desk) == Unknown(
            "it was answered, and Asterisk has not shown that it listens"
        )


async def test_a_telephone_of_which_nothing_is_told_may_listen_or_not(
    asterisk: AmiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "TOLD_WITHIN_S", 0.05)
    asterisk.then = {}
    async with asking(asterisk) as desk:
        assert await listen(desk, ring_s=0) == Unknown("Asterisk has not told what became of it")


async def test_a_link_lost_while_it_rings_leaves_it_unknown(asterisk: AmiServer) -> None:
    asterisk.then = {}
    async with asking(asterisk) as desk:
        waiting = asyncio.ensure_future(listen(desk))
        await asterisk.until_asked("Originate")
        assert await desk.ringing.ask({"Action": "Ping"}) == Done()
        asterisk.cut()
        assert isinstance(await waiting, Unknown)


async def _run(deed: Deed, do: Actions) -> Outcome:
    return await deed(do)


async def test_without_a_link_nothing_is_sent_and_nothing_is_kept(asterisk: AmiServer) -> None:
    desk = Desk(asterisk, QUICK)
    outcome = await desk.do.pause("201", "tea")
    assert outcome == Unknown("there is no link to Asterisk", sent=False)
    async with beside(desk.do.run()):
        await desk.ready()
        assert await desk.do.resume("202") == Done()
    assert [a["Interface"] for a in asterisk.asked("QueuePause")] == ["PJSIP/202"]


BAD: list[Deed] = [
    lambda do: do.add_member("food", "201", 0, "x\r\nAction: Originate"),
    lambda do: do.add_member("food", "201", 0, "x", pause_reason="tea\r\n"),
    lambda do: do.add_member("food\r\nX: y", "201", 0, "x"),
    lambda do: do.remove_member("food", "201\r\n"),
    lambda do: do.remove_member("Food", "201"),
    lambda do: do.pause("201", "lunch\r\nAction: Originate"),
    lambda do: do.pause("201", ""),
    lambda do: do.pause("Local/1@citizens", "tea"),
    lambda do: do.resume("201\x00"),
    lambda do: do.set_penalty("food,ration", "201", 1),
    lambda do: do.listen_in("299", "a\r\nb", "x", variables={}, ring_s=1),
    lambda do: do.listen_in("299", "a", "x,1", variables={}, ring_s=1),
    lambda do: do.listen_in("299@citizens", "a", "x", variables={}, ring_s=1),
    lambda do: do.listen_in("299", "a", "x", variables={"A": "1,B=${SHELL(x)}"}, ring_s=1),
    lambda do: do.listen_in("299", "a", "x", variables={"A\r\n": "1"}, ring_s=1),
]


@pytest.mark.parametrize("deed", BAD)
async def test_a_value_that_could_say_more_than_it_should_is_never_sent(
    asterisk: AmiServer, deed: Deed
) -> None:
    async with asking(asterisk) as desk:
        with pytest.raises(UnsafeValue):
            await deed(desk.do)
        assert await desk.members.ask({"Action": "Ping"}) == Done()
    assert {action["Action"] for action in asterisk.received} == {"Login", "Ping"}


async def test_a_line_end_in_any_field_is_refused_by_the_wire_itself(asterisk: AmiServer) -> None:
    async with asking(asterisk) as desk:
        for action in ({"Action": "Ping\r\nAction: Originate"}, {"Action": "Ping", "A\r\nB": "c"}):
            with pytest.raises(UnsafeValue):
                await desk.members.ask(action)
    assert {action["Action"] for action in asterisk.received} == {"Login"}


async def test_many_at_once_each_get_their_own_answer(asterisk: AmiServer) -> None:
    asterisk.refused = {"QueueRemove": "Not there"}
    async with asking(asterisk) as desk:
        outcomes = await asyncio.gather(
            *(desk.do.add_member("food", str(200 + n), 0, "x") for n in range(50)),
            *(desk.do.remove_member("food", str(200 + n)) for n in range(50)),
        )
    assert outcomes == [Done()] * 50 + [Refused("Not there")] * 50


async def test_a_password_is_never_in_a_log(
    asterisk: AmiServer, caplog: pytest.LogCaptureFixture
) -> None:
    asterisk.password = "other"
    desk = Desk(asterisk, QUICK)
    with caplog.at_level(logging.DEBUG):
        async with beside(desk.do.run()):
            await asterisk.until_asked("Login", 3)
    assert "Authentication failed" in caplog.text
    assert "right" not in caplog.text
