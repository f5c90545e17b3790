"""One SIP socket: aiosipua's two halves on it, and what that library leaves to its user.

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

from aiosipua import CSeq, SipRequest, SipResponse, SipTransport, SipUAC, SipUAS
from aiosipua.headers import stringify_cseq
from aiosipua.transport import MessageCallback

# At INFO the library writes the addresses of both parties, whole telephone numbers; its warnings
# are about what is told by outcomes here.
logging.getLogger("aiosipua").setLevel(logging.ERROR)

FIRST_REPEAT_S: Final = 0.5
"""T1 of RFC 3261: a request is repeated after this, then after twice as long, and so on."""
LONGEST_REPEAT_S: Final = 4.0
USER_AGENT: Final = "Sahayata"

Address = tuple[str, int]
Message = SipRequest | SipResponse


class ServerAbsent(Exception):
    """Nobody listens at the server's address."""


class NoAnswer(Exception):
    """A request was not answered within its time limit."""


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, owner: Socket) -> None:
        self._owner = owner

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # aiosipua asserts the type here, which on Python 3.11 no UDP socket of asyncio has.
        self._owner.adopt(transport)  # type: ignore[arg-type]

    def connection_lost(self, exc: Exception | None) -> None:
        self._owner.closed.set()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._owner.receive(data, addr)

    def error_received(self, exc: Exception) -> None:
        self._owner.failed(exc)


class Socket(SipTransport):
    """A UDP socket that speaks with one server only; the kernel drops what others send.

    ``alter`` changes the bytes of each request before it is sent, so that a test can send what
    nobody should. ``on_absent`` is called when the server's machine says that nobody listens.
    """

    def __init__(
        self,
        server: Address,
        *,
        on_absent: Callable[[], None],
        alter: Callable[[bytes], bytes] | None = None,
    ) -> None:
        super().__init__()
        self.server = server
        self.peer_host = server[0]
        """The server's IP address, once opened."""
        self._on_absent = on_absent
        self._alter = alter
        self._transport: asyncio.DatagramTransport | None = None
        self.closed = asyncio.Event()
        """Set when the port is free again."""

    async def start(self) -> None:
        """Take a free port of the address from which the server is reached."""
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: _Datagrams(self), remote_addr=self.server)

    async def stop(self) -> None:
        """Free the port."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
            await self.closed.wait()

    def send(self, message: Message, addr: Address) -> None:
        """Send a message to the server, whatever address ``addr`` names; nothing once stopped."""
        if self._transport is None:
            return
        raw = bytes(message)
        if self._alter is not None and isinstance(message, SipRequest):
            raw = self._alter(raw)
        self._transport.sendto(raw)

    def adopt(self, transport: asyncio.DatagramTransport) -> None:
        """Take the socket that was opened."""
        self._transport = transport
        name = transport.get_extra_info("sockname")
        self.local_addr = (str(name[0]), int(name[1]))
        self.peer_host = str(transport.get_extra_info("peername")[0])

    def receive(self, data: bytes, addr: Address) -> None:
        """Take a message that came in."""
        self._dispatch(data, (str(addr[0]), int(addr[1])))

    def failed(self, exc: Exception) -> None:
        """Tell of a server that is not there."""
        if isinstance(exc, ConnectionRefusedError):
            self._on_absent()


@dataclass(slots=True)
class _Exchange:
    """A request under way."""

    answer: asyncio.Future[SipResponse]
    on_provisional: Callable[[SipResponse], None] | None
    heard: bool = False


class SipLine:
    """A SIP user agent towards one server. ``alter``: see ``Socket``."""

    def __init__(self, server: Address, *, alter: Callable[[bytes], bytes] | None = None) -> None:
        self.socket = Socket(server, on_absent=self._absent, alter=alter)
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
