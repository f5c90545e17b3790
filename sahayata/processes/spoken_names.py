"""Has operators' names said by a voice when the roster changes, behind everybody's back.

At once by espeak-ng, so that each is said soon; then by a better voice where there is one, by and
by. What was said by it once is kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, select

from database.engine import StoreUnavailable, reading
from ivr.voice.names import all_said, make_names
from ivr.voice.voice import Voice, VoiceFailed
from queue_manager.roster.schema import operators
from sahayata.processes import life

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Better:
    """A voice that takes its time."""

    voice: Voice
    say: Callable[[Mapping[str, str]], Awaitable[None]]
    """Has it say the names that it has not said, by extension; raises nothing."""


class SpokenNames:
    """The names of a roster. ``better`` says them anew; ``None``: the voice at hand is the best."""

    def __init__(self, folder: Path, voice: Voice, better: Better | None = None) -> None:
        self._folder, self._voice, self._better = folder, voice, better
        self._known: Mapping[str, str] | None = None
        self._bettering: asyncio.Task[None] | None = None

    async def keep(self, engine: Engine, stop: asyncio.Event) -> None:
        """Look at the roster again and again until the end; what has no voice has its extension."""
        try:
            while True:
                try:
                    await self._look(await asyncio.to_thread(_names, engine))
                except (StoreUnavailable, OSError) as fault:
                    log.warning("names of operators are spoken later: %s", fault)
                if await life.until(stop, LOOK_EVERY_S):
                    return
        finally:
            await self._leave_it()

    async def _look(self, names: Mapping[str, str]) -> None:
        if names == self._known:
            return
        await self._leave_it()
        better = self._better
        finest = better.voice if better else None
        try:
            made = await asyncio.to_thread(make_names, self._folder, names, (self._voice,), finest)
            log.info("names of operators are spoken", extra={"made": made, "of": len(names)})
        except VoiceFailed as fault:
            log.warning("operators without a spoken name are told by extension: %s", fault)
        self._known = names
        if better and not await asyncio.to_thread(
            all_said, self._folder, names.values(), better.voice
        ):
            self._bettering = asyncio.create_task(_run(better.say(names)))

    async def _leave_it(self) -> None:
        """End what goes on: of another roster it would take away what is said of this one."""
        if self._bettering is not None:
            self._bettering.cancel()
            await asyncio.gather(self._bettering, return_exceptions=True)
            self._bettering = None


async def _run(saying: Awaitable[None]) -> None:
    await saying


def _names(engine: Engine) -> dict[str, str]:
    there = select(operators.c.extension, operators.c.name, operators.c.name_hi)
    with reading(engine) as connection:
        rows = connection.execute(there.where(operators.c.left_on.is_(None)))
        return {row.extension: row.name_hi or row.name for row in rows}
