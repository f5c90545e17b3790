"""What operators declared, at hand without the database, and carried to it in order.

A change is in force at once; one that the database cannot take now is owed to it and told later.
Seats that configuration fills, with nobody of the roster in them, are kept here alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from database.engine import StoreUnavailable
from queue_manager.duty.declared import Change, Declared, NotPossible, SignOn, after
from queue_manager.duty.port import Duty
from queue_manager.live.picture import Operator

log = logging.getLogger(__name__)

LIMIT_S: Final = 1.5
"""A person waits: after this long the database counts as away."""
READ_EVERY_S: Final = 5.0
"""Others may declare as well: so often what they declared is read."""
RETRY_S: Final = 1.0
MOST_OWED: Final = 5000

ROOM: Final = "room"
"""Who declares what happens by itself."""


@dataclass(frozen=True, slots=True)
class _Owed:
    extension: str
    change: Change
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class _Late:
    """A write that was not waited for and may still happen; at most one, all others come after."""

    writing: asyncio.Task[Declared]
    owed: _Owed | None
    """The same change among those that are owed, unless it changed nothing here."""


class Standing:
    """The declared state of every operator; to be used by one event loop."""

    def __init__(
        self, duty: Duty, now: Callable[[], datetime], usual: Mapping[str, Mapping[str, int]]
    ) -> None:
        """``usual`` are the queues of a seat, for one who signs on with the database away."""
        self._duty, self._now, self._usual = duty, now, usual
        self._known: Mapping[str, Declared] = {}
        self._own: dict[str, Declared] = {}
        self._owed: deque[_Owed] = deque()
        self._late: _Late | None = None
        self._turn = asyncio.Lock()
        self._changes = 0
        self._wake = asyncio.Event()
        self._followers: list[Callable[[str], None]] = []
        self.lost = 0
        """Changes that the database never got to know."""

    def follow(self, follower: Callable[[str], None]) -> None:
        """Tell ``follower`` the extension of each operator whose standing changed."""
        self._followers.append(follower)

    def of(self, extension: str) -> Declared | None:
        """Return what holds for an operator; ``None`` of one who never was declared."""
        return self._known.get(extension) or self._own.get(extension)

    def is_seat(self, extension: str) -> bool:
        """Tell whether nobody of the roster has it: no PIN, and nobody but us declares it."""
        return extension in self._own and extension not in self._known

    def all(self) -> Iterator[Declared]:
        """Every operator who is on the roster, or was changed by us."""
        yield from tuple(self._known.values())
        yield from (own for e, own in tuple(self._own.items()) if e not in self._known)

    @property
    def owed(self) -> int:
        """How many changes wait for the database."""
        return len(self._owed)

    def sit(self, operator: Operator) -> None:
        """Know of one who is in queues without being on the roster, so that it can be paused."""
        extension, queues = operator.extension, operator.queues
        if extension in self._known:
            return
        own = self._own.get(extension)
        if own is not None:
            self._own[extension] = replace(own, queues=queues)
        elif queues:
            self._own[extension] = Declared(extension, self._now(), True, queues)

    async def declare(self, extension: str, change: Change, *, by: str, why: str = "") -> Declared:
        """Make a change; durable when this returns, unless the database is away.

        Raises:
            NotPossible: it makes no sense now, or nobody has the extension.
        """
        async with self._turn:
            return await self._declare(extension, change, by, why)

    async def _declare(self, extension: str, change: Change, by: str, why: str) -> Declared:
        if extension in self._own or self._owed or self._late:
            return self.declare_soon(extension, change, by=by, why=why)
        writing = asyncio.create_task(
            asyncio.to_thread(self._duty.declare, extension, change, by=by, why=why)
        )
        await asyncio.wait({writing}, timeout=LIMIT_S)
        if not writing.done():
            log.warning("declared without the database: it does not answer")
            owed = len(self._owed)
            told = self.declare_soon(extension, change, by=by, why=why)
            self._late = _Late(writing, self._owed[-1] if len(self._owed) > owed else None)
            self._wake.set()
            return told
        try:
            told = writing.result()
        except StoreUnavailable as away:
            log.warning("declared without the database: %s", away)
            return self.declare_soon(extension, change, by=by, why=why)
        self._became({**self._known, extension: told}, extension)
        return told

    def declare_soon(
        self, extension: str, change: Change, *, by: str = ROOM, why: str = ""
    ) -> Declared:
        """Make a change at once, and owe it to the database. Raises ``NotPossible``."""
        known = self.of(extension)
        if known is None:
            raise NotPossible(f"nobody on the roster has the extension {extension}")
        if isinstance(change, SignOn) and not change.queues:
            meant: Change = SignOn(known.queues or self._usual.get(extension, {}))
        else:
            meant = change
        told = after(known, meant, self._now())
        if told is known:
            return told
        if extension in self._own:
            self._own[extension] = told
            self._tell(extension)
            return told
        if len(self._owed) >= MOST_OWED:
            self._owed.popleft()
            self.lost += 1
        self._owed.append(_Owed(extension, change, by, why))
        self._became({**self._known, extension: told}, extension)
        self._wake.set()
        return told

    async def run(self) -> None:
        """Tell the database what it is owed, and read what others declared, until cancelled."""
        while True:
            try:
                await self._pay()
                await self._read()
            except StoreUnavailable as away:
                log.warning("duty is not reached, %d changes wait: %s", self.owed, away)
                await asyncio.sleep(RETRY_S)
                continue
            try:
                async with asyncio.timeout(READ_EVERY_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _pay(self) -> None:
        self._wake.clear()
        await self._settle()
        while self._owed:
            first = self._owed[0]
            try:
                await asyncio.to_thread(
                    self._duty.declare, first.extension, first.change, by=first.by, why=first.why
                )
            except NotPossible as refusal:
                log.info("the database takes a change no more: %s", refusal)
            if self._owed and self._owed[0] is first:
                self._owed.popleft()

    async def _settle(self) -> None:
        """Wait for the write that took too long: told after a later one it would undo that."""
        if self._late is None:
            return
        late = self._late
        await asyncio.wait({late.writing})
        self._late = None
        failure = late.writing.exception()
        if isinstance(failure, StoreUnavailable):
            return  # Nothing was changed: it is owed as any other.
        if failure is not None:
            log.info("the database takes a change no more: %s", failure)
        if self._owed and self._owed[0] is late.owed:
            self._owed.popleft()

    async def _read(self) -> None:
        changes = self._changes
        read = await asyncio.to_thread(self._duty.declared)
        if changes != self._changes or self._owed or self._late:
            return  # What was read may be older than what was declared meanwhile.
        differing = [e for e, declared in read.items() if self._known.get(e) != declared]
        if differing:
            for extension in differing:
                self._own.pop(extension, None)
            self._became(dict(read), *differing)

    def _became(self, known: Mapping[str, Declared], *extensions: str) -> None:
        self._known = known
        self._changes += 1
        for extension in extensions:
            self._tell(extension)

    def _tell(self, extension: str) -> None:
        for follower in self._followers:
            follower(extension)
