"""One call that a citizen's telephone makes: ring, talk, end, whatever happens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aiosipua import (
    DialogState,
    IncomingCall,
    OutgoingCall,
    SdpMessage,
    SipDigestAuth,
    SipRequest,
    SipResponse,
    build_sdp,
    negotiate_sdp,
    parse_sdp,
)
from aiosipua.sdp import SdpNegotiationError
from aiosipua.utils import bracket_ipv6, format_addr

from sahayata.telephone.sip import USER_AGENT, NoAnswer, ServerAbsent, SipLine
from sahayata.telephone.speech import PCMA, TELEPHONE_EVENT
from sahayata.telephone.voice import Voice

CHALLENGES: Final = (401, 407)
BYE_LIMIT_S: Final = 4.0
CANCEL_LIMIT_S: Final = 6.0
_IN_USER: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()&=+$,;?/"
)
"""What may stand in the user part of a SIP address as it is (RFC 3261, 25.1)."""


class Ending(StrEnum):
    """How a call ended, as the telephone knows it."""

    FAR_END = "far_end"
    """The helpline hung up."""
    CALLER = "caller"
    """We hung up."""
    LOST = "lost"
    """The helpline's end of the line is gone, without a word."""
    BUSY = "busy"
    DECLINED = "declined"
    """Refused: no such number, not allowed, no codec, a fault of the server."""
    NO_ANSWER = "no_answer"
    """It rang, or nothing came at all, until our patience ended."""
    ABSENT = "absent"
    """Nobody listens at the server's address."""


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """The call was not answered."""

    ending: Ending
    reason: str


def escaped(user: str) -> str:
    """Any text as the user part of a SIP address; the far end unescapes it to the same text."""
    return "".join(c if c in _IN_USER else "".join(f"%{b:02X}" for b in c.encode()) for c in user)


def address(user: str, host: str, port: int) -> str:
    """Write a SIP address; without a user part when ``user`` is empty."""
    at = f"{escaped(user)}@" if user else ""
    return f"sip:{at}{format_addr(host, port)}"


class Outgoing:
    """A call from us over an open line, with its voice."""

    def __init__(self, line: SipLine, voice: Voice) -> None:
        self._line = line
        self._voice = voice
        self._call: OutgoingCall | None = None
        self.ended = asyncio.Event()
        """Set when the far end hung up."""
        line.uas.on_bye = self._on_bye
        line.uas.on_reinvite = self._on_reinvite
        line.uas.on_invite = _refuse

    @property
    def sip_call_id(self) -> str:
        """The Call-ID of the call, "" before ``ring``."""
        return self._call.call_id if self._call is not None else ""

    async def ring(
        self,
        number: str,
        caller: str,
        *,
        within_s: float,
        password: str = "",
    ) -> None:
        """Call ``number`` and return when it is answered.

        With ``password`` the caller is an account of the server and proves it when asked.

        Raises:
            Refusal: it was not.
        """
        host, _ = self._line.local
        offer = build_sdp(host, self._voice.port, PCMA, "PCMA", dtmf_payload_type=TELEPHONE_EVENT)
        call = self._line.uac.send_invite(
            f"sip:{escaped(caller)}@{bracket_ipv6(host)}"
            if caller
            else f"sip:{bracket_ipv6(host)}",
            address(number, *self._line.server),
            self._line.server,
            offer,
            user_agent=USER_AGENT,
            auth=SipDigestAuth(caller, password) if password else None,
        )
        self._call = call

        def provisional(response: SipResponse) -> None:
            self._take_sdp(sdp_of(response))

        try:
            asked = call.invite
            answer = await self._line.answer_to(
                asked, within_s=within_s, on_provisional=provisional
            )
            if answer.status_code in CHALLENGES and call.invite is not asked:
                # The library has sent it again, with what was asked for.
                answer = await self._line.answer_to(
                    call.invite, within_s=within_s, on_provisional=provisional
                )
        except ServerAbsent as absent:
            raise Refusal(Ending.ABSENT, str(absent)) from absent
        except (NoAnswer, asyncio.CancelledError) as error:
            await self._give_up(call)
            if isinstance(error, asyncio.CancelledError):
                raise
            raise Refusal(Ending.NO_ANSWER, f"no answer within {within_s:g} s") from error
        if answer.status_code >= 300:
            reason = f"{answer.status_code} {answer.reason_phrase}".strip()
            busy = answer.status_code in (486, 600)
            raise Refusal(Ending.BUSY if busy else Ending.DECLINED, reason)
        if not self._take_sdp(sdp_of(answer)):
            await self.hang_up()
            raise Refusal(Ending.DECLINED, "answered without a voice we understand")

    async def hang_up(self) -> None:
        """End an answered call from our side; no fault when it has already ended."""
        call = self._call
        if call is None or self.ended.is_set() or call.dialog.state != DialogState.CONFIRMED:
            return
        bye = self._line.uac.send_bye(call.dialog, self._line.server)
        try:
            await self._line.answer_to(bye, within_s=BYE_LIMIT_S)
        except (NoAnswer, ServerAbsent):
            return  # a server that is gone has ended the call too

    async def _give_up(self, call: OutgoingCall) -> None:
        """Cancel a call that rings. An answer that crosses is acknowledged and ended."""
        self._line.uac.send_cancel(call)
        try:
            last = await self._line.answer_to(call.invite, within_s=CANCEL_LIMIT_S, repeat=False)
        except (NoAnswer, ServerAbsent):
            return
        if last.status_code < 300 and last.to_addr is not None:
            dialog = call.dialog
            dialog.remote_tag = last.to_addr.tag or ""
            dialog.local_cseq -= 1  # the ACK of a 2xx has the number of its INVITE
            host, port = self._line.local
            for method in ("ACK", "BYE"):
                request = dialog.create_request(method, via_host=host, via_port=port)
                self._line.socket.send(request, self._line.server)

    def _take_sdp(self, sdp: SdpMessage | None) -> bool:
        """Speak to where the far end listens; false when it did not say, or in no code of ours."""
        if sdp is None or sdp.rtp_address is None or sdp.audio is None or not sdp.audio.port:
            return False
        codecs = {codec.encoding_name.lower(): codec.payload_type for codec in sdp.audio.codecs}
        if codecs.get("pcma") != PCMA:
            return False
        self._voice.speech.key_payload_type = codecs.get("telephone-event", TELEPHONE_EVENT)
        self._voice.peer = sdp.rtp_address
        return True

    def _on_bye(self, _call: IncomingCall, _request: SipRequest) -> None:
        self.ended.set()

    def _on_reinvite(self, call: IncomingCall) -> None:
        """Agree to new terms for the voice, for example when an operator is joined."""
        host, _ = self._line.local
        if call.sdp_offer is None:
            call.accept(
                build_sdp(host, self._voice.port, PCMA, "PCMA", dtmf_payload_type=TELEPHONE_EVENT)
            )
            return
        try:
            answer, _ = negotiate_sdp(call.sdp_offer, host, self._voice.port, [PCMA])
        except SdpNegotiationError:
            call.reject(488)
            return
        self._take_sdp(call.sdp_offer)
        call.accept(answer)


def _refuse(call: IncomingCall) -> None:
    call.reject(486)


def sdp_of(message: SipResponse) -> SdpMessage | None:
    """Read what a message says about voice; ``None`` when it says nothing that can be read."""
    if not message.body or (message.content_type or "").split(";")[0] != "application/sdp":
        return None
    try:
        return parse_sdp(message.text)
    except ValueError:
        return None
