"""The link and the actions on a real Asterisk: what they tell is so, before and after a fault."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest
from aiosipua import build_sdp, parse_sdp
from aiosipua.sdp import serialize_sdp

from ivr import names
from queue_manager.ami.actions import Actions, Asking
from queue_manager.ami.address import Address, Spelling
from queue_manager.ami.link import Link
from queue_manager.ami.outcomes import Done, Outcome, Refused
from queue_manager.events import (
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    ChannelGone,
    Completed,
    Connected,
    HoldChanged,
    LinkLoss,
    LinkLost,
    MemberGone,
    MemberIs,
    OperatorRung,
    RingMissed,
    RoomEvent,
    Snapshot,
    Talk,
)
from sahayata.secrets import load_or_create
from sahayata.telephone.call import Limits
from sahayata.telephone.operator import Manner
from sahayata.telephone.outgoing import Outgoing
from sahayata.telephone.sip import SipLine
from sahayata.telephone.speech import PCMA
from sahayata.telephone.voice import Voice
from tests.pbx.instance import Instance, running
from tests.pbx.test_operators import call, room
from tests.pbx.test_without_us import kill_all_of_ours
from tests.support.acting import members_are_changed_and_told, what_cannot_be_is_refused
from tests.support.beside import beside
from tests.support.trial_project import trial_project

TICKET = "8199499438"
DIALPLAN = f"""
[citizens]
exten => 7030,1,Answer()
 same => n,Gosub(who-calls,s,1)
 same => n,Set(CALLERID(num)=${{SAHAYATA_CALLER}})
 same => n,Set(__{names.CALL_ID}=trial-1-${{UNIQUEID}})
 same => n,Set(__{names.TICKET}={TICKET})
 same => n,Queue({names.QUEUE_PREFIX}psych,c)
 same => n,Hangup()
"""
WAIT_S = 40.0
LONG = Manner(answer_after_s=(0.2, 0.3), talk_for_s=(60, 60))
SHORT = Manner(answer_after_s=(0.2, 0.3), talk_for_s=(2, 2))
SPELLING = Spelling(names.QUEUE_PREFIX, names.CALL_ID, names.TICKET)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("ami")
    project = trial_project(folder / "project", DIALPLAN)
    with running(folder / "state", project=project) as one:
        yield one


@pytest.fixture(scope="module")
def alone(trial: Instance) -> Instance:
    """Asterisk without our room, which would put right what a test does to operators."""
    kill_all_of_ours(trial)
    trial.ended()
    return trial


def address(of: Instance, user: str) -> Address:
    password = load_or_create(of.settings.state.secrets, ()).ami[user]
    return Address(of.settings.ports.ami, user, password)


class Ear:
    """A link, and all that it told so far."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.told: list[RoomEvent] = []
        self._changed = asyncio.Event()

    def put(self, event: RoomEvent) -> None:
        self.told.append(event)
        self._changed.set()

    async def until(self, true: Callable[[RoomEvent], bool], after: int = 0) -> RoomEvent:
        """Wait for an event, and return the first that is so."""
        async with asyncio.timeout(WAIT_S):
            while True:
                self._changed.clear()
                for event in self.told[after:]:
                    if true(event):
                        return event
                await self._changed.wait()

    async def snapshot(self, after: int = 0) -> Snapshot:
        found = await self.until(lambda event: isinstance(event, Snapshot), after)
        assert isinstance(found, Snapshot)
        return found


@asynccontextmanager
async def listening(to: Instance) -> AsyncIterator[Ear]:
    ear = Ear(Link(address(to, "listener"), SPELLING))
    async with beside(ear.link.run(ear.put)):
        await ear.snapshot()
        yield ear


@asynccontextmanager
async def acting(on: Instance) -> AsyncIterator[Actions]:
    members, ringing = Asking(address(on, "actions")), Asking(address(on, "ringing"))
    actions = Actions(members, ringing, SPELLING)
    async with beside(actions.run()):
        async with asyncio.timeout(WAIT_S):
            await members.ready.wait()
            await ringing.ready.wait()
        yield actions


def seated(snapshot: Snapshot) -> set[tuple[str, str]]:
    return {(member.queue, member.operator) for member in snapshot.members}


async def test_asterisk_restarts_at_once(trial: Instance) -> None:
    async with listening(trial) as ear:
        first, mark = await ear.snapshot(), len(ear.told)
        await asyncio.to_thread(trial.asterisk_rx, "core restart now")
        lost = await ear.until(lambda event: isinstance(event, LinkLost), mark)
        second = await ear.snapshot(mark)
    assert isinstance(lost, LinkLost)
    assert lost.why is LinkLoss.ENDED
    assert lost.last_heard <= lost.at
    assert first.boot != second.boot
    assert seated(second) == seated(first)
    assert [type(event) for event in ear.told[mark:]].count(LinkLost) == 1


async def test_asterisk_is_killed(trial: Instance) -> None:
    async with listening(trial) as ear:
        first, mark = await ear.snapshot(), len(ear.told)
        asterisk = trial.process_of("asterisk")
        asterisk.send(signal.SIGKILL)
        lost = await ear.until(lambda event: isinstance(event, LinkLost), mark)
        second = await ear.snapshot(mark)
        await asyncio.to_thread(trial.wait_runs, "asterisk", other_than=asterisk.pid)
    assert isinstance(lost, LinkLost)
    assert lost.why is LinkLoss.ENDED
    assert first.boot != second.boot
    assert seated(second) == seated(first)


async def test_a_call_is_told_from_the_queue_to_its_end(alone: Instance) -> None:
    async with listening(alone) as ear, room(alone, "241", manner=SHORT):
        await call(alone, "7030")
        joined = await ear.until(lambda event: isinstance(event, CallerJoined))
        assert isinstance(joined, CallerJoined)
        channel = joined.caller.channel
        await ear.until(lambda event: event == ChannelGone(event.at, channel))
        told = [
            event
            for event in ear.told
            if isinstance(event, CallerJoined | OperatorRung | CallerLeft | Connected | Completed)
        ]
    assert joined.queue == "psych"
    assert joined.position == 1
    assert joined.caller.call_id == f"trial-1-{channel}"
    assert (joined.caller.ticket, joined.caller.masked) == (TICKET, "…78")
    kinds = [type(event) for event in told]
    assert kinds[:2] == [CallerJoined, OperatorRung]
    assert set(kinds[2:4]) == {CallerLeft, Connected}
    assert kinds[4:] == [Completed]
    connected = next(event for event in told if isinstance(event, Connected))
    assert (connected.operator, connected.caller) == ("241", joined.caller)
    completed = told[-1]
    assert isinstance(completed, Completed)
    assert (completed.channel, completed.ended_by) == (channel, "operator")
    assert 1 <= completed.talked_s <= 4
    assert ear.link.counters.malformed == ear.link.counters.unknown == 0


async def test_a_snapshot_has_who_talks_who_waits_and_who_sits_there(alone: Instance) -> None:
    stay = Limits(call_s=60, hang_up_after_s=8)
    async with listening(alone) as before, room(alone, "242", manner=LONG):
        calls = [asyncio.create_task(call(alone, "7030", stay)) for _ in range(3)]
        connected = await before.until(lambda event: isinstance(event, Connected))
        assert isinstance(connected, Connected)
        async with asyncio.timeout(WAIT_S):
            while sum(isinstance(event, CallerJoined) for event in before.told) < 3:
                await before.until(lambda event: isinstance(event, CallerJoined))
                await asyncio.sleep(0)
        async with listening(alone) as after:
            found = await after.snapshot()
        mark = len(before.told)
        before.link.look_again()
        again = await before.snapshot(mark)
        await asyncio.gather(*calls)
    joined = {e.caller.channel: e for e in before.told if isinstance(e, CallerJoined)}
    (talk,) = found.talks
    assert talk == Talk(
        "psych", "242", connected.caller, connected.operator_channel, since=talk.since
    )
    assert abs(talk.since - connected.at) < 3
    del joined[talk.caller.channel]
    assert {w.caller.channel: w.caller for w in found.waiting} == {
        channel: event.caller for channel, event in joined.items()
    }
    for waiting in found.waiting:
        assert abs(waiting.joined_at - joined[waiting.caller.channel].at) < 2
    assert sorted(waiting.position for waiting in found.waiting) == [1, 2]
    assert seated(found) >= {("psych", f"24{n}") for n in range(1, 5)}
    in_call = [member for member in found.members if member.in_call]
    assert [(member.queue, member.operator) for member in in_call] == [("psych", "242")]
    assert [replace(one, since=0.0) for one in again.talks] == [replace(talk, since=0.0)]
    assert {w.caller for w in again.waiting} == {w.caller for w in found.waiting}


async def test_a_telephone_that_rings_is_in_the_snapshot(alone: Instance) -> None:
    stay = Limits(call_s=60, hang_up_after_s=6)
    async with listening(alone) as ear, room(alone, "243", manner=Manner(answers=False)):
        calling = asyncio.create_task(call(alone, "7030", stay))
        rung = await ear.until(lambda event: isinstance(event, OperatorRung))
        assert isinstance(rung, OperatorRung)
        async with listening(alone) as after:
            found = await after.snapshot()
        await calling
        await ear.until(lambda event: event == ChannelGone(event.at, rung.channel))
    assert [replace(ring, at=0.0) for ring in found.rings] == [replace(rung, at=0.0)]
    assert [waiting.caller.channel for waiting in found.waiting] == [rung.channel]
    # A caller who gives up while a telephone rings: Asterisk says nothing of the telephone.
    ended = [type(event) for event in ear.told if isinstance(event, CallerAbandoned | RingMissed)]
    assert ended == [CallerAbandoned]


async def test_hold_and_its_end_are_told(alone: Instance) -> None:
    async with listening(alone) as ear, room(alone, "242", manner=LONG):
        line = SipLine(("127.0.0.1", alone.settings.ports.sip))
        await line.open()
        voice = await Voice.open(
            local_host=line.local[0], host=line.socket.peer_host, limit_s=WAIT_S
        )
        telephone = Outgoing(line, voice)
        await telephone.ring("7030", "9812345678", within_s=10)
        joined = await ear.until(lambda event: isinstance(event, Connected))
        assert isinstance(joined, Connected)
        dialog = line.uac.get_call(telephone.sip_call_id)
        assert dialog is not None
        for direction, held in (("sendonly", True), ("sendrecv", False)):
            usual = serialize_sdp(build_sdp(line.local[0], voice.port, PCMA, "PCMA"))
            offer = parse_sdp(usual.replace("a=sendrecv", f"a={direction}"))
            asked = line.uac.send_reinvite(dialog.dialog, offer, line.server)
            assert (await line.answer_to(asked, within_s=10)).status_code == 200
            wanted = partial(_is_hold, channel=joined.caller.channel, held=held)
            await ear.until(wanted)
        await telephone.hang_up()
        await voice.close()
        await line.close()


def _is_hold(event: RoomEvent, channel: str, held: bool) -> bool:
    return event == HoldChanged(event.at, channel, held)


async def test_what_is_asked_for_is_confirmed_by_events(alone: Instance) -> None:
    async with listening(alone) as ear, acting(alone) as do:
        await members_are_changed_and_told(do, ear)
        await what_cannot_be_is_refused(do, ear)


async def test_only_a_telephone_that_hears_the_talk_listens(alone: Instance) -> None:
    to = {names.LISTENED: "241", names.MANNER: "listen"}
    stay = Limits(call_s=60, hang_up_after_s=25)
    async with listening(alone) as ear, acting(alone) as do, room(alone, "241", "244", manner=LONG):

        async def listen_in(extension: str, context: str = "listen-in") -> Outcome:
            return await do.listen_in(extension, context, "s", variables=to, ring_s=10)

        calling = asyncio.create_task(call(alone, "7030", stay))
        talk = await ear.until(lambda event: isinstance(event, Connected))
        assert isinstance(talk, Connected)
        free = {"241": "244", "244": "241"}[talk.operator]
        to[names.LISTENED] = talk.operator
        assert await listen_in(free) == Done()
        assert await listen_in("243") == Refused("it is not registered")
        assert await listen_in(free, "nowhere") == Refused("Extension does not exist.")
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)


FORGED = (
    "98%0D%0A%0D%0AEvent%3A%20QueueMemberRemoved%0D%0AQueue%3A%20q_psych%0D%0A"
    "Interface%3A%20PJSIP%2F241%0D%0A%0D%0A"
)


@pytest.mark.parametrize(
    ("caller", "dialled"),
    [(FORGED, "1950"), ("9812345678", f"1950{FORGED}"), ("9812345678", FORGED)],
    ids=["who calls", "what is dialled", "what begins as a number"],
)
async def test_line_ends_in_sip_forge_nothing(alone: Instance, caller: str, dialled: str) -> None:
    """Cancelled at once, a call may end before the dialplan's first line: that tells it raw."""
    async with listening(alone) as ear, acting(alone) as do:
        calls = [_Cancelled(alone.settings.ports.sip, caller, dialled) for _ in range(60)]
        for call in calls:
            await asyncio.to_thread(call.ended)
        mark = len(ear.told)
        assert await do.set_penalty("psych", "241", mark % 9 + 1) == Done()
        await ear.until(lambda event: isinstance(event, MemberIs), mark)
        assert not [event for event in ear.told if isinstance(event, MemberGone)]
        assert ear.link.counters.malformed == 0
        ear.link.look_again()
        assert ("psych", "241") in seated(await ear.snapshot(mark))


class _Cancelled:
    """A call that is begun and ended before the dialplan has cleaned what it says of itself."""

    def __init__(self, port: int, caller: str, dialled: str) -> None:
        self._phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._phone.bind(("127.0.0.1", 0))
        self._phone.settimeout(WAIT_S)
        mark, own = secrets.token_hex(8), self._phone.getsockname()[1]
        for method in ("INVITE", "CANCEL"):
            lines = (
                f"{method} sip:{dialled}@127.0.0.1 SIP/2.0",
                f"Via: SIP/2.0/UDP 127.0.0.1:{own};rport;branch=z9hG4bK{mark}",
                "Max-Forwards: 70",
                f"From: <sip:{caller}@127.0.0.1>;tag={mark}",
                f"To: <sip:{dialled}@127.0.0.1>",
                f"Contact: <sip:x@127.0.0.1:{own}>",
                f"Call-ID: {mark}",
                f"CSeq: 1 {method}",
                "Content-Length: 0",
                "",
                "",
            )
            self._phone.sendto("\r\n".join(lines).encode(), ("127.0.0.1", port))

    def ended(self) -> None:
        """Wait until Asterisk has said how it went: cancelled, refused, or answered before."""
        with self._phone:
            while True:
                said = self._phone.recv(65536)
                if said[8:9] in b"23456" and b"CSeq: 1 INVITE" in said:
                    return
