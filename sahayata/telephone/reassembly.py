"""From the packets that came in, in any order, to the sound that was sent.

Nothing is played while a call goes on, so there is no jitter buffer: packets are kept as they are
and put together afterwards, by sequence number and RTP time stamp. A packet that was lost leaves
silence of its own length; one that came late or twice does no harm. A sender that stood still for a
moment, as on a busy machine, goes on where it stopped: no word is torn by that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ivr.voice.codecs import decode_alaw
from sahayata.telephone.alaw import RATE, Samples

JUMP_S: Final = 2.0
"""A time stamp further than this from the clock is no gap: the sender began a new count, unless
the packet follows by number and time stamp: then we were late to take it in."""
FOLLOWS: Final = 500
"""Packets further apart by number than this do not follow each other: ten seconds."""
STALL_S: Final = 0.5
"""Packets that follow each other by number, this far apart at most, are one sound; longer is a
pause. Asterisk moves its time stamps on when it is over 80 ms late (``res_rtp_asterisk.c``)."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet of A-law as it came in."""

    at: float
    """When it came, in seconds from the beginning of the recording."""
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


@dataclass(slots=True)
class _Run:
    """Packets of one sender with one count of time."""

    first: Packet
    timestamp: int
    """Of the newest packet, counted on beyond 32 bits."""
    base: int
    """The sample at which the first packet belongs."""
    last: Packet
    """The one that was taken in last."""
    packets: list[tuple[int, Packet]] = field(default_factory=list)
    """Each with its ``offset``."""

    def offset(self, packet: Packet) -> int:
        """Where a packet belongs, in samples from the first one; may be negative."""
        return self.timestamp + _signed(packet.timestamp - self.timestamp, 32) - self._start

    @property
    def _start(self) -> int:
        return self.first.timestamp

    def continues(self, packet: Packet) -> bool:
        """Whether the packet's time stamp agrees with the clock, or with the packet before it."""
        drift = self.offset(packet) / RATE - (packet.at - self.first.at)
        return abs(drift) < JUMP_S or self._follows(packet)

    def _follows(self, packet: Packet) -> bool:
        number = _signed(packet.sequence - self.last.sequence, 16)
        moved = _signed(packet.timestamp - self.last.timestamp, 32)
        between = (number - 1) * len(packet.payload)
        hole = moved - len(self.last.payload) - between
        return 0 < number <= FOLLOWS and 0 <= hole <= STALL_S * RATE

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """Give sound and the sample it begins at, last first.

        What was said before a stall comes later by the length of the stall, so that what follows it
        keeps its time and nothing lands on what was said earlier.
        """
        following, later = None, 0
        for offset, packet in sorted(self.packets, key=lambda item: item[0], reverse=True):
            if following is not None:
                then, after = following
                hole = then - offset - len(packet.payload)
                next_one = _signed(after.sequence - packet.sequence, 16) == 1
                if hole > 0:
                    later = later + hole if next_one and hole <= STALL_S * RATE else 0
            yield self.base + offset + later, packet.payload
            following = offset, packet


def reassemble(packets: Iterable[Packet], *, until_s: float, limit_s: float) -> Samples:
    """Put the packets, given in the order they came, where they belong in time.

    The result begins at second 0 and lasts until ``until_s`` (longer when packets say so, never
    longer than ``limit_s``); what was not received is silence.
    """
    runs: list[_Run] = []
    for packet in packets:
        run = next((r for r in reversed(runs) if r.first.ssrc == packet.ssrc), None)
        if run is None or not run.continues(packet):
            run = _Run(packet, packet.timestamp, base=round(packet.at * RATE), last=packet)
            runs.append(run)
        offset = run.offset(packet)
        run.timestamp = max(run.timestamp, run.first.timestamp + offset)
        run.packets.append((offset, packet))
        run.last = packet
    limit = round(limit_s * RATE)
    pieces = [piece for run in runs for piece in run.pieces()]
    end = max([round(until_s * RATE), *(at + len(payload) for at, payload in pieces)])
    heard = np.zeros(max(0, min(end, limit)), dtype=np.int16)
    for at, payload in pieces:
        sound = decode_alaw(payload)[max(0, -at) :]
        begin = max(0, at)
        room = heard[begin : begin + len(sound)]
        room[:] = sound[: len(room)]
    return heard


def lost(packets: Iterable[Packet]) -> int:
    """How many packets are missing between the first and the last of each sender."""
    missing = 0
    newest: dict[int, int] = {}
    seen: dict[int, set[int]] = {}
    for packet in packets:
        last = newest.setdefault(packet.ssrc, packet.sequence)
        number = last + _signed(packet.sequence - last, 16)
        newest[packet.ssrc] = max(last, number)
        seen.setdefault(packet.ssrc, set()).add(number)
    for numbers in seen.values():
        missing += max(numbers) - min(numbers) + 1 - len(numbers)
    return missing


def _signed(difference: int, bits: int) -> int:
    """Read a difference of two counters that wrap round as the nearest signed number."""
    half = 1 << (bits - 1)
    return ((difference + half) % (1 << bits)) - half
