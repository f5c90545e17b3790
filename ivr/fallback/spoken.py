"""What is said: prompts and spoken values as one list of recordings.

A value that only the call knows stands in a variable, which always holds at least a short silence:
a list with a hole in it would make Asterisk complain. Just before it is said its recordings are
looked for: Asterisk leaves out what it cannot open, and a number without one of its digits is
another number. So a value is said whole or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ivr.call import PromptId
from ivr.fallback import variables as v
from ivr.fallback.text import gosub
from ivr.flow.speech import reference
from ivr.languages import LANGUAGES
from ivr.phrase import Phrase
from ivr.voice.next_best import FALLBACK, LEADS

PAUSE: Final = "pause_short"
"""Stands where nothing is to be said."""
FORMATS: Final = ("alaw", "ulaw", "g722")
"""How callers are played recordings; Asterisk chooses by the caller's codec."""
LENGTH: Final = "bytes"
"""Ending of the file that says how many bytes a recording of an official has, as
``ivr.voice.publish`` writes it; this module is pure."""
SHORTEST_BYTES: Final = 1600
"""A fifth of a second in each format: what is shorter is no word, but what is left of one."""
TOLERANCE_BYTES: Final = 400
"""A twentieth of a second: a recording may be so much shorter than it was made."""

_RETURNED: Final = "${GOSUB_RETVAL}"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said, and the steps that have to come before."""

    before: tuple[str, ...]
    recordings: str
    """Recordings joined by ``&``; "" when nothing is said."""


def recordings(prompts: Iterable[PromptId], language: str) -> str:
    """Join the recordings of plain prompts: ``hi/greeting&hi/helpline_name``."""
    return "&".join(f"{language}/{prompt}" for prompt in prompts)


def spoken(prompts: Iterable[str], language: str) -> Spoken:
    """Say prompts and spoken values. What cannot be known here (a status) is left out."""
    before: list[str] = []
    said: list[str] = []
    leads = {f"{language}/{prompt}" for prompt in LEADS}
    for prompt in prompts:
        found = reference(prompt)
        if found is None:
            said.append(f"{language}/{prompt}")
            continue
        steps, value = _value(*found, language)
        if not value:
            continue
        lead = [said.pop()] if said and said[-1] in leads else []
        whole = f"{v.SAY}{len(said) + 1}"
        before += [*steps, gosub("whole", value, *lead), f"Set({whole}=${{GOSUB_RETVAL}})"]
        said.append(v.value(whole))
    return Spoken(tuple(before), "&".join(said))


def damage(file: str, least: str) -> str:
    """Write the question whether a recording cannot be said; ``file`` is its path, no ending.

    As the server judges it: one file at least must be there, and none of them cut short, which is
    less than ``least`` bytes.
    """
    there = [f"${{STAT(e,{file}.{ending})}}" for ending in FORMATS]
    sizes = [f"${{STAT(s,{file}.{ending})}}" for ending in FORMATS]
    short = [f"{size} < {least} * {it}" for it, size in zip(there, sizes, strict=True)]
    return f"$[{' + '.join(there)} = 0 | {' | '.join(short)}]"


def unsaid(language: str) -> str:
    """Name the recording that stands for what cannot be said."""
    return f"{language}/{FALLBACK}"


def spoken_digits(said: Phrase, variable: str, language: str) -> str:
    """Say the digits of a channel variable as ``said`` says 0, 1, 2, …: with the same pauses."""
    digit = f"n_${{{variable}:\\1:1}}"
    return re.sub(r"n_(\d)", digit, recordings(said.prompts, language))


def _value(name: str, argument: str, language: str) -> tuple[tuple[str, ...], str]:
    """Return the steps that find a value out, and its recordings; "" for what is not known here."""
    match name:
        case "ticket_number":
            return (), v.value(v.SAY_NUMBER)
        case "category":
            return (), v.value(v.SAY_CATEGORY)
        case "limit":
            return (), v.value(v.SAY_LIMIT)
        case "deadline":
            return (gosub("deadline"),), v.value(v.SAY_DEADLINE)
        case "digits":
            return (gosub("digits", v.value(v.ANSWER + argument)),), _RETURNED
        case "pin_code":
            said = LANGUAGES[language].pin_code("012345")
            return (), spoken_digits(said, v.ANSWER + argument, language)
        case "number":
            return (gosub("count", v.value(v.ANSWER + argument)),), _RETURNED
        case "waiting":
            return (gosub("count", v.value(v.WAITING + argument)),), _RETURNED
        case _:
            return (), ""
