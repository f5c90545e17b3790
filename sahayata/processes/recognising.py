"""Recognises speech: ``python -m sahayata.processes.recognising --state DIR``.

Runs only where a model is installed. No call waits for it: without it, and beyond its places, menus
are answered by keys.
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import os
import sys
from typing import Final

from ivr.speech.ears import Ears
from ivr.speech.recogniser import ModelUnusable
from ivr.speech.server import SpeechServer
from ivr.speech.vosk_model import VoskModel
from sahayata import stores
from sahayata.processes import life
from sahayata.settings import Settings
from sahayata.transcribing import Transcribing

log = logging.getLogger(__name__)

PLACES_PER_CORE: Final = 8
"""Callers listened to at once for each core: measured, with room to spare (docs/speech.md)."""
HANGS_S: Final = 3.0
"""A loop that does not turn for so long never will, and Asterisk waits for it without a limit."""
SIGN_EVERY_S: Final = 0.5


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Load the model, then listen to callers until the end is asked for."""
    secrets = stores.load_secrets(settings)
    cores = os.cpu_count() or 1
    try:
        model = await asyncio.to_thread(VoskModel, settings.speech_model)
    except ModelUnusable as fault:
        raise life.CannotWork(str(fault)) from fault
    ears = Ears(model, cores)
    places = settings.speech_places or PLACES_PER_CORE * cores
    server = SpeechServer(ears, secrets.speech, places)
    engine = stores.open_database(settings)
    messages = Transcribing(engine, model, settings.state.messages, stores.now)
    writing_down = asyncio.create_task(messages.run(stop))
    try:
        await server.start("127.0.0.1", settings.ports.speech)
        log.info("speech is recognised", extra={"model": model.name, "places": places})
        life.say_ready()
        await _give_signs_of_life(stop)
    finally:
        faulthandler.cancel_dump_traceback_later()
        stop.set()
        await writing_down
        await server.close()
        await asyncio.to_thread(ears.close)
        engine.dispose()
        log.info("recognised: %s", ears.counters)


async def _give_signs_of_life(stop: asyncio.Event) -> None:
    """End the process when its loop hangs; the supervisor looks after one that is frozen whole."""
    while True:
        faulthandler.dump_traceback_later(HANGS_S, exit=True)
        if await life.until(stop, SIGN_EVERY_S):
            return


if __name__ == "__main__":
    sys.exit(life.main("recognising", work))
