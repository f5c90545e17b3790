"""Answers calls: the FastAGI server. ``python -m sahayata.processes.answering --state DIR``."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from dataclasses import asdict
from typing import Final

from ivr.voice.sounds import PublishedSounds
from sahayata import bootstrap, stores
from sahayata.processes import life
from sahayata.settings import Settings
from sahayata.staffing import if_away, open_foresight

log = logging.getLogger(__name__)

DRAIN_S: Final = 120.0
"""How long running conversations may go on when the process is to end."""
LOOK_AGAIN_S: Final = 60.0
"""How often the recordings on disk are looked at again."""
CHANGED_S: Final = 1.0
"""How soon a recording that somebody at the machine kept or put back is seen."""


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Serve until the end is asked for, then let running conversations end."""
    secrets = stores.load_secrets(settings)
    engine = stores.open_database(settings)
    register = stores.open_register(settings, secrets, engine)
    foresight = open_foresight(settings.district, engine)
    desk = stores.open_desk(settings, register, "answering")
    sounds = bootstrap.open_sounds(settings)
    room = bootstrap.open_staff_room(
        settings, secrets, register, if_away(settings.district, foresight), sounds
    )
    places = bootstrap.speech_places(settings, secrets)
    server = bootstrap.answering_server(settings, secrets, desk, sounds, room, places=places)
    await desk.start()
    watch = asyncio.create_task(_look_again(sounds, stop))
    looking_ahead = asyncio.create_task(foresight.run())
    try:
        await server.start("127.0.0.1", settings.ports.agi)
        life.say_ready()
        await stop.wait()
        dropped = await server.drain(DRAIN_S)
        log.info(
            "no more calls are answered", extra={"dropped": dropped, **asdict(server.counters)}
        )
    finally:
        stop.set()
        await watch
        looking_ahead.cancel()
        await asyncio.wait({looking_ahead})
        await room.close()
        if places is not None:
            await places.close()
        await desk.close()


async def _look_again(sounds: PublishedSounds, stop: asyncio.Event) -> None:
    """See recordings that were made anew, or spoilt, without a restart."""
    looked = time.monotonic()
    while not await life.until(stop, CHANGED_S):
        if sounds.changed() or time.monotonic() - looked >= LOOK_AGAIN_S:
            await asyncio.to_thread(sounds.refresh)
            looked = time.monotonic()


if __name__ == "__main__":
    sys.exit(life.main("answering", work))
