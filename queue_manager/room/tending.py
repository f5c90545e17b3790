"""Keeps Asterisk as duty says: wrap-ups and their ends, missed calls, and what a restart lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from queue_manager.ami.outcomes import Done, Outcome, Refused, Unknown
from queue_manager.duty.declared import (
    MISSED_CALLS,
    Answered,
    Change,
    Declared,
    Missed,
    NotPossible,
    Pause,
    Ready,
    Resume,
    WrapUp,
)
from queue_manager.events import RoomEvent, Snapshot
from queue_manager.live.picture import WRAP_UP_REASON, Operator, Picture
from queue_manager.live.touched import touched
from queue_manager.room.ports import Acting, Ending, Returning, Steady
from queue_manager.room.room import Room
from queue_manager.room.standing import ROOM, Standing
from queue_manager.room.wanted import Add, PauseFor, Remove, Step, Unpause, Weigh, steps
from queue_manager.room.wrap_up_clock import WrapUpClock

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 10.0
"""How often everybody is compared with duty, beside whenever something changed."""
SIDE_BY_SIDE: Final = 16
"""Operators who are put back at the same time."""
SHOWN_WITHIN_S: Final = 3.0
"""What AMI does not show by then counts as unknown."""

MARK_LASTS: Final = timedelta(days=1)
"""Of who came back with Asterisk alone and is not known here."""
BY_ASTERISK: Final = "with Asterisk alone"


class Tending:
    """What the room does by itself, and the hand that carries out what was declared."""

    def __init__(
        self,
        room: Room,
        actions: Acting,
        standing: Standing,
        *,
        ends: Ending,
        returning: Returning,
        wrap_up: timedelta,
        missed_calls: int,
        now: Callable[[], datetime],
        steady: Steady,
    ) -> None:
        self._room, self._actions, self._standing = room, actions, standing
        self._wrap_ups = WrapUpClock(wrap_up, ends, now, steady)
        self._returning, self._missed_calls = returning, missed_calls
        self._now, self._steady = now, steady
        self._due: set[str] = set()
        self._look_for_marks, self._marks_left = True, False
        self._wake = asyncio.Event()
        self._locks: dict[str, asyncio.Lock] = {}
        room.follow(self._happened)
        standing.follow(self._declared)

    async def run(self) -> None:
        """Tend until cancelled."""
        look_at = self._steady()
        while True:
            self._wake.clear()
            now = self._steady()
            for extension in self._wrap_ups.over():
                self._change(extension, Ready())
            if now >= look_at:
                look_at = now + LOOK_EVERY_S
                self._look_for_marks = True
                self._due |= {declared.extension for declared in self._standing.all()}
            await self._heed_marks()
            if self._room.picture.live and self._due:
                due, self._due = self._due, set()
                await self._put_right(due)
            next_at = min(look_at, self._wrap_ups.next_at)
            try:
                async with asyncio.timeout(max(next_at - self._steady(), 0.01)):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def bring(self, declared: Declared) -> Outcome:
        """Do what is missing so that Asterisk has the operator as declared.

        ``Done`` when the picture shows it, and as declared last should that have changed meanwhile.
        """
        async with self._lock(declared.extension):
            return await self._carry_out(declared)

    def _lock(self, extension: str) -> asyncio.Lock:
        """One at a time: who comes next sees in the picture what the one before did."""
        return self._locks.setdefault(extension, asyncio.Lock())

    async def _carry_out(self, declared: Declared) -> Outcome:
        extension, until = declared.extension, self._steady() + SHOWN_WITHIN_S

        def wanted() -> Declared:
            return self._standing.of(extension) or declared

        while True:
            now = wanted()
            for step in steps(self._room.picture.operators.get(extension), now):
                outcome = await self._do(extension, step)
                if not isinstance(outcome, Done):
                    return outcome

            def settled(picture: Picture, now: Declared = now) -> bool:
                return wanted() != now or not steps(picture.operators.get(extension), now)

            if not await self._room.until(settled, max(until - self._steady(), 0.0)):
                return Unknown("Asterisk has not shown it in time")
            if wanted() == now:
                return Done()

    async def _do(self, extension: str, step: Step) -> Outcome:
        match step:
            case Add(queue, penalty, reason):
                return await self._actions.add_member(
                    queue, extension, penalty, extension, pause_reason=reason
                )
            case Remove(queue):
                return await self._actions.remove_member(queue, extension)
            case Weigh(queue, penalty):
                return await self._actions.set_penalty(queue, extension, penalty)
            case PauseFor(reason):
                return await self._actions.pause(extension, reason)
            case Unpause():
                return await self._actions.resume(extension)

    async def _put_right(self, due: set[str]) -> None:
        some = asyncio.Semaphore(SIDE_BY_SIDE)

        async def put(extension: str) -> None:
            async with some, self._lock(extension):
                await self._heed_marks()
                # Only now: whoever had the lock may have done it, and the picture shows that.
                operator = self._room.picture.operators.get(extension)
                self._standing.sit(operator or Operator(extension))
                declared = self._standing.of(extension)
                if declared is None or not steps(operator, declared):
                    return
                outcome = await self._carry_out(declared)
            if isinstance(outcome, Done):
                self._room.tally.reapplied += 1
            else:
                log.warning("%s is not as declared: %s", extension, outcome.words)

        async with asyncio.TaskGroup() as group:
            for extension in due:
                group.create_task(put(extension))

    async def _heed_marks(self) -> None:
        """Take it as declared that somebody came back with Asterisk alone, before it is undone."""
        while self._look_for_marks:
            self._look_for_marks = self._marks_left = False
            for extension, at in (await asyncio.to_thread(self._returning.read)).items():
                declared = self._standing.of(extension)
                if declared is None and self._now() - at < MARK_LASTS:
                    self._marks_left = True  # The database may not have been read yet.
                    continue
                if declared and declared.reason and self._wrap_ups.began(declared) <= at:
                    self._change(extension, Resume(), by=extension, why=BY_ASTERISK)
                await asyncio.to_thread(self._returning.forget, extension)

    def _declared(self, extension: str) -> None:
        declared = self._standing.of(extension)
        self._wrap_ups.declared(extension, declared.wrap_up_until if declared else None)
        self._look_for_marks |= self._marks_left
        self._due.add(extension)
        self._wake.set()

    def _happened(self, before: Picture, event: RoomEvent, after: Picture) -> None:
        if isinstance(event, Snapshot):
            self._found(after)
            return
        if before.operators is after.operators:
            return
        for extension in touched(before, event, after):
            was, now = before.operators.get(extension), after.operators.get(extension)
            if was is None or now is None or was is now:
                continue
            if was.paused and not now.paused:
                self._unpaused(extension)
            if (was.talking is None) != (now.talking is None):
                self._talk_changed(now)
            elif now.missed > was.missed:
                self._missed(now)

    def _found(self, picture: Picture) -> None:
        """Begin the wrap-ups of seats nobody declared; have everybody compared with duty."""
        for operator in picture.operators.values():
            if self._standing.of(operator.extension) is not None:
                continue
            if operator.pause_reason == WRAP_UP_REASON:
                self._standing.sit(operator)
                self._change(operator.extension, WrapUp(self._now() + self._wrap_ups.longest))
        self._look_for_marks = True
        self._due |= {declared.extension for declared in self._standing.all()}
        self._wake.set()

    def _unpaused(self, extension: str) -> None:
        """Look at once whether an operator came back with Asterisk alone, who is declared away."""
        declared = self._standing.of(extension)
        if declared is not None and declared.reason:
            self._look_for_marks = True
            self._due.add(extension)
            self._wake.set()

    def _talk_changed(self, operator: Operator) -> None:
        extension = operator.extension
        if operator.talking is None:
            if self._wrap_ups.longest and operator.queues:
                self._standing.sit(operator)
                self._change(extension, WrapUp(self._now() + self._wrap_ups.longest))
            return
        declared = self._standing.of(extension)
        if declared is not None and declared.wrap_up_until is not None:
            self._change(extension, Ready())
        if declared is not None and declared.missed:
            self._change(extension, Answered())

    def _missed(self, operator: Operator) -> None:
        extension = operator.extension
        self._standing.sit(operator)
        declared = self._change(extension, Missed())
        missed = declared.missed if declared is not None else 0
        if self._missed_calls and missed >= self._missed_calls:
            log.info("operator %s is paused after %d missed calls", extension, missed)
            self._change(extension, Pause(MISSED_CALLS))

    def _change(
        self, extension: str, change: Change, *, by: str = ROOM, why: str = ""
    ) -> Declared | None:
        try:
            return self._standing.declare_soon(extension, change, by=by, why=why)
        except NotPossible as refusal:
            # Signed off while the call went on, or put into a queue behind our back.
            log.info("%s", refusal)
            return None


def failed(outcome: Outcome) -> str:
    """Say in words why Asterisk is not as it should be; "" when it is."""
    match outcome:
        case Done():
            return ""
        case Refused(words):
            return f"Asterisk refused: {words}"
        case unknown:
            return unknown.words
