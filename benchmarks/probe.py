"""One telephone that measures: how long from the answer to the first sound.

The times are those at which the kernel received the packets, so that a busy machine delays neither.
The telephone sends voice at once, as a real one does: Asterisk's ``Answer`` waits for it.
"""

from __future__ import annotations

import re
import select
import socket
import struct
import time
from typing import Final

SO_TIMESTAMPNS: Final = 35
SILENCE: Final = b"\xd5" * 160
"""20 ms of nothing in A-law."""
FRAME_S: Final = 0.02
LIMIT_S: Final = 5.0
TO_TAG: Final = re.compile(rb"^To: *(.*)$", re.MULTILINE | re.IGNORECASE)
VOICE: Final = re.compile(rb"^m=audio (\d+)", re.MULTILINE)


class NoSound(Exception):
    """The call was not answered, or nothing was heard in time."""


class Probe:
    """A telephone at one address of this machine."""

    def __init__(self, server_port: int, own_port: int, voice_port: int) -> None:
        self._server = ("127.0.0.1", server_port)
        self._sip = _socket(own_port)
        self._voice = _socket(voice_port)
        self._own_port = own_port
        self._voice_port = voice_port
        self._calls = 0

    def close(self) -> None:
        """Give the ports back."""
        self._sip.close()
        self._voice.close()

    def first_sound_s(self, number: str) -> float:
        """Call, wait for the first sound, hang up; return seconds from the answer to the sound.

        Raises ``NoSound``.
        """
        self._calls += 1
        _empty(self._voice)
        call = f"probe-{self._own_port}-{self._calls}-{time.monotonic_ns()}"
        self._send(number, call, "INVITE", 1, "")
        answered, answer = self._answer(call)
        to = TO_TAG.search(answer)
        voice = VOICE.search(answer)
        if to is None or voice is None:
            raise NoSound("an answer without a voice")
        there = to[1].decode().strip()
        self._send(number, call, "ACK", 1, there)
        try:
            return self._first_sound(int(voice[1])) - answered
        finally:
            self._send(number, call, "BYE", 2, there)
            self._answer(call)

    def _first_sound(self, port: int) -> float:
        began = time.monotonic()
        sent = 0
        while time.monotonic() < began + LIMIT_S:
            head = struct.pack("!BBHII", 0x80, 8, sent, sent * 160, self._calls)
            self._voice.sendto(head + SILENCE, ("127.0.0.1", port))
            sent += 1
            wait_s = max(0.0, began + sent * FRAME_S - time.monotonic())
            if select.select([self._voice], [], [], wait_s)[0]:
                return _receive(self._voice)[0]
        raise NoSound("nothing was heard")

    def _answer(self, call: str) -> tuple[float, bytes]:
        """Wait for the final answer to what was sent last in a call."""
        until = time.monotonic() + LIMIT_S
        while (left := until - time.monotonic()) > 0:
            if not select.select([self._sip], [], [], left)[0]:
                break
            at, data = _receive(self._sip)
            if call.encode() in data and data.startswith(b"SIP/2.0 2"):
                return at, data
        raise NoSound("no answer")

    def _send(self, number: str, call: str, method: str, sequence: int, to: str) -> None:
        offer = "" if method != "INVITE" else _offer(self._voice_port)
        user = f"97{self._own_port}{self._calls % 1000:03}"
        lines = [
            f"{method} sip:{number}@127.0.0.1:{self._server[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self._own_port};branch=z9hG4bK{call}{method}",
            f"From: <sip:{user}@127.0.0.1>;tag={call}",
            f"To: {to or f'<sip:{number}@127.0.0.1>'}",
            f"Call-ID: {call}",
            f"CSeq: {sequence} {method}",
            f"Contact: <sip:{user}@127.0.0.1:{self._own_port}>",
            "Max-Forwards: 70",
            *(["Content-Type: application/sdp"] if offer else []),
            f"Content-Length: {len(offer)}",
            "",
            offer,
        ]
        self._sip.sendto("\r\n".join(lines).encode(), self._server)


def _offer(port: int) -> str:
    lines = ("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0")
    return "\r\n".join((*lines, f"m=audio {port} RTP/AVP 8", "a=rtpmap:8 PCMA/8000", ""))


def _socket(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    made.bind(("127.0.0.1", port))
    return made


def _receive(line: socket.socket) -> tuple[float, bytes]:
    """Receive a packet and when the kernel got it."""
    data, extras, _, _ = line.recvmsg(8192, 256)
    for level, kind, value in extras:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", value[:16])
            return seconds + nanoseconds / 1e9, data
    raise RuntimeError("the kernel gave no time")


def _empty(line: socket.socket) -> None:
    while select.select([line], [], [], 0)[0]:
        line.recv(8192)
