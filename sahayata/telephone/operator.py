"""Simulated operators: telephones that answer, greet, listen for a while and hang up."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiosipua import IncomingCall, SdpMessage, SdpNegotiationError, build_sdp, negotiate_sdp
from aiosipua.headers import parse_uri

from ivr.keys import KeyStep
from sahayata.telephone.fingers import Fingers
from sahayata.telephone.outgoing import BYE_LIMIT_S
from sahayata.telephone.sip import NoAnswer, ServerAbsent, SipLine
from sahayata.telephone.speech import PCMA, TELEPHONE_EVENT
from sahayata.telephone.voice import Voice

log = logging.getLogger(__name__)

CALL_LIMIT_S: Final = 3600.0
"""No simulated call, ringing or answered, lasts longer."""
KEPT_S: Final = 1.0
"""An operator keeps next to nothing of what it hears: nobody asks."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How operators behave; each pair is the least and the most, in seconds."""

    answer_after_s: tuple[float, float] = (1.0, 3.0)
    talk_for_s: tuple[float, float] = (5.0, 20.0)
    """From the answer until the operator hangs up; the greeting is part of it."""
    answers: bool = True
    """When false, the telephone rings and nobody comes."""
    keys: tuple[KeyStep, ...] = ()
    """Pressed in each talk, from the answer on: to hand a caller over."""


class Operators:
    """The operators behind one SIP socket, told apart by the extension that is called.

    ``greeting`` is A-law at 8 kHz. Delays come from ``chance`` alone.
    """

    def __init__(
        self,
        line: SipLine,
        extensions: frozenset[str],
        greeting: bytes,
        manner: Manner,
        chance: random.Random,
    ) -> None:
        self._line = line
        self._extensions = extensions
        self._greeting = greeting
        self._manner = manner
        self._chance = chance
        self._talks: dict[str, _Talk] = {}
        line.uas.on_invite = self._on_invite
        line.uas.on_reinvite = self._on_reinvite
        line.uas.on_bye = lambda call, _: self._ended(call.call_id)
        line.uas.on_cancel = lambda request, _: self._ended(request.call_id or "")
        line.uas.on_ack_timeout = lambda call: self._ended(call.call_id)

    @property
    def busy(self) -> frozenset[str]:
        """Extensions that ring or are talked on."""
        return frozenset(t.extension for t in self._talks.values() if not t.ended.is_set())

    async def close(self) -> None:
        """Hang up everywhere."""
        tasks = {talk.task for talk in self._talks.values()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _on_invite(self, call: IncomingCall) -> None:
        extension = parse_uri(call.invite.uri).user or ""
        if extension not in self._extensions:
            call.reject(404)
        elif extension in self.busy:
            call.reject(486)
        else:
            manner = self._manner
            talk = _Talk(self._line, call, extension)
            self._talks[call.call_id] = talk
            talk.begin(
                self._chance.uniform(*manner.answer_after_s) if manner.answers else CALL_LIMIT_S,
                self._chance.uniform(*manner.talk_for_s),
                self._greeting,
                manner.keys,
            )
            talk.task.add_done_callback(lambda task: self._over(call.call_id, task))

    def _on_reinvite(self, call: IncomingCall) -> None:
        if talk := self._talks.get(call.call_id):
            talk.renew()

    def _ended(self, sip_call_id: str) -> None:
        if talk := self._talks.get(sip_call_id):
            talk.ended.set()

    def _over(self, sip_call_id: str, task: asyncio.Task[None]) -> None:
        self._talks.pop(sip_call_id, None)
        self._line.forget(sip_call_id)
        if not task.cancelled() and (fault := task.exception()):
            log.error("a simulated operator's call broke off: %r", fault)


class _Talk:
    """One call of one operator, ringing or answered."""

    task: asyncio.Task[None]

    def __init__(self, line: SipLine, call: IncomingCall, extension: str) -> None:
        self.extension = extension
        self.ended = asyncio.Event()
        """Set when the call is over, however it ended: from then on the operator is free."""
        self._line = line
        self._call = call
        self._voice: Voice | None = None

    def begin(
        self,
        answer_after_s: float,
        talk_for_s: float,
        greeting: bytes,
        keys: Sequence[KeyStep],
    ) -> None:
        """Let the telephone ring; ``task`` is done when the call is over."""
        self.task = asyncio.create_task(self._serve(answer_after_s, talk_for_s, greeting, keys))

    def renew(self) -> None:
        """Agree to new terms for the voice."""
        if self._voice is None or not self._accept(self._voice):
            self._call.reject(488)

    async def _serve(
        self,
        answer_after_s: float,
        talk_for_s: float,
        greeting: bytes,
        keys: Sequence[KeyStep],
    ) -> None:
        try:
            self._call.ringing()
            if await self._ends_within(answer_after_s):
                return
        except asyncio.CancelledError:
            self._call.reject(480)
            raise
        host, _ = self._line.local
        try:
            voice = await Voice.open(
                local_host=host, host=self._line.socket.peer_host, limit_s=KEPT_S
            )
        except OSError:
            self.ended.set()
            self._call.reject(503)
            raise
        pressing: asyncio.Task[None] | None = None
        try:
            if not self._accept(voice):
                self.ended.set()
                self._call.reject(488)
                return
            self._voice = voice
            voice.speech.say(greeting)
            if keys:
                pressing = asyncio.create_task(Fingers(voice, None, log.debug).follow(keys))
            await self._ends_within(talk_for_s)
        finally:
            if pressing is not None:
                pressing.cancel()
            try:
                await self._hang_up()
            finally:
                # Whoever closes the room does not wait for an answer to the hang-up.
                await voice.close()

    def _accept(self, voice: Voice) -> bool:
        """Answer what the other side offers; false when there is nothing of ours in it."""
        host, _ = self._line.local
        offer = self._call.sdp_offer
        if offer is None:
            self._call.accept(build_sdp(host, voice.port, PCMA, "PCMA"))
            return True
        try:
            answer, _ = negotiate_sdp(offer, host, voice.port, [PCMA])
        except SdpNegotiationError:
            return False
        voice.peer = offer.rtp_address
        voice.speech.key_payload_type = _keys_of(offer)
        self._call.accept(answer)
        return True

    async def _ends_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(min(seconds, CALL_LIMIT_S)):
                await self.ended.wait()
        except TimeoutError:
            return False
        return True

    async def _hang_up(self) -> None:
        if self.ended.is_set() or (bye := self._call.hangup()) is None:
            return
        try:
            await self._line.answer_to(bye, within_s=BYE_LIMIT_S)
        except (NoAnswer, ServerAbsent) as gone:
            log.warning("operator %s: the PBX is gone: %s", self.extension, gone)
        self.ended.set()


def _keys_of(offer: SdpMessage) -> int:
    """Return the payload type in which the far end takes keys."""
    codecs = offer.audio.codecs if offer.audio else []
    names = {codec.encoding_name.lower(): codec.payload_type for codec in codecs}
    return names.get("telephone-event", TELEPHONE_EVENT)
