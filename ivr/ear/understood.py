"""How much of each prompt was understood, worst first, and which stand out from the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles
from typing import Final, Protocol

from ivr.call import PromptId
from ivr.ear.recordings import Sound
from ivr.ear.sounds_of import error_rate

SENTENCE_WORDS: Final = 3
"""From so many words on a prompt is a sentence. A word alone gives no recogniser anything to go by:
words are compared with words only."""
LEAST_OUTLIER: Final = 0.25
"""A prompt of which three quarters were understood is no outlier, however good the others are."""
FENCE: Final = 1.5
"""Tukey's: so many interquartile ranges above the upper quartile."""


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
    """See ``ivr.ear.sounds_of.error_rate``."""

    @property
    def sentence(self) -> bool:
        """Whether it is long enough to be judged as a sentence."""
        return len(self.text.split()) >= SENTENCE_WORDS


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


def understood(prompt: PromptId, text: str, heard: str) -> Understood:
    """Compare what was said with what was written down."""
    return Understood(prompt, text, heard, error_rate(text, heard))


def ranked(prompts: Iterable[Understood]) -> tuple[Understanding, Understanding]:
    """Return sentences and single words apart, each the worst first."""
    ordered: Sequence[Understood] = sorted(prompts, key=lambda one: (-one.error, one.prompt))
    sentences = tuple(one for one in ordered if one.sentence)
    words = tuple(one for one in ordered if not one.sentence)
    return Understanding(sentences), Understanding(words)
