"""Keypads for the telephone without a line: a script of keys, and the keyboard of a terminal."""

from __future__ import annotations

import asyncio
import os
import sys
import termios
import tty
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from ivr.call import KEYS, CallerHungUp, Said
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

BETWEEN_KEYS_S: Final = 0.2
"""How quickly the keys of one group follow one another."""
HANG_UP: Final = "h"
HANG_UP_KEYS: Final = "hq\x03\x04"
"""Keys of the keyboard that hang up: h, q, Ctrl-C and Ctrl-D."""


class NoTerminal(Exception):
    """Standard input is no terminal that keys could be read from."""


class ScriptedKeypad:
    """Presses the keys of a script (see ``ivr.keys``) in reckoned time; then stays silent.

    ``hang_up_at_end``: hangs up instead when the script is over; after a wait at once, after a key
    when something was said and the line has fallen silent.
    """

    def __init__(self, steps: Sequence[KeyStep], *, hang_up_at_end: bool = False) -> None:
        self._steps = deque(steps)
        if hang_up_at_end:
            waits = bool(steps) and not isinstance(steps[-1], Press)
            self._steps += [Press(HANG_UP)] if waits else [UntilSilent(), Press(HANG_UP)]
        self._keys = ""
        self._word: Said | None = None
        self._ready_at = 0.0
        """When the step that comes next may happen; a wait adds to it."""
        self._spoken = False
        """Something was said since the last key."""
        self._heard: set[str] = set()
        self._saying = ""
        """The newest of them."""
        self.now_s = 0.0
        """Seconds since the answer."""

    def heard(self, prompt: str) -> None:
        """Be told that a prompt is being said, for ``w:id`` and ``h:id``."""
        self._heard.add(prompt)
        self._saying = prompt

    async def key(self, within_s: float, *, silent: bool) -> str | Said:
        """Return the next key or word of the script if its time comes within so many seconds."""
        self._spoken = self._spoken or not silent
        due = self._due(silent)
        if due is None or due >= self.now_s + within_s:
            self.now_s += within_s
            return ""
        self.now_s = max(self.now_s, due)
        if self._word is not None:
            word, self._word, self._spoken = self._word, None, False
            return word
        key, self._keys = self._keys[0], self._keys[1:]
        self._ready_at = self.now_s + BETWEEN_KEYS_S
        self._spoken = False
        if key == HANG_UP:
            raise CallerHungUp("the script is over")
        return key

    def _due(self, silent: bool) -> float | None:
        """When the next key will be pressed; ``None``: not before the line changes, or never."""
        while not self._keys and self._word is None and self._steps:
            match self._steps[0]:
                case Press(keys):
                    self._keys = keys
                case Utter(phrase, confidence):
                    self._word = Said(phrase, confidence)
                case PutDown():
                    self._keys = HANG_UP
                case Pause(seconds) | Speak(seconds):
                    self._ready_at += seconds
                case UntilSilent() if silent and self._spoken:
                    self._ready_at = self.now_s
                case UntilHeard(prompt) if silent and prompt in self._heard:
                    self._ready_at = self.now_s
                case UntilSaid(prompt) if prompt in self._heard and (
                    silent or prompt != self._saying
                ):
                    self._ready_at = self.now_s
                case _:
                    return None
            self._steps.popleft()
        return self._ready_at if self._keys or self._word is not None else None


class TerminalKeypad:
    """The keyboard: 0-9, * and # are keys; h, q or the end of input hang up."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._pressed: asyncio.Queue[str] = asyncio.Queue(maxsize=64)

    def read(self) -> None:
        """Take what was typed; called when the keyboard has something."""
        typed = os.read(self._descriptor, 64).decode(errors="replace")
        for character in typed or HANG_UP:
            if (character in KEYS or character in HANG_UP_KEYS) and not self._pressed.full():
                self._pressed.put_nowait(character)

    def heard(self, prompt: str) -> None:
        """Take no notice: a person hears for themselves."""

    async def key(self, within_s: float, *, silent: bool) -> str:
        """Wait for a key as long as a telephone would."""
        try:
            async with asyncio.timeout(within_s):
                key = await self._pressed.get()
        except TimeoutError:
            return ""
        if key in HANG_UP_KEYS:
            raise CallerHungUp("the caller put the phone down")
        return key


@contextmanager
def keyboard() -> Iterator[TerminalKeypad]:
    """Read single keys from the terminal while the context lasts; needs a running loop.

    Raises ``NoTerminal`` when standard input is a file or a pipe.
    """
    descriptor = sys.stdin.fileno()
    if not os.isatty(descriptor):
        raise NoTerminal("standard input is no terminal: give the keys with --keys")
    keypad, loop = TerminalKeypad(descriptor), asyncio.get_running_loop()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    loop.add_reader(descriptor, keypad.read)
    try:
        yield keypad
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
