"""The small language in which a call is pressed: ``--keys "1 122001# w5 #"``.

Groups of keys stand between blanks. A group is pressed when the line has fallen silent after
something was said, so that a newcomer need not think of time; a wait written before a group takes
the place of that. The same script runs on the telephone and in the terminal.

=========  =============================================================================
``1``      wait until the line falls silent, then press 1
``12#``    the same, then press 1, 2, # quickly one after another
``w5``     wait five seconds; ``w0`` does not wait: press while the prompt is still playing
``w0.5``   wait half a second
``w~``     wait until the line falls silent
``w:id``   wait until the prompt ``id`` was heard and the line falls silent
``h:id``   wait until the prompt ``id`` was heard to its end; press while the next one plays
``s3``     when the line falls silent, speak for three seconds, as into a recording
``say:राशन``  when the line falls silent, say this word; ``_`` for a blank, ``say:राशन@40`` in the
           terminal: so that it is heard with a confidence of 40 %
``!``      put the phone down
=========  =============================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAX_KEYS: Final = 1000
"""In one script; far above what any conversation asks for, low enough to end."""
MAX_PAUSE_S: Final = 600.0

_TOKEN: Final = re.compile(
    r"w(?P<seconds>\d{1,4}(?:\.\d{1,3})?)|(?P<silence>w~)|w:(?P<prompt>[a-z0-9_]{1,64})"
    r"|h:(?P<said>[a-z0-9_]{1,64})"
    r"|say:(?P<word>[^\s@]{1,64})(?:@(?P<percent>\d{1,2}))?"
    r"|(?P<down>!)|s(?P<speech>\d{1,3}(?:\.\d{1,3})?)|(?P<keys>[0-9*#A-Da-d]+)"
)


class BadKeys(ValueError):
    """The script cannot be understood; the message shows where and what would be right."""


@dataclass(frozen=True, slots=True)
class Press:
    """Press these keys one after another; ``A``-``D`` exist on the wire and may be tried."""

    keys: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Let so many seconds go by."""

    seconds: float


@dataclass(frozen=True, slots=True)
class UntilSilent:
    """Wait until something was said and the line fell silent."""


@dataclass(frozen=True, slots=True)
class UntilHeard:
    """Wait until this prompt was heard and the line fell silent."""

    prompt: str


@dataclass(frozen=True, slots=True)
class UntilSaid:
    """Wait until this prompt was heard to its end, whatever is said after it."""

    prompt: str


@dataclass(frozen=True, slots=True)
class Speak:
    """Say something for so many seconds; what is said has no words."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Utter:
    """Say a word or some."""

    phrase: str
    confidence: float = 1.0
    """How sure a recogniser will be; a real one judges for itself."""


@dataclass(frozen=True, slots=True)
class PutDown:
    """Put the phone down; what stands after it is not done."""


KeyStep = Press | Pause | UntilSilent | UntilHeard | UntilSaid | Speak | Utter | PutDown


def parse_keys(script: str) -> tuple[KeyStep, ...]:
    """Read a script. Keys, and speech, with no wait before them get ``UntilSilent`` before them.

    Only keys after speech are pressed at once: that ends a spoken message.

    Raises:
        BadKeys: something in it is neither keys nor a wait, or there is too much of it.
    """
    steps: list[KeyStep] = []
    for word in script.split():
        for step in _steps(word):
            if _needs_silence(step, steps[-1] if steps else None):
                steps.append(UntilSilent())
            steps.append(step)
    pressed = sum(len(step.keys) for step in steps if isinstance(step, Press))
    if pressed > MAX_KEYS:
        raise BadKeys(f"{pressed} keys are more than {MAX_KEYS}")
    return tuple(steps)


def _needs_silence(step: KeyStep, before: KeyStep | None) -> bool:
    match step:
        case Press():
            return before is None or isinstance(before, Press | Utter)
        case Speak() | Utter():
            return before is None or isinstance(before, Press | Speak | Utter)
        case _:
            return False


def _steps(word: str) -> list[KeyStep]:
    steps: list[KeyStep] = []
    position = 0
    while position < len(word):
        match = _TOKEN.match(word, position)
        if match is None:
            raise BadKeys(
                f"{word[position:][:20]!r} in {word[:40]!r} is no key and no wait;"
                ' write keys 0-9 * #, or "w5" to wait five seconds'
            )
        steps.append(_step(match))
        position = match.end()
    return steps


def _step(match: re.Match[str]) -> KeyStep:
    if match["keys"]:
        return Press(match["keys"].upper())
    if match["silence"]:
        return UntilSilent()
    if match["prompt"]:
        return UntilHeard(match["prompt"])
    if match["word"]:
        percent = match["percent"]
        return Utter(match["word"].replace("_", " "), int(percent) / 100 if percent else 1.0)
    if match["down"]:
        return PutDown()
    if match["said"]:
        return UntilSaid(match["said"])
    seconds = float(match["seconds"] or match["speech"])
    if seconds > MAX_PAUSE_S:
        raise BadKeys(f"{match[0]}: the longest is {MAX_PAUSE_S:.0f} seconds")
    return Pause(seconds) if match["seconds"] else Speak(seconds)
