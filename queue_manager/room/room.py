"""The room itself: takes events in their order, keeps the picture, lets others follow it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from queue_manager.events import Completed, LinkLost, RoomEvent, Snapshot
from queue_manager.live.apply import apply
from queue_manager.live.audit import Difference, audit
from queue_manager.live.picture import WINDOW_S, Picture, Queue
from queue_manager.live.tables import frozen
from queue_manager.room.ports import Listening, Recording, Steady

log = logging.getLogger(__name__)

MOST_WAITING: Final = 20_000
"""Events that wait to be applied: two seconds of a flood. More, and the link begins afresh."""
MOST_AT_ONCE: Final = 200
"""Events applied before others of this process get their turn: a few milliseconds."""
ON_THE_WAY_S: Final = 0.25
"""No part of an event comes later than this after the part before it."""
AUDIT_EVERY_S: Final = 3.0
"""A look costs Asterisk 2 ms with a thousand operators: what is wrong is right within 5 s."""
LOOK_AGAIN_S: Final = 0.5
"""A difference counts when it is still there after this: what is on its way arrives in less."""
BEAT_S: Final = 1.0
ROUND_S: Final = 0.25

Follower = Callable[[Picture, RoomEvent, Picture], None]
"""Is told of each event with the picture before and after it; at once, and must not raise."""


@dataclass(slots=True)
class Tally:
    """What the room counted since it began."""

    events: int = 0
    audits: int = 0
    differences: int = 0
    """Fields that the picture had wrong, as two looks in a row agreed."""
    repairs: int = 0
    """Times the picture was put right."""
    reapplied: int = 0
    """Operators whose queues or pause were put back."""


@dataclass(slots=True)
class _Waiter:
    holds: Callable[[Picture], bool]
    seen: asyncio.Event = field(default_factory=asyncio.Event)


class Room:
    """The live picture of one Asterisk."""

    def __init__(
        self, link: Listening, recorder: Recording, queues: Iterable[str], steady: Steady
    ) -> None:
        """``queues`` are shown from the beginning, whether or not anybody is in them."""
        self.picture = Picture(queues=frozen({name: Queue(name) for name in queues}))
        self.tally = Tally()
        self._link, self._recorder, self._steady = link, recorder, steady
        self._events: asyncio.Queue[RoomEvent] = asyncio.Queue(MOST_WAITING)
        self._followers: list[Follower] = []
        self._waiters: list[_Waiter] = []
        self._suspected: frozenset[Difference] = frozenset()
        self._audit_due = steady() + AUDIT_EVERY_S

    def follow(self, follower: Follower) -> None:
        """Tell ``follower`` of every event from now on."""
        self._followers.append(follower)

    @property
    def age_s(self) -> float:
        """How old the picture is: since Asterisk was heard, or since the last event applied."""
        now = self._steady()
        heard = now - self._link.last_byte_at
        return max(heard, now - self.picture.at if self.behind else 0.0, 0.0)

    @property
    def behind(self) -> int:
        """How many events wait to be applied."""
        return self._events.qsize()

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._link.run(self._events.put_nowait))
            group.create_task(self._apply_all())
            group.create_task(self._beat())

    async def until(self, holds: Callable[[Picture], bool], limit_s: float) -> bool:
        """Wait until the live picture is so; false when it was not within the limit."""
        if self._holds(holds):
            return True
        waiter = _Waiter(holds)
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(limit_s):
                await waiter.seen.wait()
        except TimeoutError:
            return False
        finally:
            self._waiters.remove(waiter)
        return True

    def _holds(self, holds: Callable[[Picture], bool]) -> bool:
        return self.picture.live and holds(self.picture)

    async def _apply_all(self) -> None:
        while True:
            self._take(await self._events.get())
            for _ in range(min(self._events.qsize(), MOST_AT_ONCE)):
                self._take(self._events.get_nowait())
            for waiter in self._waiters:
                if self._holds(waiter.holds):
                    waiter.seen.set()
            await asyncio.sleep(0)

    def _take(self, event: RoomEvent) -> None:
        self.tally.events += 1
        if isinstance(event, Snapshot) and self.picture.live and not self._needs_repair(event):
            return
        match event:
            case LinkLost():
                event = self._honest(event)
            case Completed(channel=""):
                event = self._named(event)
        before, after = self.picture, apply(self.picture, event)
        self.picture = after
        self._recorder.note(before, event, after)
        for follower in self._followers:
            follower(before, event, after)

    def _honest(self, lost: LinkLost) -> LinkLost:
        """Let the gap begin where the last event was told, not where the last byte came.

        What was cut in the middle, or dropped in a flood, happened before that byte.
        """
        told = max(self.picture.at, lost.last_heard - ON_THE_WAY_S)
        return replace(lost, last_heard=min(told, lost.last_heard) - WINDOW_S)

    def _named(self, completed: Completed) -> Completed:
        """Name the caller whose talk is over: the one the operator talks, or talked last, with."""
        operator = self.picture.operators.get(completed.operator)
        last = operator.last_talk.call if operator is not None and operator.last_talk else None
        call = (operator.talking if operator is not None else None) or last
        if call is None or call.queue != completed.queue:
            return completed
        return replace(completed, channel=call.caller.channel)

    def _needs_repair(self, snapshot: Snapshot) -> bool:
        """Compare with a further snapshot; true when two in a row show the same difference."""
        self.tally.audits += 1
        found = frozenset(audit(self.picture, snapshot))
        wrong = found & self._suspected
        self._suspected = found - wrong
        if self._suspected:
            self._audit_due = min(self._audit_due, self._steady() + LOOK_AGAIN_S)
        if not wrong:
            return False
        self.tally.differences += len(wrong)
        self.tally.repairs += 1
        log.warning(
            "the picture was put right",
            extra={"differences": [f"{d.of} {d.field}" for d in sorted(wrong, key=str)[:20]]},
        )
        return True

    async def _beat(self) -> None:
        beat_at = self._steady()
        while True:
            await asyncio.sleep(ROUND_S)
            now = self._steady()
            if now >= self._audit_due:
                self._audit_due = now + AUDIT_EVERY_S
                self._link.look_again()
            if now >= beat_at:
                beat_at = now + BEAT_S
                self._recorder.beat(self.picture.at if self.behind else now, self.picture)
