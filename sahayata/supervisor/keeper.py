"""Keeping one program running: start it, wait until it ends, wait a little, start it again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sahayata.supervisor.backoff import Failures
from sahayata.supervisor.faults import CannotStart
from sahayata.supervisor.process_id import ProcessId


class Running(Protocol):
    """A program that runs and is ready."""

    @property
    def process(self) -> ProcessId:
        """Which process it is."""

    async def ended(self) -> str:
        """Return when it has ended, with how in words."""

    async def end(self, patience_s: float) -> None:
        """End it: politely, and after ``patience_s`` not."""


Start = Callable[[], Awaitable[Running]]
"""Starts the program and returns when it is ready. Raises ``CannotStart``."""


class PartState(StrEnum):
    """What a part of the instance is doing."""

    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"
    """It ended and is started again in a moment."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the instance at this moment."""

    name: str
    state: PartState = PartState.STARTING
    process: ProcessId | None = None
    since: datetime | None = None
    """When it became what it is: aware, UTC."""
    restarts: int = 0
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Time:
    """Time from outside, so that tests need none."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


class Keeper:
    """Keeps the program that ``start`` starts running, until it is told to let it go."""

    def __init__(
        self,
        name: str,
        start: Start,
        time: Time,
        changed: Callable[[Part, str], None],
        *,
        needed: bool = True,
    ) -> None:
        """Tell ``changed`` of every change, with a sentence for the person who watches.

        What is not ``needed`` may fail to start: it is tried again, as after an end.
        """
        self.part = Part(name)
        self._needed = needed
        self._start, self._time, self._changed = start, time, changed
        self._running: Running | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._failures = Failures()
        self._began = 0.0

    async def start(self) -> None:
        """Start the program for the first time. Raises ``CannotStart`` when it is ``needed``."""
        self._became(PartState.STARTING)
        try:
            await self._start_once()
        except CannotStart as fault:
            if self._needed:
                self._became(PartState.ENDED, error=str(fault))
                raise
            self._failed(str(fault))
        self._keeping = asyncio.get_running_loop().create_task(self._keep())

    async def end(self, patience_s: float) -> None:
        """Keep it no more, and end it."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        if self._running is not None:
            await self._running.end(patience_s)
            self._running = None
        self._became(PartState.ENDED)

    async def end_now(self, why: str) -> None:
        """Kill it, as it does not do its work; it is started again."""
        if self._running is not None:
            self._changed(self.part, f"{self.part.name} {why}: it is killed")
            await self._running.end(0.0)

    async def _start_once(self, restarts: int = 0) -> None:
        self._began = self._time.monotonic()
        self._running = await self._start()
        self._became(
            PartState.RUNNING,
            f"{self.part.name} runs again" if restarts else "",
            process=self._running.process,
            restarts=restarts,
        )

    async def _keep(self) -> None:
        while True:
            if self._running is not None:
                how = await self._running.ended()
                self._running = None
                self._failed(how)
            await self._time.sleep(self._failures.delay_s)
            try:
                await self._start_once(self.part.restarts + 1)
            except CannotStart as fault:
                self._failed(str(fault))

    def _failed(self, how: str) -> None:
        self._failures = self._failures.after(self._time.monotonic() - self._began)
        said = f"{self.part.name} {how}; started again in {self._failures.delay_s:g} s"
        self._became(PartState.WAITING, said, error=how)

    def _became(
        self,
        state: PartState,
        said: str = "",
        *,
        process: ProcessId | None = None,
        restarts: int | None = None,
        error: str | None = None,
    ) -> None:
        self.part = replace(
            self.part,
            state=state,
            process=process,
            since=self._time.now(),
            restarts=self.part.restarts if restarts is None else restarts,
            last_error=self.part.last_error if error is None else error,
        )
        self._changed(self.part, said)
