"""Ears: one for each caller who is listened to, with no more work at once than there are cores.

Sound comes in frames of 20 ms on the event loop and is recognised in a few threads of low priority.
An ear that falls behind becomes deaf until the next menu: keys go on, and the others keep up.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from ivr.speech.grammar import Grammar, Guess
from ivr.speech.recogniser import BYTES_PER_SECOND, Hearing, Recogniser

log = logging.getLogger(__name__)

AT_A_TIME: Final = BYTES_PER_SECOND // 5
"""Sound is recognised in pieces of at least a fifth of a second."""
BEHIND: Final = BYTES_PER_SECOND * 3
"""More than this unheard and what is recognised would come too late to be of use."""
NICENESS: Final = 5
"""Telephony and conversations come first."""


@dataclass(slots=True)
class Counters:
    """What has happened since the start."""

    utterances: int = 0
    answers: int = 0
    deaf: int = 0
    """Ears that fell behind."""
    failed: int = 0


class Ears:
    """Makes ears; ``close`` it when all are gone."""

    def __init__(self, recogniser: Recogniser, threads: int) -> None:
        self.counters = Counters()
        self.recogniser = recogniser
        self.threads = ThreadPoolExecutor(threads, "recogniser", initializer=_step_back)

    def close(self) -> None:
        """Let the threads end after what they are at."""
        self.threads.shutdown(wait=True, cancel_futures=True)


def _step_back() -> None:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


class Ear:
    """Listens to one caller, menu after menu; used from one event loop."""

    def __init__(self, ears: Ears, heard: Callable[[Guess], None]) -> None:
        self._ears, self._heard = ears, heard
        self._grammar: Grammar | None = None
        self._hearing: Hearing | None = None
        self._unheard = bytearray()
        self._working: asyncio.Future[None] | None = None

    def listen(self, grammar: Grammar) -> None:
        """Listen for something else from now on; what was unheard is forgotten."""
        self._grammar, self._hearing = grammar, None
        self._unheard.clear()

    def stop(self) -> None:
        """Listen no more, until ``listen``."""
        self._grammar = self._hearing = None
        self._unheard.clear()

    def take(self, sound: bytes) -> None:
        """Take sound as it comes."""
        if self._grammar is None:
            return
        self._unheard += sound
        if len(self._unheard) > BEHIND:
            self._ears.counters.deaf += 1
            log.warning("a caller is not listened to any more: recognition cannot follow")
            self.stop()
        elif self._working is None and len(self._unheard) >= AT_A_TIME:
            self._working = asyncio.ensure_future(self._work())

    async def close(self) -> None:
        """Stop, and wait for the thread that is at it."""
        self.stop()
        if self._working is not None:
            await asyncio.wait({self._working})

    async def _work(self) -> None:
        try:
            while (grammar := self._grammar) is not None and len(self._unheard) >= AT_A_TIME:
                sound = bytes(self._unheard)
                self._unheard.clear()
                await self._recognise(grammar, sound)
        except Exception:
            self._ears.counters.failed += 1
            log.exception("recognition failed: this caller is not listened to any more")
            self.stop()
        finally:
            self._working = None

    async def _recognise(self, grammar: Grammar, sound: bytes) -> None:
        loop, threads = asyncio.get_running_loop(), self._ears.threads
        hearing = self._hearing
        if hearing is None:
            hearing = await loop.run_in_executor(threads, self._ears.recogniser.listen, grammar)
            if self._grammar is not grammar:
                return
            self._hearing = hearing
        words = await loop.run_in_executor(threads, hearing.hear, sound)
        if not words or self._grammar is not grammar:
            return
        self._ears.counters.utterances += 1
        guess = grammar.heard(words)
        if guess is not None:
            self._ears.counters.answers += 1
            self.stop()
            self._heard(guess)
