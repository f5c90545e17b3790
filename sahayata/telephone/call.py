"""A citizen's call from beginning to end: dial, listen, press keys, hang up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ivr.keys import KeyStep
from sahayata.telephone.alaw import RATE, Samples
from sahayata.telephone.fingers import Ear, Fingers, Mouth, NotHeard, murmured
from sahayata.telephone.outgoing import Ending, Outgoing, Refusal
from sahayata.telephone.reassembly import lost
from sahayata.telephone.sip import SipLine
from sahayata.telephone.sip_socket import Address
from sahayata.telephone.speech import TICK_S
from sahayata.telephone.voice import Voice
from sahayata.telephone.wav import require_writable, write_wav


@dataclass(frozen=True, slots=True)
class Limits:
    """Where our patience ends, in seconds."""

    ring_s: float = 30.0
    call_s: float = 600.0
    hang_up_after_s: float | None = None
    """Hang up so long after the answer, whatever is going on."""

    @property
    def stay_s(self) -> float:
        """How long we stay on an answered call."""
        told = self.hang_up_after_s
        return self.call_s if told is None else min(told, self.call_s)


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
    password: str = "",
    record: Path | None = None,
    ear: Ear | None = None,
    hang_up: asyncio.Event | None = None,
    alter: Callable[[bytes], bytes] | None = None,
    tell: Callable[[str], None] = silently,
    mouth: Mouth = murmured,
) -> HeardCall:
    """Call ``number`` on the SIP server as a citizen would, and stay until the call ends.

    ``number`` and ``caller`` may hold anything: they are escaped as SIP wants it, and the far end
    sees them as they are here. With ``password`` the caller is an operator's telephone, an account
    of the server. ``alter`` changes the bytes of each SIP request. ``ear`` is needed for
    ``UntilHeard`` and ``UntilSaid``; ``mouth`` says the words of
    ``Utter``. Setting ``hang_up`` ends the call in good order. ``tell`` is
    told what happens, for a person who watches. Whatever happens on the line is a ``HeardCall``,
    never an exception.

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
            outgoing = Outgoing(line, voice)
            citizen = _Citizen(
                outgoing, voice, limits, hang_up or asyncio.Event(), password=password, mouth=mouth
            )
            tell(f"calling {number}")
            heard = await citizen.call(number, caller, keys, ear, tell)
        finally:
            await voice.close()
    finally:
        await line.close()
    if record is None:
        return heard
    await asyncio.to_thread(write_wav, record, heard.samples)
    return replace(heard, recording=record)


class _Citizen:
    """The one who holds the telephone."""

    def __init__(
        self,
        outgoing: Outgoing,
        voice: Voice,
        limits: Limits,
        hang_up: asyncio.Event,
        *,
        password: str,
        mouth: Mouth,
    ) -> None:
        self._mouth = mouth
        self._password = password
        self._outgoing = outgoing
        self._voice = voice
        self._limits = limits
        self._hang_up = hang_up

    async def call(
        self,
        number: str,
        caller: str,
        keys: Sequence[KeyStep],
        ear: Ear | None,
        tell: Callable[[str], None],
    ) -> HeardCall:
        """Place the call and see it through."""
        try:
            await self._outgoing.ring(
                number, caller, within_s=self._limits.ring_s, password=self._password
            )
        except Refusal as refusal:
            return self._result(refusal.ending, refusal.reason)
        tell("answered")
        answered_at = self._voice.now
        fingers = Fingers(self._voice, ear, tell, self._mouth)
        pressing = asyncio.create_task(fingers.follow(keys))
        try:
            ending, reason = await self._stay(fingers, pressing)
            return self._result(ending, reason, answered_at, fingers.pressed)
        finally:
            pressing.cancel()
            await asyncio.wait({pressing})
            await self._outgoing.hang_up()

    async def _stay(self, fingers: Fingers, pressing: asyncio.Task[None]) -> tuple[Ending, str]:
        """Stay on the line until it ends or our patience does; say why, when it was a fault."""
        until = self._voice.now + self._limits.stay_s
        while self._voice.now < until:
            if self._outgoing.ended.is_set():
                return Ending.FAR_END, ""
            if self._hang_up.is_set() or fingers.put_down:
                return Ending.CALLER, ""
            if self._voice.gone:
                return Ending.LOST, "the helpline's end of the line is gone"
            if pressing.done() and (fault := pressing.exception()):
                if isinstance(fault, NotHeard):
                    return Ending.CALLER, str(fault)
                raise fault
            await asyncio.sleep(TICK_S)
        meant = self._limits.hang_up_after_s is not None
        return Ending.CALLER, "" if meant else f"still going on after {self._limits.call_s:g} s"

    def _result(
        self, ending: Ending, reason: str, answered_at: float | None = None, keys: str = ""
    ) -> HeardCall:
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
            keys=keys,
            lost=lost(packets),
            samples=self._voice.sound()[round(begin * RATE) :],
        )
