"""Writes spoken messages down, one after another, while callers are listened to."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from database.engine import StoreUnavailable
from ivr.speech.recogniser import Recogniser
from ivr.speech.transcript import NoMessage, transcribe
from tickets.call_events import MessageTranscribed
from tickets.transcripts import LONGEST, SpokenMessage, add_transcript, not_transcribed

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 10.0
NICENESS: Final = 19
"""A message can wait; callers cannot."""


class Transcribing:
    """The messages of this machine, in one thread of the lowest priority."""

    def __init__(
        self, engine: Engine, recogniser: Recogniser, folder: Path, now: Callable[[], datetime]
    ) -> None:
        """``folder`` holds the messages of this machine; those of others are left to them."""
        self._engine, self._recogniser, self._now = engine, recogniser, now
        self._folder = folder.resolve()
        self._seen = 0
        self._thread = ThreadPoolExecutor(1, "transcribing", initializer=_step_back)

    async def run(self, stop: asyncio.Event) -> None:
        """Look for messages until the end is asked for."""
        loop = asyncio.get_running_loop()
        try:
            while not stop.is_set():
                await loop.run_in_executor(self._thread, self.look, stop)
                try:
                    await asyncio.wait_for(stop.wait(), LOOK_EVERY_S)
                except TimeoutError:
                    continue
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    def look(self, stop: asyncio.Event | None = None) -> int:
        """Write down what has come since; return how many. Never raises for what it finds."""
        stopped = stop.is_set if stop is not None else bool
        written = 0
        try:
            while messages := not_transcribed(self._engine, self._seen):
                for message in messages:
                    written += self._write_down(message, stopped)
                    if stopped():
                        return written
                    self._seen = message.id
        except StoreUnavailable as fault:
            log.warning("messages cannot be written down now: %s", fault)
        return written

    def _write_down(self, message: SpokenMessage, stopped: Callable[[], bool]) -> bool:
        path = Path(message.recording)
        if not path.resolve().is_relative_to(self._folder) or not path.is_file():
            return False
        try:
            found = transcribe(self._recogniser, path, stopped)
        except NoMessage as fault:
            log.warning("a message is not written down: it %s", fault)
            return False
        except Exception:  # whatever the engine raises at one message, the others are to come
            log.exception("a message is not written down: recognition failed")
            return False
        event = MessageTranscribed(
            message.recording,
            found.text[:LONGEST],
            self._recogniser.name,
            round(found.confidence, 2),
        )
        return add_transcript(self._engine, message, event, self._now())


def _step_back() -> None:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
