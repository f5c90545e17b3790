"""From the PIN to the room: how long a supervisor waits for the first sound of the briefing.

A telephone of the roster dials the code of supervisors on a real instance and presses the PIN. The
clock runs from the first packet that says that the last key was released to the first packet of
voice in which something is heard. Between them lie the PIN, whether it is a supervisor's, the
picture of the room, and our prompts on Asterisk's disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from aiortp.packet import RtpPacket

from benchmarks.helpline import Helpline, Plan, running
from benchmarks.result import Limit, Row
from ivr.room import RoomUnavailable
from ivr.voice.masters import FOLDER
from sahayata import stores
from sahayata.settings import PROJECT, Settings
from sahayata.staff.live import RoomOverHttp
from sahayata.telephone.alaw import loudness
from sahayata.telephone.listener import Listener
from sahayata.telephone.outgoing import Outgoing
from sahayata.telephone.sip import SipLine
from sahayata.telephone.speech import TICK_S, Speech
from sahayata.telephone.voice import LOUD, Voice
from tests.support.rostered import PIN, seat_roster

CALLS: Final = 10
"""In a round."""
CODE: Final = "*19"
SUPERVISOR: Final = "301"
LISTEN_S: Final = 2.5
"""To the briefing, to know that it is one."""
LIMIT_S: Final = 30.0
WELL: Final = "room_nobody_waits"
"""What is said first of a room in which nobody waits."""
END_OF_KEY: Final = 0x80
"""The bit of an RFC 4733 event that says that the key was released."""


class NoBriefing(Exception):
    """The room was not told."""


class TimedSpeech(Speech):
    """Knows when the last key was first said to be released."""

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self._voice = voice
        self._down = False
        self.released_at = 0.0

    def next_packet(self) -> RtpPacket:
        """Return the packet of the next 20 ms, which is sent at once."""
        packet = super().next_packet()
        if packet.payload_type == self.key_payload_type:
            ended = bool(packet.payload[1] & END_OF_KEY)
            if ended and self._down:
                self.released_at = self._voice.now
            self._down = not ended
        return packet


def run(port_base: int, rounds: int, calls: int = CALLS) -> Sequence[Row]:
    """Call a helpline in which nobody else calls, one call after another."""
    plan = Plan(port_base, recordings_s=None, prepare=_seat)
    with running(plan) as helpline:
        found = asyncio.run(_rounds(helpline, rounds, calls))
    return rows(found)


def rows(found: Sequence[Sequence[float]]) -> list[Row]:
    """Write the figures of some rounds; each is the seconds of its calls."""
    times = [sorted(seconds * 1e3 for seconds in each) for each in found]
    return [
        Row(
            "last key of the PIN to the first sound of the briefing: median",
            "ms",
            [each[len(each) // 2] for each in times],
            must=Limit(300),
        ),
        Row(
            "the same: worst call of a round",
            "ms",
            [each[-1] for each in times],
            must=Limit(300),
        ),
    ]


def _seat(settings: Settings) -> None:
    seat_roster(settings, settings.state.root.parent)


async def _rounds(helpline: Helpline, rounds: int, calls: int) -> list[list[float]]:
    listener = Listener(PROJECT / "prompts" / "hi" / FOLDER)
    listener.prepare()
    await _until_live(helpline)
    await _call(helpline, listener)  # the first one of a process is slower
    return [[await _call(helpline, listener) for _ in range(calls)] for _ in range(rounds)]


async def _until_live(helpline: Helpline) -> None:
    found = helpline.settings
    secrets = stores.load_secrets(found)
    room = RoomOverHttp(f"http://127.0.0.1:{found.ports.room}", secrets.room)
    try:
        async with asyncio.timeout(LIMIT_S):
            while True:
                if await _is_live(room):
                    return
                await asyncio.sleep(0.1)
    finally:
        await room.close()


async def _is_live(room: RoomOverHttp) -> bool:
    try:
        return (await room.picture()).live
    except RoomUnavailable:
        return False


async def _asked(voice: Voice) -> None:
    """Wait until the PIN is asked for."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            if voice.last_loud >= 0:
                return
            await asyncio.sleep(TICK_S)


async def _call(helpline: Helpline, listener: Listener) -> float:
    """Call once; return seconds from the PIN to the room. Raises ``NoBriefing``."""
    settings = helpline.settings
    password = stores.load_secrets(settings).extensions[SUPERVISOR]
    line = SipLine(("127.0.0.1", settings.ports.sip))
    await line.open()
    voice = await Voice.open(local_host=line.local[0], host=line.socket.peer_host, limit_s=LIMIT_S)
    speech = voice.speech = TimedSpeech(voice)
    call = Outgoing(line, voice)
    try:
        await call.ring(CODE, SUPERVISOR, within_s=LIMIT_S, password=password)
        await _asked(voice)
        await voice.press(f"{PIN}#")
        await asyncio.sleep(LISTEN_S)
    finally:
        await call.hang_up()
        await voice.close()
        await line.close()
    first = next(
        (
            packet.at
            for packet in voice.packets
            if packet.at > speech.released_at and loudness(packet.payload) > LOUD
        ),
        None,
    )
    said = [item.prompt for item in listener.hear(voice.sound(speech.released_at))]
    if first is None or WELL not in said[:1]:
        raise NoBriefing(f"{CODE}: {said or 'nothing was heard'}")
    return first - speech.released_at
