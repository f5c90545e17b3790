"""What simulated operators of the roster do: come for their shift, sign on, finish up, drink tea.

They ask the room as any operator does, and it shows them as any operator.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from database.engine import StoreUnavailable
from ivr.room import RoomUnavailable
from queue_manager.duty.declared import MISSED_CALLS
from queue_manager.live.picture import OperatorState
from queue_manager.room.orders import Deed, Order, Outcome, Result
from queue_manager.room.wire import OperatorSaid, Whole
from queue_manager.roster.model import Roster
from sahayata.telephone.staff import Staff

log = logging.getLogger(__name__)

ROUND_S: Final = 2.0
SHIFT_EVERY_S: Final = 60.0
"""How often is looked who has to sit."""
AT_ONCE: Final = 8
"""Deeds asked of the room at the same time."""
COME_S: Final = 20.0
"""A telephone that is not registered by then is let be; it goes on trying."""
SIGN_ON_TRIES: Final = 10
AGAIN_S: Final = 1.0
FIRST_S: Final = 30.0
"""Who has not signed on by then does so later: the instance waits no longer."""
LEAST: Final = 6
"""So many are there for each queue at any hour, or all who serve it."""
TEA: Final = "tea"
TEA_AT_ONCE: Final = 2
TEA_ODDS: Final = 0.05
"""In each round, that somebody goes for tea."""
LEFT_AT_WORK: Final = 3
"""Nobody goes for tea when fewer than this would be free in a queue of theirs."""


class RoomOfOperators(Protocol):
    """The room process."""

    async def picture(self) -> Whole:
        """Return the whole picture. Raises ``RoomUnavailable``."""
        ...

    async def do(self, order: Order) -> Result:
        """Do a deed, and wait until it was seen."""
        ...


@dataclass(frozen=True, slots=True)
class Habits:
    """How long things take, the least and the most, in seconds."""

    finishing_up: tuple[float, float] = (2.0, 6.0)
    tea: tuple[float, float] = (40.0, 120.0)
    missed: tuple[float, float] = (5.0, 15.0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who has to be at a telephone."""

    signing_on: frozenset[str] = frozenset()
    """Those of the roster."""
    seated: frozenset[str] = frozenset()
    """Those whom the configuration of Asterisk has in their queues already."""

    @property
    def all(self) -> frozenset[str]:
        """Everybody."""
        return self.signing_on | self.seated


def who_comes(
    roster: Roster, on_shift: Collection[str], queues: Iterable[str], least: int = LEAST
) -> frozenset[str]:
    """Return those on shift, and as many others as it takes to cover each queue."""
    coming = set(on_shift)
    for queue in queues:
        able = [e for e, one in sorted(roster.people.items()) if queue in one.queues]
        here = sum(extension in coming for extension in able)
        coming |= set([e for e in able if e not in coming][: max(least - here, 0)])
    return frozenset(coming)


@dataclass
class DemoCrew:
    """The operators of one instance."""

    staff: Staff
    room: RoomOfOperators
    wanted: Callable[[], Wanted]
    """Who has to be there now; blocks, and may raise ``StoreUnavailable``."""
    chance: random.Random
    habits: Habits = field(default_factory=Habits)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _wanted: Wanted = field(default_factory=Wanted)
    _until: dict[str, float] = field(default_factory=dict)
    """How long, since a state began, somebody stays in it."""

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Keep operators at work until cancelled; ``on_ready`` is called when all are."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(FIRST_S):
                await self._change_shift()
        except TimeoutError:
            log.warning("not every operator is signed on: the room does not answer as it should")
        on_ready()
        next_look = loop.time() + SHIFT_EVERY_S
        while True:
            await self.sleep(ROUND_S)
            if loop.time() >= next_look:
                await self._change_shift()
                next_look = loop.time() + SHIFT_EVERY_S
            try:
                await self._look(await self.room.picture())
            except RoomUnavailable as away:
                log.info("the room does not answer: %s", away)

    async def _change_shift(self) -> None:
        try:
            self._wanted = await asyncio.to_thread(self.wanted)
        except StoreUnavailable as away:
            log.warning("who has to sit is not known: %s", away)
        turn = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._come(e, turn) for e in sorted(self._wanted.all)))
        try:
            picture = await self.room.picture()
        except RoomUnavailable:
            return
        for one in picture.operators:
            idle = one.state in (OperatorState.AVAILABLE, OperatorState.OFFLINE)
            # A telephone that is there and is not ours is a person's: it is let alone.
            ours = one.extension in self.staff.here or one.state is OperatorState.OFFLINE
            if one.extension not in self._wanted.all and one.queues and ours and idle:
                await self._ask(Deed.SIGN_OFF, one.extension)
                if one.extension in self.staff.here:
                    await self.staff.leave(one.extension)

    async def _come(self, extension: str, turn: asyncio.Semaphore) -> None:
        if extension in self.staff.here:
            return
        async with turn:
            try:
                async with asyncio.timeout(COME_S):
                    await self.staff.come(extension)
            except TimeoutError:
                log.warning("extension %s is not registered in time", extension)
            for _ in range(SIGN_ON_TRIES if extension in self._wanted.signing_on else 0):
                result = await self._ask(Deed.SIGN_ON, extension)
                if result is not None and result.outcome is not Outcome.UNKNOWN:
                    return
                await self.sleep(AGAIN_S)  # the room is not there yet

    async def _look(self, picture: Whole) -> None:
        ours = [one for one in picture.operators if one.extension in self.staff.here]
        for one in ours:
            if (deed := self._next(one)) is not None:
                await self._ask(deed, one.extension)
        free = [one for one in ours if one.state is OperatorState.AVAILABLE]
        away = sum(one.pause_reason == TEA for one in ours)
        if free and away < TEA_AT_ONCE and self.chance.random() < TEA_ODDS:
            one = self.chance.choice(free)
            if may_leave(one, free):
                await self._ask(Deed.PAUSE, one.extension, reason=TEA)

    def _next(self, one: OperatorSaid) -> Deed | None:
        """Return what ends the state that somebody is in, when it has lasted long enough."""
        match one.state, one.pause_reason:
            case OperatorState.WRAP_UP, _:
                span, deed = self.habits.finishing_up, Deed.READY
            case OperatorState.PAUSED, reason if reason == TEA:
                span, deed = self.habits.tea, Deed.RESUME
            case OperatorState.PAUSED, reason if reason == MISSED_CALLS:
                span, deed = self.habits.missed, Deed.RESUME
            case _:
                self._until.pop(one.extension, None)
                return None
        if one.state_s < self._until.setdefault(one.extension, self.chance.uniform(*span)):
            return None
        del self._until[one.extension]
        return deed

    async def _ask(self, deed: Deed, extension: str, *, reason: str = "") -> Result | None:
        """Ask the room; ``None`` when it is not there."""
        try:
            order = Order(deed, extension, by=extension, why="", reason=reason)
            result = await self.room.do(order)
        except RoomUnavailable as away:
            log.info("%s of %s was not asked: %s", deed, extension, away)
            return None
        if result.outcome is not Outcome.CONFIRMED:
            log.info("%s of %s: %s %s", deed, extension, result.outcome, result.said)
        return result


def may_leave(one: OperatorSaid, free: Collection[OperatorSaid]) -> bool:
    """Tell whether enough others are free in every queue that one serves."""
    others = [other for other in free if other.extension != one.extension]
    return all(sum(q in other.queues for other in others) >= LEFT_AT_WORK for q in one.queues)
