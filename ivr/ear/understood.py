"""How much of each prompt was understood, worst first, and which stand out from the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, quantiles
from typing import Final, Protocol

from ivr.call import PromptId
from ivr.ear.recordings import Sound
from ivr.ear.sounds_of import error_among, error_rate
from ivr.hindi.letters import BLOCKS, LETTERS, MINUS, SIGNS, SPACE
from ivr.hindi.numbers import SCALES, WORDS, small_number

SENTENCE_WORDS: Final = 3
"""From so many words on a prompt is a sentence, and judged as it is. A shorter one is judged among
what it is said with (``ivr.ear.among``)."""
LEAST_OUTLIER: Final = 0.25
"""A prompt of which three quarters were understood is no outlier, however good the others are."""
FENCE: Final = 1.5
"""Tukey's: so many interquartile ranges above the upper quartile."""


class Kind(StrEnum):
    """Neighbours: prompts that are as hard to understand as each other."""

    SENTENCES = "sentences"
    WORDS = "words"
    NUMBERS = "numbers"
    LETTERS = "letters"


_NUMBERS: Final = frozenset(
    prompt
    for phrase in (*map(small_number, range(len(WORDS))), *(unit for _, unit in SCALES))
    for prompt in phrase.prompts
)
_LETTERS: Final = frozenset(
    prompt
    for phrase in (*LETTERS.values(), *BLOCKS.values(), *SIGNS.values(), SPACE, MINUS)
    for prompt in phrase.prompts
)


class Ear(Protocol):
    """What writes down what it hears."""

    def write(self, sound: Sound) -> str:
        """Write down what is said in telephone sound."""


@dataclass(frozen=True, slots=True)
class Understood:
    """One prompt, and what was made of it."""

    prompt: PromptId
    text: str
    heard: str
    """In the letters of the ear."""
    error: float
    """See ``error_rate`` and ``error_among`` in ``ivr.ear.sounds_of``."""

    @property
    def kind(self) -> Kind:
        """Say which others it is compared with."""
        return kind(self.prompt, self.text)


@dataclass(frozen=True, slots=True)
class Understanding:
    """All prompts of one kind, the worst first."""

    prompts: tuple[Understood, ...]

    @property
    def mean(self) -> float:
        """Mean error; 0 without prompts."""
        return fmean(one.error for one in self.prompts) if self.prompts else 0.0

    @property
    def fence(self) -> float:
        """The error above which a prompt is an outlier."""
        if len(self.prompts) < 2:
            return LEAST_OUTLIER
        lower, _, upper = quantiles((one.error for one in self.prompts), n=4)
        return max(LEAST_OUTLIER, upper + FENCE * (upper - lower))

    @property
    def outliers(self) -> tuple[Understood, ...]:
        """Those that are worse than their neighbours by far."""
        return tuple(one for one in self.prompts if one.error > self.fence)


def kind(prompt: PromptId, text: str) -> Kind:
    """Say what a prompt is compared with."""
    if prompt in _NUMBERS:
        return Kind.NUMBERS
    if prompt in _LETTERS:
        return Kind.LETTERS
    return Kind.SENTENCES if len(text.split()) >= SENTENCE_WORDS else Kind.WORDS


def understood(
    prompt: PromptId, text: str, heard: str, *, before: str = "", after: str = ""
) -> Understood:
    """Compare what was said with what was written down of it and of what stood around it."""
    if before or after:
        return Understood(prompt, text, heard, error_among(before, text, after, heard))
    return Understood(prompt, text, heard, error_rate(text, heard))


def ranked(prompts: Iterable[Understood]) -> Mapping[Kind, Understanding]:
    """Return the neighbours together, each the worst first; kinds of which there are none not."""
    ordered = sorted(prompts, key=lambda one: (-one.error, one.prompt))
    found = {each: tuple(one for one in ordered if one.kind is each) for each in Kind}
    return {each: Understanding(alike) for each, alike in found.items() if alike}
