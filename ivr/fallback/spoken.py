"""What is said: prompts and spoken values as one list of recordings.

A value that only the call knows stands in a variable, which always holds at least a short silence:
a list with a hole in it would make Asterisk complain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ivr.call import PromptId
from ivr.fallback import variables as v
from ivr.fallback.text import gosub
from ivr.flow.speech import reference

PAUSE: Final = "pause_short"
"""Stands where nothing is to be said."""


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
    for prompt in prompts:
        found = reference(prompt)
        if found is None:
            said.append(f"{language}/{prompt}")
            continue
        steps, variable = _value(*found)
        before += steps
        said += [v.value(variable)] if variable else []
    return Spoken(tuple(before), "&".join(said))


def _value(name: str, argument: str) -> tuple[tuple[str, ...], str]:
    match name:
        case "ticket_number":
            return (), v.SAY_NUMBER
        case "category":
            return (), v.SAY_CATEGORY
        case "limit":
            return (), v.SAY_LIMIT
        case "deadline":
            return (gosub("deadline"),), v.SAY_DEADLINE
        case "digits":
            return _returned("digits", v.ANSWER + argument, f"{v.SAY}digits_{argument}")
        case "number":
            return _returned("count", v.ANSWER + argument, f"{v.SAY}count_{argument}")
        case "waiting":
            return _returned("count", v.WAITING + argument, f"{v.SAY}waiting_{argument}")
        case _:
            return (), ""


def _returned(name: str, of: str, into: str) -> tuple[tuple[str, ...], str]:
    return (gosub(name, v.value(of)), f"Set({into}=${{GOSUB_RETVAL}})"), into
