"""A SIP peer that a test plays: it keeps every message and answers as the test says."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiortp.packet import RtpPacket
from aiosipua import SdpMessage, SipMessage, SipRequest, SipResponse, build_sdp, parse_sdp
from aiosipua.sdp import serialize_sdp

Address = tuple[str, int]
Answer = Callable[[SipRequest], None]
WAIT_S = 5.0


class Datagrams(asyncio.DatagramProtocol):
    """A UDP socket on loopback."""

    def __init__(self) -> None:
        self.transport: asyncio.DatagramTransport
        self.changed = asyncio.Event()
        self._closed = asyncio.Event()

    async def close(self) -> None:
        self.transport.close()
        await self._closed.wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    @property
    def address(self) -> Address:
        host, port = self.transport.get_extra_info("sockname")[:2]
        return host, port

    async def until(self, true: Callable[[], object], limit_s: float = WAIT_S) -> None:
        """Wait until something is so, looking after every packet."""
        async with asyncio.timeout(limit_s):
            while not true():
                self.changed.clear()
                await self.changed.wait()


class SipPeer(Datagrams):
    """The other side of the wire. ``answers`` by method says what to do with a request."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[SipRequest] = []
        self.responses: list[SipResponse] = []
        self.answers: dict[str, Answer] = {"BYE": self.ok, "CANCEL": self.ok, "REGISTER": self.ok}
        self.peer: Address = ("", 0)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.peer = addr
        message = SipMessage.parse(data)
        if isinstance(message, SipResponse):
            self.responses.append(message)
        else:
            self.requests.append(message)
            if answer := self.answers.get(message.method):
                answer(message)
        self.changed.set()

    def count(self, method: str) -> int:
        return len(self.of(method))

    def of(self, method: str) -> list[SipRequest]:
        return [r for r in self.requests if r.method == method]

    async def request(self, method: str, number: int = 1) -> SipRequest:
        """The so-manyth request of a method, waited for."""
        await self.until(lambda: self.count(method) >= number)
        return self.of(method)[number - 1]

    async def response(self, status: int, method: str) -> SipResponse:
        """The first response of a status to a method, waited for."""

        def found() -> list[SipResponse]:
            return [
                r
                for r in self.responses
                if r.status_code == status and r.cseq and r.cseq.method == method
            ]

        await self.until(found)
        return found()[0]

    def ok(self, request: SipRequest) -> None:
        self.reply(request, 200)

    def reply(
        self, request: SipRequest, status: int, *, sdp: SdpMessage | None = None, **headers: str
    ) -> None:
        response = SipResponse(status_code=status, reason_phrase="As The Test Says")
        for via in request.headers.get("via"):
            response.headers.append("Via", via)
        for name in ("From", "Call-ID", "CSeq"):
            response.headers.set_single(name, request.get_header(name) or "")
        to = request.get_header("To") or ""
        tag = "" if status == 100 or "tag=" in to else ";tag=peer"
        response.headers.set_single("To", to + tag)
        host, port = self.address
        response.headers.set_single("Contact", f"<sip:peer@{host}:{port}>")
        for header, value in headers.items():
            response.headers.set_single(header.replace("_", "-"), value)
        if sdp is not None:
            response.text = serialize_sdp(sdp)
            response.headers.set_single("Content-Type", "application/sdp")
        self.send(response)

    def within(self, invite: SipRequest, method: str, cseq: int = 1, body: str = "") -> SipRequest:
        """A request of ours inside a dialog that the other side began with ``invite``."""
        contact = invite.contact[0]
        request = SipRequest(method=method, uri=f"sip:{contact.uri.host}:{contact.uri.port}")
        self._head(request, method, cseq)
        request.headers.set_single("From", f"{invite.get_header('To')};tag=peer")
        request.headers.set_single("To", invite.get_header("From") or "")
        request.headers.set_single("Call-ID", invite.call_id or "")
        if body:
            request.text = body
            request.headers.set_single("Content-Type", "application/sdp")
        self.send(request)
        return request

    def invite(self, user: str, sdp: SdpMessage | None, call_id: str = "call-1") -> SipRequest:
        """Call somebody at the other side."""
        host, port = self.peer
        request = SipRequest(method="INVITE", uri=f"sip:{user}@{host}:{port}")
        self._head(request, "INVITE", 1, branch=f"z9hG4bK{call_id}")
        request.headers.set_single("From", "<sip:9@127.0.0.1>;tag=caller")
        request.headers.set_single("To", f"<sip:{user}@127.0.0.1>")
        request.headers.set_single("Call-ID", call_id)
        if sdp is not None:
            request.text = serialize_sdp(sdp)
            request.headers.set_single("Content-Type", "application/sdp")
        self.send(request)
        return request

    def follow(self, invite: SipRequest, method: str, to: str | None, cseq: int = 1) -> None:
        """Send ACK, CANCEL or BYE after an ``invite`` of ours; ``to`` is what the answer said."""
        request = SipRequest(method=method, uri=invite.uri)
        branch = "" if method != "CANCEL" else f"z9hG4bK{invite.call_id}"
        self._head(request, method, cseq, branch=branch or f"z9hG4bK{method}{invite.call_id}")
        request.headers.set_single("From", invite.get_header("From") or "")
        request.headers.set_single("To", to or invite.get_header("To") or "")
        request.headers.set_single("Call-ID", invite.call_id or "")
        self.send(request)

    def send(self, message: SipRequest | SipResponse) -> None:
        self.transport.sendto(bytes(message), self.peer)

    def _head(self, request: SipRequest, method: str, cseq: int, branch: str = "") -> None:
        host, port = self.address
        branch = branch or f"z9hG4bK{method}{cseq}{len(self.requests)}"
        request.headers.set_single("Via", f"SIP/2.0/UDP {host}:{port};branch={branch}")
        request.headers.set_single("CSeq", f"{cseq} {method}")
        request.headers.set_single("Max-Forwards", "70")
        request.headers.set_single("Contact", f"<sip:peer@{host}:{port}>")


class RtpPeer(Datagrams):
    """The other side of the voice: keeps every packet."""

    def __init__(self) -> None:
        super().__init__()
        self.packets: list[RtpPacket] = []

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.packets.append(RtpPacket.parse(data))
        self.changed.set()

    @property
    def payloads(self) -> list[bytes]:
        return [p.payload for p in self.packets if p.payload_type == 8]

    def sdp(self, payload_type: int = 8, name: str = "PCMA") -> SdpMessage:
        return build_sdp(*self.address, payload_type, name)

    def say(self, alaw: bytes, to: Address, *, ssrc: int = 7, payload_type: int = 8) -> None:
        """Send sound at once, as packets of 20 ms."""
        for number, at in enumerate(range(0, len(alaw), 160)):
            packet = RtpPacket(payload_type, 0, number, at, ssrc, alaw[at : at + 160])
            self.transport.sendto(packet.serialize(), to)


@asynccontextmanager
async def sip_peer(port: int = 0) -> AsyncIterator[SipPeer]:
    peer = SipPeer()
    await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: peer, local_addr=("127.0.0.1", port)
    )
    yield peer
    await peer.close()


@asynccontextmanager
async def rtp_peer(host: str = "127.0.0.1") -> AsyncIterator[RtpPeer]:
    peer = RtpPeer()
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: peer, local_addr=(host, 0))
    yield peer
    await peer.close()


def voice_of(message: SipRequest | SipResponse) -> Address:
    """Where a message says its sender listens."""
    address = parse_sdp(message.text).rtp_address
    assert address is not None
    return address


def digest_response(password: str, authorization: str, method: str) -> str:
    """What the digest of a request should be (RFC 2617 without qop)."""
    said = dict(
        part.strip().replace('"', "").split("=", 1)
        for part in authorization.removeprefix("Digest ").split(",")
    )
    who = _md5(f"{said['username']}:{said['realm']}:{password}")
    what = _md5(f"{method}:{said['uri']}")
    return _md5(f"{who}:{said['nonce']}:{what}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
