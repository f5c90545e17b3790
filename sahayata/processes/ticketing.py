"""Keeps the tickets: migrates the store, takes the spool in, fills the fall-back's pool of numbers.

Beside that it has the names of operators spoken.
``python -m sahayata.processes.ticketing --state DIR``. No call waits for this process; what it
cannot do now it does when the store is back. It is ready when a caller could be given a number.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Final

from database.engine import StoreUnavailable
from database.upgrade import upgrade
from ivr.voice.espeak import Espeak
from sahayata import stores
from sahayata.processes import life
from sahayata.processes.naming import better_names
from sahayata.processes.spoken_names import SpokenNames
from sahayata.setting import BadSetting
from sahayata.settings import Settings
from sahayata.store_health import in_words
from sahayata.voices import voice_of_names
from tickets import spool
from tickets.intake import refill, take_in
from tickets.pool import NumberPool, PoolEmpty
from tickets.register import Register

log = logging.getLogger(__name__)

ROUND_S: Final = 1.0
"""The time between two looks at the spool."""
WHEN_AWAY_S: Final = 5.0
"""The time between two trials while the store is away."""


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Go round and round until the end is asked for.

    Raises:
        CannotWork: no number is in the pool, and none could be leased.
        database.upgrade.NewerStore, tickets.phone_number.WrongKey: the store is not ours.
    """
    engine = stores.open_database(settings)
    register = stores.open_register(settings, stores.load_secrets(settings), engine)
    pool = NumberPool(settings.state.pool)
    migrated = ready = False
    naming: asyncio.Task[None] | None = None
    while True:
        pause = ROUND_S
        try:
            if not migrated:
                await asyncio.to_thread(upgrade, engine)
                await asyncio.to_thread(register.check_keys)
                migrated = True
                naming = asyncio.create_task(_names(settings).keep(engine, stop))
            await asyncio.to_thread(_go_round, register, pool, settings)
        except (StoreUnavailable, PoolEmpty, OSError) as fault:
            if not ready and not pool.left():
                raise life.CannotWork(
                    f"has no ticket number for any caller, and can lease none: {_told(fault)}"
                ) from fault
            log.warning("%s", _told(fault, spool.waiting(settings.state.spool)))
            pause = WHEN_AWAY_S
        if not ready:
            # While the store is away, too: until it is back numbers are taken from the pool.
            life.say_ready()
            ready = True
        if await life.until(stop, pause):
            break
    if naming is not None:
        await naming
    engine.dispose()


def _names(settings: Settings) -> SpokenNames:
    language = settings.district.helpline.languages[0]
    folder, kokoro = settings.state.names, None
    try:
        kokoro = voice_of_names(settings, language)
    except BadSetting as fault:
        log.warning("names of operators are said by espeak-ng: %s", fault)
    better = better_names(kokoro, folder) if kokoro else None
    return SpokenNames(folder, Espeak(language), better)


def _told(fault: Exception, waiting: int = 0) -> str:
    """Say what is wrong; ``waiting`` is how many records wait for it to be put right."""
    held = f"; {waiting} records wait in the spool" if waiting else ""
    if isinstance(fault, StoreUnavailable):
        return f"{in_words(fault)}{held}"
    return f"the spool or the pool of numbers cannot be used{held}: {fault}"


def _go_round(register: Register, pool: NumberPool, settings: Settings) -> None:
    report = take_in(register, settings.state.spool)
    if report.taken or report.damaged:
        log.info("spool taken in", extra={"taken": report.taken, "damaged": len(report.damaged)})
    put = refill(register, pool)
    if put:
        log.info("numbers put into the fall-back's pool", extra={"put": put})


if __name__ == "__main__":
    sys.exit(life.main("ticketing", work))
