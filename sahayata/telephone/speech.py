"""What a telephone sends: a packet every 20 ms, silence when nobody speaks, keys as RFC 4733 says.

Silence is sent all the time, as a real telephone does: Asterisk takes its clock from it while a key
is down. Nothing here touches a socket or a clock; ``Speech.next_packet`` is called once per 20 ms.
"""

from __future__ import annotations

import secrets
from collections import deque
from typing import Final

from aiortp.dtmf import DTMF_EVENTS, DtmfEvent
from aiortp.packet import RtpPacket

from sahayata.telephone.alaw import FRAME, SILENCE

PCMA: Final = 8
"""RTP payload type of A-law (RFC 3551)."""
TELEPHONE_EVENT: Final = 101
"""Payload type we offer for keys."""
TICK_S: Final = 0.02
TONE_FRAMES: Final = 5
"""A key is down for 100 ms; 40 is the least the network must notice, people press for 100."""
GAP_FRAMES: Final = 2
"""After the end packets: 100 ms between two keys in all, five keys a second."""
END_PACKETS: Final = 3
"""The end of a key is said three times (RFC 4733, 2.5.1.4): a lost packet loses no key."""
VOLUME: Final = 10
"""Of a key, in dB below full scale, without the sign."""


class Speech:
    """The packets of one call, in the order they are sent."""

    def __init__(self, *, key_payload_type: int = TELEPHONE_EVENT) -> None:
        self.key_payload_type = key_payload_type
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(16)
        self._timestamp = secrets.randbits(32)
        self._keys: deque[deque[DtmfEvent | None]] = deque()
        self._event_timestamp: int | None = None
        self._sound: deque[bytes] = deque()
        self._begun = False

    def press(self, keys: str) -> None:
        """Press these keys one after another. ``ValueError`` for what is no key."""
        if strange := set(keys) - set(DTMF_EVENTS):
            raise ValueError(f"{sorted(strange)} are no keys")
        self._keys.extend(_key_frames(key) for key in keys)

    def say(self, alaw: bytes) -> None:
        """Say this after what is being said. The last frame is filled up with silence."""
        self._sound.extend(
            alaw[at : at + FRAME].ljust(FRAME, SILENCE) for at in range(0, len(alaw), FRAME)
        )

    @property
    def idle(self) -> bool:
        """Whether nothing is left to be pressed or said."""
        return not self._keys and not self._sound

    def next_packet(self) -> RtpPacket:
        """Return the packet of the next 20 ms: a key, sound, or silence."""
        event = self._next_event()
        if event is not None:
            packet = self._event_packet(event)
        else:
            self._event_timestamp = None
            payload = self._sound.popleft() if self._sound else SILENCE * FRAME
            packet = self._packet(PCMA, self._timestamp, payload, marker=not self._begun)
            self._begun = True
        self._sequence = (self._sequence + 1) % (1 << 16)
        self._timestamp = (self._timestamp + FRAME) % (1 << 32)
        return packet

    def _next_event(self) -> DtmfEvent | None:
        if not self._keys:
            return None
        frames = self._keys[0]
        event = frames.popleft()
        if not frames:
            self._keys.popleft()
        return event

    def _event_packet(self, event: DtmfEvent) -> RtpPacket:
        # All packets of one key carry the time stamp of its beginning (RFC 4733, 2.2.2).
        begins = self._event_timestamp is None
        if self._event_timestamp is None:
            self._event_timestamp = self._timestamp
        return self._packet(
            self.key_payload_type, self._event_timestamp, event.serialize(), marker=begins
        )

    def _packet(
        self, payload_type: int, timestamp: int, payload: bytes, *, marker: bool
    ) -> RtpPacket:
        return RtpPacket(
            payload_type=payload_type,
            marker=int(marker),
            sequence_number=self._sequence,
            timestamp=timestamp,
            ssrc=self._ssrc,
            payload=payload,
        )


def _key_frames(key: str) -> deque[DtmfEvent | None]:
    """One key: pressed, released three times over, then a pause."""
    code = DTMF_EVENTS[key]
    down = [DtmfEvent(code, False, VOLUME, FRAME * n) for n in range(1, TONE_FRAMES + 1)]
    up = [DtmfEvent(code, True, VOLUME, FRAME * TONE_FRAMES)] * END_PACKETS
    return deque([*down, *up, *[None] * GAP_FRAMES])
