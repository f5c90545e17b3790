"""A citizen's call from beginning to end: dial, listen, press keys, hang up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from ivr.keys import KeyStep, Pause, Press, Speak, UntilHeard, UntilSilent
from sahayata.telephone.alaw import RATE, Samples
from sahayata.telephone.murmur import murmur
from sahayata.telephone.outgoing import Ending, Outgoing, Refusal
from sahayata.telephone.reassembly import lost, reassemble
from sahayata.telephone.sip import Address, SipLine
from sahayata.telephone.speech import TICK_S
from sahayata.telephone.voice import Voice
from sahayata.telephone.wav import require_writable, write_wav

SILENT_FOR_S: Final = 0.8
"""The line has fallen silent when nobody spoke for so long: longer than a breath in a sentence."""
NOTHING_SAID_S: Final = 5.0
"""A key is pressed all the same when nothing was said for so long."""
AFTERMATH_S: Final = 0.4
"""What is heard just after a key is the end of what was said before it."""
TALK_LIMIT_S: Final = 45.0
"""A key is pressed all the same into a line that never falls silent, as with music on hold."""

Ear = Callable[[Samples], Sequence[str]]
"""Says which prompts occur in a sound, in order."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where our patience ends, in seconds."""

    ring_s: float = 30.0
    call_s: float = 600.0
    hang_up_after_s: float | None = None
    """Hang up so long after the answer, whatever is going on."""


USUAL: Final = Limits()


@dataclass(frozen=True, slots=True)
class HeardCall:
    """A call as the telephone knows it: from listening and signalling only."""

    sip_call_id: str
    ending: Ending
    reason: str
    """In words, for a person; "" when the call was answered and ended in good order."""
    answered: bool
    duration_s: float
    """From the answer to the end; 0 when not answered."""
    keys: str
    """The keys that were pressed."""
    lost: int
    """Packets of voice that did not arrive."""
    samples: Samples = field(repr=False, compare=False)
    """What was heard, 8 kHz, from the first sound or the answer on."""
    recording: Path | None = None


def silently(_: str) -> None:
    """Tell nobody."""


async def place_call(
    server: Address,
    number: str,
    caller: str,
    keys: Sequence[KeyStep] = (),
    *,
    limits: Limits = USUAL,
    record: Path | None = None,
    ear: Ear | None = None,
    hang_up: asyncio.Event | None = None,
    alter: Callable[[bytes], bytes] | None = None,
    tell: Callable[[str], None] = silently,
) -> HeardCall:
    """Call ``number`` on the SIP server as a citizen would, and stay until the call ends.

    ``number`` and ``caller`` may hold anything: they are escaped as SIP wants it, and the far end
    sees them as they are here. ``alter`` changes the bytes of each SIP request. ``ear`` is needed
    for ``UntilHeard``. Setting ``hang_up`` ends the call in good order. ``tell`` is told what
    happens, for a person who watches. Whatever happens on the line is a ``HeardCall``, never an
    exception.

    Raises:
        OSError: the server's address is of no use, or ``record`` cannot be written.
    """
    if record is not None:
        require_writable(record)
    line = SipLine(server, alter=alter)
    await line.open()
    try:
        voice = await Voice.open(
            local_host=line.local[0],
            host=line.socket.peer_host,
            limit_s=limits.ring_s + limits.call_s,
        )
        try:
            citizen = _Citizen(Outgoing(line, voice), voice, limits, ear, tell)
            heard = await citizen.call(number, caller, keys, hang_up or asyncio.Event())
        finally:
            await voice.close()
    finally:
        await line.close()
    if record is None:
        return heard
    await asyncio.to_thread(write_wav, record, heard.samples)
    return replace(heard, recording=record)


class _NotHeard(Exception):
    """A prompt that the script waits for did not come."""


class _Citizen:
    """The one who holds the telephone."""

    def __init__(
        self,
        outgoing: Outgoing,
        voice: Voice,
        limits: Limits,
        ear: Ear | None,
        tell: Callable[[str], None],
    ) -> None:
        self._tell = tell
        self._outgoing = outgoing
        self._voice = voice
        self._limits = limits
        self._ear = ear
        self._pressed = ""
        self._listen_from = 0.0
        """Sound before this moment belongs to what was said before the last key."""

    async def call(
        self, number: str, caller: str, keys: Sequence[KeyStep], hang_up: asyncio.Event
    ) -> HeardCall:
        """Place the call and see it through."""
        self._tell(f"calling {number}")
        try:
            await self._outgoing.ring(number, caller, within_s=self._limits.ring_s)
        except Refusal as refusal:
            return self._result(refusal.ending, refusal.reason, None)
        self._tell("answered")
        answered_at = self._listen_from = self._voice.now
        pressing = asyncio.create_task(self._press_all(keys))
        endings = [asyncio.create_task(e.wait()) for e in (self._outgoing.ended, hang_up)]
        try:
            reason = await self._stay(pressing, endings)
            ending = Ending.FAR_END if self._outgoing.ended.is_set() else Ending.CALLER
            heard = self._result(ending, reason, answered_at)
        finally:
            for task in (pressing, *endings):
                task.cancel()
            await asyncio.wait({pressing, *endings})
            await self._outgoing.hang_up()
        return heard

    async def _stay(
        self, pressing: asyncio.Task[None], endings: list[asyncio.Task[Literal[True]]]
    ) -> str:
        """Stay on the line until it ends or our patience does; say why, when it was a fault."""
        loop = asyncio.get_running_loop()
        told = self._limits.hang_up_after_s
        patience = self._limits.call_s if told is None else min(told, self._limits.call_s)
        deadline = loop.time() + patience
        await asyncio.wait(
            {pressing, *endings}, timeout=patience, return_when=asyncio.FIRST_COMPLETED
        )
        if pressing.done():
            try:
                pressing.result()
            except _NotHeard as fault:
                return str(fault)
            await asyncio.wait(
                endings,
                timeout=max(0.0, deadline - loop.time()),
                return_when=asyncio.FIRST_COMPLETED,
            )
        over = loop.time() >= deadline and self._limits.hang_up_after_s is None
        return f"still going on after {patience:g} s" if over else ""

    async def _press_all(self, keys: Sequence[KeyStep]) -> None:
        for step in keys:
            match step:
                case Pause(seconds):
                    await asyncio.sleep(seconds)
                case UntilSilent():
                    await self._until_silent()
                case UntilHeard(prompt):
                    await self._until_heard(prompt)
                case Press(pressed):
                    self._tell(f"pressing {pressed}")
                    for key in pressed:
                        await self._press(key)
                case Speak(seconds):
                    self._tell(f"speaking for {seconds:g} s")
                    await self._voice.say(murmur(seconds))
                    self._listen_from = self._voice.now + AFTERMATH_S

    async def _press(self, key: str) -> None:
        self._pressed += key
        await self._voice.press(key)
        self._listen_from = self._voice.now + AFTERMATH_S

    async def _until_silent(self) -> None:
        """Wait for a pause after something was said, in vain no longer than the limits above."""
        while True:
            now, last = self._voice.now, self._voice.last_loud
            since = self._listen_from
            said = last > since
            if (now - last >= SILENT_FOR_S) if said else (now - since >= NOTHING_SAID_S):
                return
            if now - since >= TALK_LIMIT_S:
                return
            await asyncio.sleep(TICK_S)

    async def _until_heard(self, prompt: str) -> None:
        since = self._listen_from
        while True:
            await self._until_silent()
            sound = self._samples()[round(max(0.0, since - AFTERMATH_S) * RATE) :]
            if self._ear is None or prompt in await asyncio.to_thread(self._ear, sound):
                return
            if self._voice.now - since >= TALK_LIMIT_S:
                raise _NotHeard(f"{prompt} was not heard within {TALK_LIMIT_S:g} s")
            self._listen_from = self._voice.now

    def _samples(self) -> Samples:
        limit = self._limits.ring_s + self._limits.call_s
        return reassemble(self._voice.packets, until_s=self._voice.now, limit_s=limit)

    def _result(self, ending: Ending, reason: str, answered_at: float | None) -> HeardCall:
        now = self._voice.now
        packets = self._voice.packets
        begin = now if answered_at is None else answered_at
        begin = min([begin, *(packet.at for packet in packets[:1])])
        return HeardCall(
            sip_call_id=self._outgoing.sip_call_id,
            ending=ending,
            reason=reason,
            answered=answered_at is not None,
            duration_s=0.0 if answered_at is None else now - answered_at,
            keys=self._pressed,
            lost=lost(packets),
            samples=self._samples()[round(begin * RATE) :],
        )
