"""A SIP user agent: aiosipua's two halves on one socket, and what that library leaves to its user.

aiosipua 0.7 writes and reads the messages and keeps the dialogs. Left to us, and done here: an
INVITE or BYE is sent again until it is answered (RFC 3261, 17.1), a refusal is acknowledged
(17.1.1.3), a repeated INVITE does not become a second call, and a server that is not there is
noticed at once instead of after a time limit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiosipua import CSeq, SipRequest, SipResponse, SipUAC, SipUAS
from aiosipua.headers import stringify_cseq
from aiosipua.transport import MessageCallback

from sahayata.telephone.sip_socket import Address, Message, SipSocket

# At INFO the library writes the addresses of both parties, whole telephone numbers; its warnings
# are about what is told by outcomes here.
logging.getLogger("aiosipua").setLevel(logging.ERROR)

FIRST_REPEAT_S: Final = 0.5
"""T1 of RFC 3261: a request is repeated after this, then after twice as long, and so on."""
LONGEST_REPEAT_S: Final = 4.0
USER_AGENT: Final = "Sahayata"


class ServerAbsent(Exception):
    """Nobody listens at the server's address."""


class NoAnswer(Exception):
    """A request was not answered within its time limit."""


@dataclass(slots=True)
class _Exchange:
    """A request under way."""

    answer: asyncio.Future[SipResponse]
    on_provisional: Callable[[SipResponse], None] | None
    heard: bool = False


class SipLine:
    """A SIP user agent towards one server. ``alter``: see ``SipSocket``."""

    def __init__(self, server: Address, *, alter: Callable[[bytes], bytes] | None = None) -> None:
        self.socket = SipSocket(server, on_absent=self._absent, alter=alter)
        self.uac = SipUAC(self.socket)
        self.uas = SipUAS(self.socket, user_agent=USER_AGENT, uac=self.uac)
        self.on_absent: list[Callable[[], None]] = []
        """Called, each, when it turns out that nobody listens at the server's address."""
        self._exchanges: dict[tuple[str, str], _Exchange] = {}
        self._to_uas: MessageCallback | None = None

    @property
    def server(self) -> Address:
        """Where everything is sent."""
        return self.socket.server

    @property
    def local(self) -> Address:
        """Our own address, once opened."""
        return self.socket.local_addr

    async def open(self) -> None:
        """Open the socket. ``OSError`` when the server's name or address is of no use."""
        await self.uas.start()
        self._to_uas, self.socket.on_message = self.socket.on_message, self._on_message

    async def close(self) -> None:
        """Close the socket and stop what is under way."""
        await self.uas.stop()

    def forget(self, sip_call_id: str) -> None:
        """Drop what the library keeps of an incoming call that we ended: it does not do so."""
        self.uas._calls.pop(sip_call_id, None)

    async def answer_to(
        self,
        request: SipRequest,
        *,
        within_s: float,
        on_provisional: Callable[[SipResponse], None] | None = None,
        repeat: bool = True,
    ) -> SipResponse:
        """Wait for the final answer to a request that was sent, repeating it until it was heard.

        Raises:
            NoAnswer: none came in time.
            ServerAbsent: nobody listens there.
        """
        key = _key(request)
        exchange = _Exchange(asyncio.get_running_loop().create_future(), on_provisional)
        self._exchanges[key] = exchange
        repeating = asyncio.create_task(self._repeat(request, exchange)) if repeat else None
        try:
            async with asyncio.timeout(within_s):
                return await exchange.answer
        except TimeoutError as error:
            raise NoAnswer(f"no answer to {request.method} within {within_s:g} s") from error
        finally:
            if repeating is not None:
                repeating.cancel()
            del self._exchanges[key]

    async def _repeat(self, request: SipRequest, exchange: _Exchange) -> None:
        wait = FIRST_REPEAT_S
        while True:
            await asyncio.sleep(wait)
            if exchange.heard and request.method == "INVITE":
                return
            self.socket.send(request, self.server)
            wait = min(wait * 2, LONGEST_REPEAT_S)

    def _on_message(self, message: Message, addr: Address) -> None:
        if isinstance(message, SipRequest):
            self._take_request(message, addr)
            return
        if message.status_code >= 300 and _method(message) == "INVITE":
            self._acknowledge_refusal(message)
        self.uac.handle_response(message, addr)
        exchange = self._exchanges.get(_key(message))
        if exchange is None or exchange.answer.done():
            return
        exchange.heard = True
        if message.status_code >= 200:
            exchange.answer.set_result(message)
        elif exchange.on_provisional is not None:
            exchange.on_provisional(message)

    def _take_request(self, request: SipRequest, addr: Address) -> None:
        if request.method == "INVITE" and self.uas.transactions.match_request(request):
            return  # repeated: the first one is being worked on
        if self._to_uas is not None:
            self._to_uas(request, addr)

    def _acknowledge_refusal(self, refusal: SipResponse) -> None:
        """Send the ACK of a refusal: the INVITE's own Via, the refusal's To (17.1.1.3)."""
        transaction = self.uac.transactions.match_response(refusal)
        if transaction is None or transaction.request is None or refusal.cseq is None:
            return
        invite = transaction.request
        ack = SipRequest(method="ACK", uri=invite.uri)
        for name, source in (
            ("Via", invite),
            ("From", invite),
            ("To", refusal),
            ("Call-ID", invite),
            ("Max-Forwards", invite),
        ):
            ack.headers.set_single(name, source.get_header(name) or "")
        ack.headers.set_single("CSeq", stringify_cseq(CSeq(seq=refusal.cseq.seq, method="ACK")))
        self.socket.send(ack, self.server)

    def _absent(self) -> None:
        for tell in self.on_absent:
            tell()
        host, port = self.server
        for exchange in self._exchanges.values():
            if not exchange.answer.done():
                exchange.answer.set_exception(
                    ServerAbsent(f"nobody listens for calls at {host}:{port}")
                )


def _method(message: Message) -> str:
    cseq = message.cseq
    return cseq.method.upper() if cseq is not None else ""


def _key(message: Message) -> tuple[str, str]:
    via = message.via
    return (via[0].branch or "" if via else "", _method(message))
