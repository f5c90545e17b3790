"""Whether a call would be taken now: asked of the parts themselves, from outside."""

from __future__ import annotations

import asyncio
import secrets
from typing import Final

from sahayata.settings import Settings

AGI_LIMIT_S: Final = 3.0
SIP_LIMIT_S: Final = 2.0


async def answers_agi(port: int, limit_s: float = AGI_LIMIT_S) -> bool:
    """Tell whether our server serves: it closes a line on which nothing is said.

    A process that hangs is connected to by the kernel all the same, and closes nothing.
    """
    try:
        async with asyncio.timeout(limit_s):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write_eof()
                return await reader.read(1) == b""
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


async def answers_http(port: int, limit_s: float) -> bool:
    """Tell whether a web server of ours answers anything at all."""
    try:
        async with asyncio.timeout(limit_s):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET / HTTP/1.0\r\n\r\n")
                return await reader.read(1) != b""
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


class _Hearer(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Keep the first answer."""
        if not self.heard.done():
            self.heard.set_result(data)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there."""
        if not self.heard.done():
            self.heard.set_result(b"")


async def answers_sip(settings: Settings, limit_s: float = SIP_LIMIT_S) -> bool:
    """Tell whether the short code can be called: Asterisk answers OPTIONS for it with 200."""
    host, port = settings.sip_host, settings.ports.sip
    code = settings.district.helpline.short_code
    loop = asyncio.get_running_loop()
    transport, hearer = await loop.create_datagram_endpoint(_Hearer, remote_addr=(host, port))
    try:
        own_host, own_port = transport.get_extra_info("sockname")[:2]
        mark = secrets.token_hex(8)
        where = f"[{own_host}]" if ":" in own_host else own_host
        there = f"[{host}]" if ":" in host else host
        transport.sendto(
            "\r\n".join(
                (
                    f"OPTIONS sip:{code}@{there}:{port} SIP/2.0",
                    f"Via: SIP/2.0/UDP {where}:{own_port};rport;branch=z9hG4bK{mark}",
                    "Max-Forwards: 1",
                    f"From: <sip:sahayata-up@{where}>;tag={mark}",
                    f"To: <sip:{code}@{there}>",
                    f"Call-ID: {mark}",
                    "CSeq: 1 OPTIONS",
                    "Content-Length: 0",
                    "\r\n",
                )
            ).encode()
        )
        async with asyncio.timeout(limit_s):
            return (await hearer.heard).startswith(b"SIP/2.0 200")
    except (OSError, TimeoutError):
        return False
    finally:
        transport.close()
