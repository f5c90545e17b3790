"""The voice of one call: an RTP socket that speaks every 20 ms and keeps all it hears."""

from __future__ import annotations

import asyncio
import socket
from bisect import bisect_left
from typing import Final

from aiortp.packet import RtpPacket

from sahayata.telephone.alaw import RATE, Samples, loudness
from sahayata.telephone.reassembly import Packet, reassemble
from sahayata.telephone.sip_socket import Address
from sahayata.telephone.speech import PCMA, TICK_S, Speech

LOUD: Final = 60.0
"""Mean size of samples above which somebody speaks: line noise is below 20, a whisper above 200."""
LARGEST_PAYLOAD: Final = RATE // 5
"""Bytes in a packet: 200 ms. Larger ones are not telephone voice."""

GONE_S: Final = 3.0
"""The far end is gone when its machine has refused our voice for so long: a far end that has just
hung up refuses it too, until its BYE is here."""
REFUSED_AGAIN_S: Final = 2.5
"""A machine says so once a second at most (icmp(7)); what is rarer than this is something past."""
RECEIVE_ERRORS: Final = {socket.AF_INET: (0, 11), socket.AF_INET6: (41, 25)}
"""``IP_RECVERR`` and ``IPV6_RECVERR`` of Linux, which Python has no names for (ip(7), ipv6(7))."""
KEPT_BYTES: Final = 1 << 20
"""What the machine keeps for us while this process stands still; it may grant less."""


class Voice(asyncio.DatagramProtocol):
    """Both directions of the voice of a call.

    Packets are kept as they come, at most ``limit_s`` seconds of them, and only from the host that
    the call was made to or that it named for its voice: what anybody else sends is dropped.
    """

    def __init__(self, *, host: str, limit_s: float) -> None:
        self.speech = Speech()
        self.packets: list[Packet] = []
        self.peer: Address | None = None
        """Where to send; known once the far end has said so in SDP."""
        self.last_loud = -1.0
        """When somebody last spoke, as ``now`` counts; -1 before anybody did."""
        self._host = host
        self._limit_s = limit_s
        self._refused_since = self._refused_last = -REFUSED_AGAIN_S
        self._most = round(limit_s / TICK_S)
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._transport: asyncio.DatagramTransport | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._idle = asyncio.Event()
        self._closed = asyncio.Event()

    @classmethod
    async def open(cls, *, local_host: str, host: str, limit_s: float) -> Voice:
        """Open a socket on a free port and begin to send as soon as ``peer`` is set."""
        loop = asyncio.get_running_loop()
        voice = cls(host=host, limit_s=limit_s)
        transport, _ = await loop.create_datagram_endpoint(
            lambda: voice, local_addr=(local_host, 0)
        )
        own = transport.get_extra_info("socket")
        own.setsockopt(*RECEIVE_ERRORS[own.family], 1)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KEPT_BYTES)
        voice._ticking = loop.create_task(voice._tick())
        return voice

    @property
    def port(self) -> int:
        """The port to be named in SDP."""
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    @property
    def now(self) -> float:
        """Seconds since the socket was opened."""
        return self._loop.time() - self._began

    @property
    def gone(self) -> bool:
        """Whether nobody listens any more where we speak to."""
        return self._refused_last - self._refused_since > GONE_S

    def sound(self, since: float = 0.0) -> Samples:
        """Put together what was heard so far, from a moment on that ``now`` has told."""
        begin = max(0.0, since)
        packets = self.packets[bisect_left(self.packets, begin, key=lambda packet: packet.at) :]
        sound = reassemble(packets, until_s=self.now, limit_s=self._limit_s)
        return sound[round(begin * RATE) :]

    async def press(self, keys: str) -> None:
        """Press keys; returns when the last one was released. ``ValueError`` for no key."""
        self.speech.press(keys)
        await self._until_idle()

    async def say(self, alaw: bytes) -> None:
        """Say something; returns when it was said."""
        self.speech.say(alaw)
        await self._until_idle()

    async def _until_idle(self) -> None:
        self._idle.clear()
        await self._idle.wait()

    async def close(self) -> None:
        """Stop sending and free the port."""
        # Everything is begun before the first wait: a cancelled close frees the port all the same.
        if self._ticking is not None:
            self._ticking.cancel()
        if self._transport is not None:
            self._transport.close()
            await self._closed.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket, which in Python 3.11 is no ``DatagramTransport`` by class."""
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the port is free."""
        self._closed.set()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Keep a packet of A-law; let everything else go by: RTCP, keys, strangers."""
        known = addr[0] == self._host or (self.peer is not None and addr[0] == self.peer[0])
        if not known or len(self.packets) >= self._most:
            return
        try:
            packet = RtpPacket.parse(data)
        except ValueError:
            return
        if packet.payload_type != PCMA or not 0 < len(packet.payload) <= LARGEST_PAYLOAD:
            return
        now = self.now
        self._refused_since = self._refused_last
        self.packets.append(
            Packet(now, packet.sequence_number, packet.timestamp, packet.ssrc, packet.payload)
        )
        if loudness(packet.payload) > LOUD:
            self.last_loud = now

    def error_received(self, exc: Exception) -> None:
        """Note since when the far end's machine says that nobody listens."""
        if not isinstance(exc, ConnectionRefusedError):
            return
        now = self.now
        if now - self._refused_last > REFUSED_AGAIN_S:
            self._refused_since = now
        self._refused_last = now

    async def _tick(self) -> None:
        loop = self._loop
        due = loop.time()
        while True:
            due += TICK_S
            # After a stall of this process the lost ticks are skipped, not sent in a burst.
            due = max(due, loop.time() - TICK_S)
            await asyncio.sleep(due - loop.time())
            if self.peer is not None and self._transport is not None:
                self._transport.sendto(self.speech.next_packet().serialize(), self.peer)
                if self.speech.idle:
                    self._idle.set()
