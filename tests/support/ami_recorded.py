"""What a real Asterisk 22.10.1 sent to a client of its manager, word for word.

- ``talks``: three callers, two operators, each talk with its end; a look in the middle of a talk.
- ``rings``: nobody answers, three callers give up; an operator with a Hindi name is put into a
  queue, paused, given another penalty, brought back and taken out; a look while two ring.
- ``everything``: one caller and one talk, to a user without a filter.

The looks have the ActionIDs ``s1`` (CoreStatus), ``s2`` (CoreShowChannels) and ``s3``
(QueueStatus), in the first two also the login, ``login``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from queue_manager.ami.address import Spelling
from queue_manager.ami.blocks import event_name
from queue_manager.ami.hang_ups import HangUpAsked
from queue_manager.ami.hearing import Hearing
from queue_manager.events import RoomEvent

FOLDER: Final = Path(__file__).parents[1] / "wire" / "recorded_ami"
SPELLING: Final = Spelling("q_", "SAHAYATA_CALL_ID", "SAHAYATA_TICKET")
HEARING: Final = Hearing(SPELLING)
GREETING: Final = b"Asterisk Call Manager/11.0.0\r\n"


def recorded(name: str) -> bytes:
    """Give all bytes of a recording, the greeting first."""
    return (FOLDER / f"{name}.txt").read_bytes().replace(b"\n", b"\r\n")


def blocks(name: str) -> list[bytes]:
    """Give the blocks of a recording, without the greeting and without their ends."""
    return [part for part in recorded(name)[len(GREETING) :].split(b"\r\n\r\n") if part]


def live_events(name: str) -> list[bytes]:
    """Give the events that are no answers."""
    events = [block for block in blocks(name) if block.startswith(b"Event: ")]
    return [block for block in events if b"\r\nActionID: " not in block]


def answer(name: str, action_id: str) -> list[bytes]:
    """Give the blocks of one answer, its events included."""
    mark = f"\r\nActionID: {action_id}".encode()
    return [block for block in blocks(name) if block.endswith(mark) or mark + b"\r\n" in block]


def heard(blocks: list[bytes], at: float = 0.0) -> list[RoomEvent]:
    """Read events that must all be events of the room."""
    found = [HEARING.hear(block, event_name(block), at) for block in blocks]
    assert None not in found
    return [one for one in found if one is not None and not isinstance(one, HangUpAsked)]


def event(name: str, kind: str, place: int = 0) -> bytes:
    """Give one event of a recording by its name."""
    start = f"Event: {kind}\r\n".encode()
    return [block for block in blocks(name) if block.startswith(start)][place]
