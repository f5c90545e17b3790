"""A manager of Asterisk's with a crowd behind it, for the bench of the room: only its words.

``python -m benchmarks.room_crowd PORT OPERATORS EVENTS_PER_S`` listens at PORT and lets the
operators take one call after another, ``TALKS`` of them at a time. Each ``MARKED_EACH``th event
pauses one of the first operators, who take no calls, for a reason that is a mark
(``benchmarks.room_marks``). The line ``cut`` on its input cuts every connection, ``stop`` lets
nothing happen any more; the moment is told on its output.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from typing import Final

from benchmarks.room_marks import mark
from tests.support.ami_server import AmiServer

QUEUES: Final = ("food", "ration", "medical", "psych", "general")
OF_EACH: Final = 2
"""Queues that an operator sits in."""
TALKS: Final = 300
MARKED: Final = 100
"""Operators who are marked in turn, a fourth of them at most: none twice within what is slow."""
MARKED_EACH: Final = 40
FIRST: Final = 1000
"""The first operator's extension."""
TICK_S: Final = 0.005

_HEAD = (
    "Privilege: agent,all\r\nTimestamp: 1795304165.133753\r\nChannel: PJSIP/anonymous-{0:08x}\r\n"
    "ChannelState: 6\r\nChannelStateDesc: Up\r\nCallerIDNum: 98100{0:05}\r\n"
    "CallerIDName: <unknown>\r\nConnectedLineNum: <unknown>\r\nConnectedLineName: <unknown>\r\n"
    "Language: hi\r\nAccountCode: \r\nContext: to-queue\r\nExten: s\r\nPriority: 13\r\n"
    "Uniqueid: {0}.1\r\nLinkedid: {0}.1\r\nChanVariable: SAHAYATA_CALL_ID=vm.1-ab-{0}.1\r\n"
    "ChanVariable: SAHAYATA_TICKET={0:010}\r\nChanVariable: SAHAYATA_QUEUE={1}\r\n"
)
_LEG = (
    "DestChannel: PJSIP/{2}-{0:08x}\r\nDestChannelState: 6\r\nDestChannelStateDesc: Up\r\n"
    "DestCallerIDNum: {2}\r\nDestCallerIDName: {2}\r\nDestConnectedLineNum: 98100{0:05}\r\n"
    "DestLanguage: hi\r\nDestContext: operators\r\nDestExten: s\r\nDestPriority: 1\r\n"
    "DestUniqueid: {0}.2\r\nDestLinkedid: {0}.1\r\n"
)
_END = "Queue: q_{1}\r\nInterface: PJSIP/{2}\r\nMemberName: {2}\r\n"
JOIN = "Event: QueueCallerJoin\r\n" + _HEAD + "Queue: q_{1}\r\nPosition: 1\r\nCount: 1\r\n\r\n"
LEAVE = "Event: QueueCallerLeave\r\n" + _HEAD + "Queue: q_{1}\r\nCount: 0\r\nPosition: 1\r\n\r\n"
CALLED = "Event: AgentCalled\r\n" + _HEAD + _LEG + _END + "\r\n"
CONNECT = "Event: AgentConnect\r\n" + _HEAD + _LEG + _END + "HoldTime: 1\r\nRingTime: 1\r\n\r\n"
COMPLETE = (
    "Event: AgentComplete\r\n" + _HEAD + _LEG + _END
    + "HoldTime: 1\r\nTalkTime: 9\r\nReason: agent\r\n\r\n"
)  # fmt: skip
HANGUP = "Event: Hangup\r\n" + _HEAD + "Cause: 16\r\nCause-txt: Normal Clearing\r\n\r\n"
MEMBER = (
    "Queue: q_{0}\r\nMemberName: {1}\r\nInterface: PJSIP/{1}\r\nStateInterface: PJSIP/{1}\r\n"
    "Membership: static\r\nPenalty: 0\r\nCallsTaken: 9\r\nLastCall: 1795304165\r\nLastPause: 0\r\n"
    "LoginTime: 1795304095\r\nInCall: {3}\r\nStatus: {2}\r\nPaused: {4}\r\nPausedReason: {5}\r\n"
    "Ringinuse: 0\r\nWrapuptime: 0\r\n"
)
STATUS = "Event: QueueMemberStatus\r\nPrivilege: agent,all\r\nTimestamp: 1.2\r\n" + MEMBER + "\r\n"
PAUSE = "Event: QueueMemberPause\r\nPrivilege: agent,all\r\nTimestamp: 1.2\r\n" + MEMBER + "\r\n"
SHOWN = (
    "Event: CoreShowChannel\r\nActionID: {3}\r\nChannel: PJSIP/{4}-{0:08x}\r\nChannelState: 6\r\n"
    "ChannelStateDesc: Up\r\nCallerIDNum: 98100{0:05}\r\nUniqueid: {0}.{5}\r\nLinkedid: {0}.1\r\n"
    "ChanVariable: SAHAYATA_CALL_ID=vm.1-ab-{0}.1\r\nChanVariable: SAHAYATA_TICKET={0:010}\r\n"
    "Application: {6}\r\nApplicationData: q_{1},c,,,300\r\nDuration: 00:00:09\r\n"
    "BridgeId: bridge-{0}\r\n\r\n"
)


def marked_of(operators: int) -> int:
    """Tell how many of a crowd are marked."""
    return min(MARKED, operators // 4)


def marked_extensions(operators: int) -> list[str]:
    """Return the extensions of those who are."""
    return [str(FIRST + number) for number in range(marked_of(operators))]


def queues_of(number: int) -> tuple[str, ...]:
    """Tell where the operator of a number sits."""
    return tuple(QUEUES[(number + n) % len(QUEUES)] for n in range(OF_EACH))


class Crowd(AmiServer):
    """A manager with operators who take calls."""

    def __init__(self, operators: int) -> None:
        super().__init__()
        self.password = ""
        self._operators = operators
        self._calls = 0
        self._talking: deque[tuple[int, int]] = deque()
        """Call and operator, the oldest first."""
        self._reasons = [""] * operators
        self._marked, self._marks = marked_of(operators), 0
        self._working = operators - self._marked
        self._talks = min(TALKS, self._working * 3 // 4)

    def answer(self, action: dict[str, str]) -> bytes:
        """Answer from what was told so far."""
        asked = action["ActionID"]
        if action["Action"] == "Login":
            self.password = action["Secret"]
        if action["Action"] == "CoreStatus":
            when = "CoreStartupDate: 2026-11-22\r\nCoreStartupTime: 00:00:00\r\n\r\n"
            return f"Response: Success\r\nActionID: {asked}\r\n{when}".encode()
        if action["Action"] == "CoreShowChannels":
            return "".join((_begin(asked), *self._channels(asked))).encode()
        if action["Action"] == "QueueStatus":
            return "".join((_begin(asked), *self._members(asked))).encode()
        return super().answer(action)

    def events(self) -> Iterator[bytes]:
        """Let calls come and go for ever, one event after another."""
        told = 0
        while True:
            for event in self._one_call(self._calls, self._who_takes(self._calls)):
                yield event
                told += 1
                if told % MARKED_EACH == 0:
                    yield from self._mark()
            self._calls += 1

    def fill(self) -> None:
        """Let the talks go on that a room finds."""
        for call in range(self._talks):
            self._talking.append((call, self._who_takes(call)))
        self._calls = self._talks

    def _who_takes(self, call: int) -> int:
        return self._marked + call % self._working

    def _one_call(self, call: int, number: int) -> Iterator[bytes]:
        words = (call, queues_of(number)[0], FIRST + number)
        yield JOIN.format(*words).encode()
        yield CALLED.format(*words).encode()
        yield from self._told(STATUS, number, 3, 0)
        yield LEAVE.format(*words).encode()
        self._talking.append((call, number))
        yield CONNECT.format(*words).encode()
        yield from self._told(STATUS, number, 3, 1)
        if len(self._talking) > self._talks:
            over, number = self._talking.popleft()
            words = (over, queues_of(number)[0], FIRST + number)
            yield COMPLETE.format(*words).encode()
            yield from self._told(STATUS, number, 1, 0)
            yield HANGUP.format(*words).encode()

    def _mark(self) -> Iterator[bytes]:
        number = self._marks % self._marked
        self._reasons[number] = mark(time.monotonic_ns(), self._marks)
        self._marks += 1
        yield from self._told(PAUSE, number, 1, 0)

    def _told(self, kind: str, number: int, status: int, in_call: int) -> Iterator[bytes]:
        reason = self._reasons[number]
        for queue in queues_of(number):
            yield kind.format(
                queue, FIRST + number, status, in_call, int(bool(reason)), reason
            ).encode()

    def _channels(self, asked: str) -> Iterator[str]:
        for call, number in self._talking:
            words = (call, queues_of(number)[0], "", asked)
            yield SHOWN.format(*words, "anonymous", 1, "Queue")
            yield SHOWN.format(*words, FIRST + number, 2, "AppQueue")
        yield f"Event: CoreShowChannelsComplete\r\nActionID: {asked}\r\nListItems: 1\r\n\r\n"

    def _members(self, asked: str) -> Iterator[str]:
        busy = {number for _, number in self._talking}
        for number in range(self._operators):
            reason = self._reasons[number]
            for queue in queues_of(number):
                talks = int(number in busy)
                words = (queue, FIRST + number, 3 if talks else 1, talks, int(bool(reason)), reason)
                text = MEMBER.format(*words)
                text = text.replace("MemberName:", "Name:").replace(
                    "\r\nInterface:", "\r\nLocation:"
                )
                yield f"Event: QueueMember\r\n{text}ActionID: {asked}\r\n\r\n"
        yield f"Event: QueueStatusComplete\r\nActionID: {asked}\r\nListItems: 1\r\n\r\n"


def _begin(asked: str) -> str:
    words = "EventList: start\r\nMessage: will follow\r\n\r\n"
    return f"Response: Success\r\nActionID: {asked}\r\n{words}"


async def serve(port: int, operators: int, rate: float) -> None:
    """Listen, and tell events at a rate until the input ends."""
    crowd = Crowd(operators)
    crowd.fill()
    crowd._port = port
    await crowd.open()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    loop = asyncio.get_running_loop()
    stop, quiet = asyncio.Event(), asyncio.Event()

    def asked() -> None:
        match os.read(0, 100):
            case b"":
                stop.set()
                return
            case b"stop\n":
                quiet.set()
            case _:
                crowd.cut()
        sys.stdout.write(f"{time.monotonic()}\n")
        sys.stdout.flush()

    loop.add_reader(0, asked)
    events, began, told = crowd.events(), time.monotonic(), 0
    while not stop.is_set():
        due = int((time.monotonic() - began) * rate) - told
        if due > 0 and crowd.open_connections and not quiet.is_set():
            crowd.say(b"".join(next(events) for _ in range(due)))
        told += max(due, 0)
        await asyncio.sleep(TICK_S)
    await crowd.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
