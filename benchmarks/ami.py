"""Bytes of Asterisk's manager to typed events, against panoramisk's own dispatch.

Both are handed the same stream of a real Asterisk in the same pieces, in turns, and both end with a
call of one function: ours with the typed, checked and counted event, by way of the fence that runs
in the room, panoramisk's with the message of strings that it hands to a callback. The socket before
it and the queue after it are the same for both and left out.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager

from benchmarks.result import Limit, Row, ratios
from ivr import names
from queue_manager.ami.address import Spelling
from queue_manager.ami.fence import Wire
from queue_manager.ami.gathering import Gathering
from queue_manager.ami.intake import Intake
from queue_manager.ami.limits import Limits
from sahayata.settings import PROJECT

RECORDED: Final = PROJECT / "tests" / "wire" / "recorded_ami"
GREETING: Final = b"Asterisk Call Manager/11.0.0\r\n"
SPELLING: Final = Spelling(names.QUEUE_PREFIX, names.CALL_ID, names.TICKET)
PIECE: Final = 4096
"""What a read brings on a busy link."""
EVENTS: Final = 4_000
TURNS: Final = 10
"""So many events a turn, and turns a round."""

Take = Callable[[bytes], None]


def run(rounds: int, events: int = EVENTS) -> Sequence[Row]:
    """Measure both on what the listener is sent, and on what a user without a filter is sent."""
    return asyncio.run(_run(rounds, events))


async def _run(rounds: int, events: int) -> Sequence[Row]:
    rows: list[Row] = []
    for title, recordings, must in (
        ("the listener's events", ("talks", "rings"), Limit(3, at_least=True)),
        ("all events, no filter", ("everything",), None),
    ):
        stream, count = _stream(recordings, events)
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(rounds):
            # In short turns: the speed of a shared machine changes within a round.
            spent = [(_measure(_ours, stream), _measure(_panoramisk, stream)) for _ in range(TURNS)]
            ours.append(count * TURNS / sum(mine for mine, _ in spent))
            theirs.append(count * TURNS / sum(other for _, other in spent))
        rows += [
            Row(f"{title}: ours, typed", "/s", ours),
            Row(f"{title}: panoramisk's dispatch", "/s", theirs),
            Row("ours ÷ panoramisk's", "×", ratios(ours, theirs), must),
        ]
    rows.append(
        Row(
            "a look at 1,000 operators and 300 calls: read",
            "ms",
            [_look() * 1e3 for _ in range(rounds)],
            note="three queues each; Asterisk's own time not in it",
        )
    )
    return rows


def _look() -> float:
    """Say how many seconds of CPU the answers to one look take."""
    whole = [block + b"\r\n\r\n" for block in _many()]
    pieces = [b"".join(whole[start : start + 10]) for start in range(0, len(whole), 10)]
    told: deque[Any] = deque()
    intake = Intake(SPELLING, Limits(), told.append, flooded=_never, doubted=_never)
    wire = Wire(intake.heard, Limits(), time.monotonic)
    wire.greeted.set_result(None)
    gc.collect()
    began = time.process_time()
    gathered = intake.gather(Gathering(0.0, "s3", "s2", SPELLING))
    for piece in pieces:
        wire.data_received(piece)
    intake.tell_gathered("bench")
    took_s = time.process_time() - began
    assert gathered.done()
    snapshot = told[0]
    assert (len(snapshot.members), len(snapshot.talks), len(snapshot.waiting)) == (3000, 200, 100)
    return took_s


def _many() -> Iterator[bytes]:
    """Give the answers of a large room: 200 talk, 100 wait, 1,000 sit at three queues each."""
    talk = [block for block in _blocks("talks") if block.startswith(b"Event: CoreShowChannel\r")]
    (member, entry) = (
        next(block for block in _blocks("rings") if block.startswith(b"Event: %b\r" % kind))
        for kind in (b"QueueMember", b"QueueEntry")
    )
    caller, leg = talk
    for call in range(300):
        channel = b"1795304149.%d" % (10_000 + call)
        here = caller.replace(b"1795304149.5", channel)
        bridge = b"bridge-%d" % call
        if call < 200:
            yield here.replace(b"0c55deff-15b1-4459-9c47-c009e743c8fa", bridge)
            there = leg.replace(b"0c55deff-15b1-4459-9c47-c009e743c8fa", bridge)
            yield there.replace(b"1795304178.10", b"1795304178.%d" % call)
        else:
            yield here.replace(b"0c55deff-15b1-4459-9c47-c009e743c8fa", b"")
    yield b"Event: CoreShowChannelsComplete\r\nActionID: s2"
    for queue in (b"q_food", b"q_ration", b"q_general"):
        for operator in range(1000, 2000):
            there = member.replace(b"PJSIP/224", b"PJSIP/%d" % operator)
            yield there.replace(b"q_medical", queue)
    for call in range(200, 300):
        yield entry.replace(b"1795304374.13", b"1795304149.%d" % (10_000 + call))
    yield b"Event: QueueStatusComplete\r\nActionID: s3"


def _stream(recordings: Sequence[str], least: int) -> tuple[list[bytes], int]:
    """Give pieces with at least so many live events, and how many there are."""
    data = b"".join(
        block + b"\r\n\r\n"
        for name in recordings
        for block in _blocks(name)
        if block.startswith(b"Event: ") and b"\r\nActionID: " not in block
    )
    once = data.count(b"\r\n\r\n")
    times = -(-least // once)
    whole = data * times
    pieces = [whole[start : start + PIECE] for start in range(0, len(whole), PIECE)]
    return pieces, once * times


def _blocks(name: str) -> list[bytes]:
    text = (RECORDED / f"{name}.txt").read_bytes().replace(b"\n", b"\r\n")
    return text.removeprefix(GREETING).split(b"\r\n\r\n")


def _measure(arm: Callable[[Callable[[Any], None]], Take], stream: Sequence[bytes]) -> float:
    """Say how many seconds of CPU an arm takes for a stream."""
    told: deque[Any] = deque(maxlen=1)  # let go at once, as an event that was applied
    take = arm(told.append)
    gc.collect()
    began = time.process_time()
    for piece in stream:
        take(piece)
    took_s = time.process_time() - began
    assert told, "nothing was told"
    return took_s


def _ours(put: Callable[[Any], None]) -> Take:
    intake = Intake(SPELLING, Limits(), put, flooded=_never, doubted=_never)
    intake.gather(Gathering(0.0, "", "", SPELLING))
    intake.tell_gathered("bench")
    wire = Wire(intake.heard, Limits(), time.monotonic)
    wire.greeted.set_result(None)
    return wire.data_received


def _panoramisk(put: Callable[[Any], None]) -> Take:
    manager = Manager()
    manager.loop = asyncio.get_running_loop()
    manager.register_event("*", lambda _, event: put(event))
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.encoding = "utf8"
    protocol.factory = manager
    take: Take = protocol.data_received
    return take


def _never() -> None:
    raise AssertionError("the recorded events are neither broken nor too many")
