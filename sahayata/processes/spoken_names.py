"""Has operators' names said by a voice when the roster changes, behind everybody's back."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, select

from database.engine import StoreUnavailable, reading
from ivr.voice.names import make_names
from ivr.voice.voice import Voice, VoiceFailed
from queue_manager.roster.schema import operators
from sahayata.processes import life

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 60.0


async def keep_names(folder: Path, engine: Engine, voice: Voice, stop: asyncio.Event) -> None:
    """Look at the roster again and again until the end; without a voice extensions are said."""
    known: dict[str, str] | None = None
    while True:
        try:
            names = await asyncio.to_thread(_names, engine)
            if names != known:
                made = await asyncio.to_thread(make_names, folder, names, voice)
                log.info("names of operators are spoken", extra={"made": made, "of": len(names)})
                known = names
        except VoiceFailed as fault:
            log.warning("operators without a spoken name are told by extension: %s", fault)
            known = names
        except (StoreUnavailable, OSError) as fault:
            log.warning("names of operators are spoken later: %s", fault)
        if await life.until(stop, LOOK_EVERY_S):
            return


def _names(engine: Engine) -> dict[str, str]:
    there = select(operators.c.extension, operators.c.name, operators.c.name_hi)
    with reading(engine) as connection:
        rows = connection.execute(there.where(operators.c.left_on.is_(None)))
        return {row.extension: row.name_hi or row.name for row in rows}
