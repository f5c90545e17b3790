"""Following a script of keys while listening: what a citizen's fingers do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from ivr.keys import KeyStep, Pause, Press, Speak, UntilHeard, UntilSilent
from sahayata.telephone.alaw import RATE, Samples
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

Ear = Callable[[Samples], Sequence[str]]
"""Says which prompts occur in a sound, in order."""


class NotHeard(Exception):
    """A prompt that the script waits for did not come; the message says which."""


class Fingers:
    """Presses keys on an answered call. ``ear`` is needed for ``UntilHeard``."""

    def __init__(self, voice: Voice, ear: Ear | None, tell: Callable[[str], None]) -> None:
        self.pressed = ""
        """The keys that were pressed so far."""
        self._voice = voice
        self._ear = ear
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
                case Press(keys):
                    await self._press(keys)
                case Speak(seconds):
                    await self._speak(seconds)

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
            await self._until_silent()
            sound = self._voice.sound()[round(max(0.0, since - AFTERMATH_S) * RATE) :]
            if self._ear is None or prompt in await asyncio.to_thread(self._ear, sound):
                return
            if self._voice.now - since >= TALK_LIMIT_S:
                raise NotHeard(f"{prompt} was not heard within {TALK_LIMIT_S:g} s")
            self._listen_from = self._voice.now
