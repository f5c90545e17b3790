"""Following a script of keys while listening: what a citizen's fingers do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from ivr.keys import (
    KeyStep,
    Pause,
    Press,
    PutDown,
    Speak,
    UntilHeard,
    UntilSaid,
    UntilSilent,
    Utter,
)
from sahayata.telephone.alaw import Samples
from sahayata.telephone.murmur import murmur
from sahayata.telephone.speech import TICK_S
from sahayata.telephone.voice import Voice

SILENT_FOR_S: Final = 0.8
"""The line has fallen silent when nobody spoke for so long: longer than a breath in a sentence."""
NOTHING_SAID_S: Final = 5.0
"""A key is pressed all the same when nothing was said for so long."""
AFTERMATH_S: Final = 0.4
"""What is heard just after a key is the end of what was said before it."""
TALK_LIMIT_S: Final = 45.0
"""A key is pressed all the same into a line that never falls silent, as with music on hold."""

HEARD_LIMIT_S: Final = 90.0
"""A prompt that was not heard for so long does not come."""
PAUSE_S: Final = 0.1
"""Between two prompts, or at a comma: a moment to think whether that was the one."""
THINK_S: Final = 1.0
"""In sound without a pause one thinks so often all the same."""
REST: Final = 50
"""After a thought one takes packets in for so many times as long: on a busy machine sixteen callers
in one process would think all the time, and hear nothing. Counted in its own time of the processor:
by the clock a thought among other work is long, and the rest after it would miss what is said."""
AROUND_S: Final = 1.0
"""So much more than a prompt is looked at, before what is new."""


class Ear(Protocol):
    """Listens while the call goes on."""

    def seconds(self, prompt: str) -> float:
        """Return how long a prompt lasts; 0 when it is not known."""

    def hears(self, samples: Samples, prompt: str) -> bool:
        """Say whether a prompt was said to its end somewhere in a sound."""


Mouth = Callable[[str], bytes]
"""Says words: A-law at 8 kHz. Called in a thread."""


def murmured(phrase: str) -> bytes:
    """Say something as long as the phrase, without words."""
    return murmur(0.3 + 0.1 * len(phrase))


class NotHeard(Exception):
    """A prompt that the script waits for did not come; the message says which."""


class Fingers:
    """Presses keys on an answered call.

    Without an ``ear``, ``UntilHeard`` and ``UntilSaid`` are ``UntilSilent``.
    """

    def __init__(
        self,
        voice: Voice,
        ear: Ear | None,
        tell: Callable[[str], None],
        mouth: Mouth = murmured,
    ) -> None:
        self.pressed = ""
        """The keys that were pressed so far."""
        self.put_down = False
        """The script says that the phone is to be put down now."""
        self._voice = voice
        self._ear = ear
        self._mouth = mouth
        self._tell = tell
        self._listen_from = voice.now
        """Sound before this moment belongs to what was said before the last key."""

    async def follow(self, script: Sequence[KeyStep]) -> None:
        """Do everything in the script, one step after another.

        Raises:
            NotHeard: the helpline is not where the script believes it to be.
        """
        for step in script:
            match step:
                case Pause(seconds):
                    await asyncio.sleep(seconds)
                case UntilSilent():
                    await self._until_silent()
                case UntilHeard(prompt):
                    await self._until_heard(prompt)
                case UntilSaid(prompt):
                    await self._until_said(prompt)
                case Press(keys):
                    await self._press(keys)
                case Speak(seconds):
                    await self._speak(seconds)
                case Utter(phrase):
                    await self._utter(phrase)
                case PutDown():
                    self.put_down = True
                    return

    async def _press(self, keys: str) -> None:
        self._tell(f"pressing {keys}")
        for key in keys:
            self.pressed += key
            await self._voice.press(key)
        self._listen_from = self._voice.now + AFTERMATH_S

    async def _speak(self, seconds: float) -> None:
        self._tell(f"speaking for {seconds:g} s")
        await self._voice.say(murmur(seconds))
        self._listen_from = self._voice.now + AFTERMATH_S

    async def _utter(self, phrase: str) -> None:
        sound = await asyncio.to_thread(self._mouth, phrase)
        self._tell(f"saying {phrase}")
        await self._voice.say(sound)
        self._listen_from = self._voice.now + AFTERMATH_S

    async def _until_silent(self) -> None:
        """Wait for a pause after something was said, in vain no longer than the limits above."""
        while True:
            now, last = self._voice.now, self._voice.last_loud
            since = self._listen_from
            said = last > since
            if (now - last >= SILENT_FOR_S) if said else (now - since >= NOTHING_SAID_S):
                return
            if now - since >= TALK_LIMIT_S:
                return
            await asyncio.sleep(TICK_S)

    async def _until_heard(self, prompt: str) -> None:
        self._tell(f"waiting for {prompt}")
        since = self._listen_from
        while True:
            looked = self._listen_from
            await self._until_silent()
            if self._said(prompt, since, looked):
                return
            self._listen_from = self._voice.now

    async def _until_said(self, prompt: str) -> None:
        self._tell(f"waiting for {prompt}")
        if self._ear is None:
            await self._until_silent()
            return
        since = looked = self._listen_from
        while True:
            await self._until_pause(looked)
            before, looked = looked, self._voice.now
            began = time.thread_time()
            if self._said(prompt, since, before):
                return
            await asyncio.sleep(REST * (time.thread_time() - began))

    async def _until_pause(self, since: float) -> None:
        """Wait for a short pause in what is said from ``since`` on, ``THINK_S`` at most."""
        while True:
            now, last = self._voice.now, self._voice.last_loud
            if (last > since and now - last >= PAUSE_S) or now - since >= THINK_S:
                return
            await asyncio.sleep(TICK_S)

    def _said(self, prompt: str, since: float, looked: float) -> bool:
        """Tell whether it was said after ``since``, and was not yet at ``looked``."""
        if self._ear is None:
            return True
        new = looked - self._ear.seconds(prompt) - AROUND_S
        # Not in a thread: two that think at once keep each other from the packets that come in.
        if self._ear.hears(self._voice.sound(max(since - AFTERMATH_S, new)), prompt):
            return True
        if self._voice.now - since >= HEARD_LIMIT_S:
            raise NotHeard(f"{prompt} was not heard within {HEARD_LIMIT_S:g} s")
        return False
