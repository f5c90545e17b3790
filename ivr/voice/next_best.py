"""What to play when recordings are missing: the next best, found before anything is played.

A number is said digit by digit. A time, a date or a ticket number is said whole or not at all: a
word left out of it would be a false promise. What cannot be said is replaced by one sentence that
says so, and so is what only leads to it: "your ticket number is" with no number after it. A silence
is simply left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ivr.call import PromptId
from ivr.languages import LANGUAGES, Numbers

FALLBACK: Final[PromptId] = "recording_missing"
"""Said once in place of all that cannot be said."""

LEADS: Final[frozenset[PromptId]] = frozenset({"number_is", "number_again", "pin_is"})
"""Nothing without the value after them."""

_PAUSE: Final = re.compile(r"pause_")
_VALUE: Final = re.compile(r"(n|o|t|m|w|c|l)_")
"""Numbers, ordinals, times, months, weekdays, money and letters, as ``ivr.hindi`` names them."""


@dataclass(frozen=True, slots=True)
class NextBest:
    """What can be played, and what is missing from it."""

    prompts: tuple[PromptId, ...]
    missing: tuple[PromptId, ...] = ()
    """Asked for, but without a usable recording; for the log."""
    unsaid: bool = False
    """Something could not be said in any way: lead the caller to a person."""


def next_best(
    prompts: Sequence[PromptId],
    usable: Collection[PromptId],
    numbers: Numbers = LANGUAGES["hi"],
) -> NextBest:
    """Replace what has no usable recording. With nothing missing the list comes back as it is.

    ``numbers`` are of the language of the recordings.
    """
    missing = tuple(dict.fromkeys(prompt for prompt in prompts if prompt not in usable))
    if not missing:
        return NextBest(tuple(prompts))
    played: list[PromptId] = []
    unsaid = False
    for is_value, group in groupby(prompts, key=_belongs_to_value):
        run = list(group)
        for part in [run] if is_value else [[prompt] for prompt in run]:
            said = _sayable(part, usable, numbers)
            if said is None:
                unsaid = True
                if is_value and played and played[-1] in LEADS:
                    played.pop()
                said = [FALLBACK] if FALLBACK in usable and FALLBACK not in played else []
            played += said
    return NextBest(tuple(played), missing, unsaid)


def _belongs_to_value(prompt: PromptId) -> bool:
    return bool(_VALUE.match(prompt) or _PAUSE.match(prompt))


def _sayable(
    part: list[PromptId], usable: Collection[PromptId], numbers: Numbers
) -> list[PromptId] | None:
    """Return the best way to say a sentence or a value, ``None`` if there is none."""
    said = [prompt for prompt in part if prompt in usable or not _PAUSE.match(prompt)]
    if all(prompt in usable for prompt in said):
        return said
    said = list(_digit_by_digit(said, usable, numbers))
    return said if all(prompt in usable for prompt in said) else None


def _digit_by_digit(
    part: list[PromptId], usable: Collection[PromptId], numbers: Numbers
) -> Iterator[PromptId]:
    scale_of = {phrase.prompts[0]: ones for ones, phrase in numbers.SCALES}
    for is_number, group in groupby(part, key=lambda prompt: prompt.startswith("n_")):
        run = list(group)
        if not is_number or all(prompt in usable for prompt in run):
            yield from run
        elif any(prompt in scale_of for prompt in run):
            yield from numbers.digits(str(_value(run, scale_of))).prompts
        else:
            for prompt in run:
                yield from numbers.digits(prompt.removeprefix("n_")).prompts


def _value(run: list[PromptId], scale_of: Mapping[PromptId, int]) -> int:
    """Return the number that a run of number prompts stands for."""
    total, count = 0, 0
    for prompt in run:
        if prompt in scale_of:
            total, count = total + count * scale_of[prompt], 0
        else:
            count = int(prompt.removeprefix("n_"))
    return total + count
