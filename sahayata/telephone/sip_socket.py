"""The UDP socket under a SIP user agent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiosipua import SipRequest, SipResponse, SipTransport

Address = tuple[str, int]
Message = SipRequest | SipResponse


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, owner: SipSocket) -> None:
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


class SipSocket(SipTransport):
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
