"""A telephone that takes every call its PBX places to it and keeps what it hears."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from aiosipua import IncomingCall, SdpNegotiationError, build_sdp, negotiate_sdp
from aiosipua.headers import parse_uri

from sahayata.telephone.sip import SipLine
from sahayata.telephone.sip_socket import Address
from sahayata.telephone.speech import PCMA
from sahayata.telephone.voice import Voice

log = logging.getLogger(__name__)

LONGEST_CALL_S: Final = 3600.0


class AnsweringTelephone:
    """Answers at once and says nothing. Calls are told apart by the user part that was called."""

    def __init__(self, server: Address) -> None:
        self._line = SipLine(server)
        self._voices: dict[str, Voice] = {}
        self._opening: set[asyncio.Task[None]] = set()
        self._line.uas.on_invite = self._on_invite

    @property
    def local(self) -> Address:
        """Where it can be called, once opened."""
        return self._line.local

    async def open(self) -> None:
        """Open the socket. ``OSError`` when the server's address is of no use."""
        await self._line.open()

    async def close(self) -> None:
        """Free every port; the PBX is who hangs up."""
        for task in self._opening:
            task.cancel()
        for voice in self._voices.values():
            await voice.close()
        await self._line.close()

    def voice(self, user: str) -> Voice:
        """Return what is heard in the call to ``user``. ``KeyError`` before it is answered."""
        return self._voices[user]

    def _on_invite(self, call: IncomingCall) -> None:
        task = asyncio.create_task(self._answer(call))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _answer(self, call: IncomingCall) -> None:
        user = parse_uri(call.invite.uri).user or ""
        host, _ = self._line.local
        voice = await Voice.open(
            local_host=host, host=self._line.socket.peer_host, limit_s=LONGEST_CALL_S
        )
        self._voices[user] = voice
        try:
            if call.sdp_offer is None:
                call.accept(build_sdp(host, voice.port, PCMA, "PCMA"))
                return
            answer, _ = negotiate_sdp(call.sdp_offer, host, voice.port, [PCMA])
        except SdpNegotiationError as error:
            log.warning("a call without a voice we understand: %s", error)
            call.reject(488)
            return
        voice.peer = call.sdp_offer.rtp_address
        call.accept(answer)
