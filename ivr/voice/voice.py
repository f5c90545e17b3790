"""The port to a voice: text in, sound out.

Voices speak when recordings are built, never in a call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Mono sound between -1 and 1."""


class VoiceFailed(Exception):
    """A voice could not say a text; the message says why in a sentence."""


class VoiceAway(VoiceFailed):
    """A voice can say nothing now, whatever the text: it is not installed, or out of reach."""


@dataclass(frozen=True, slots=True)
class Speech:
    """What a voice made of a text."""

    samples: Samples
    rate: int
    """Samples a second."""
    phonemes: str
    """What the voice took the text to be, in the International Phonetic Alphabet; "" if it cannot
    tell. Kept beside the recordings, so that a misread word is found without hearing it."""


class Voice(Protocol):
    """One way to turn text into speech."""

    @property
    def name(self) -> str:
        """Who speaks, for the index and the figures: ``kokoro hf_alpha``."""

    def recipe(self, text: str, pace: float) -> str:
        """Return all that decides how ``text`` will sound: name, settings, spelling.

        A recording is made again when its recipe changes. Raises ``VoiceFailed``.
        """

    def speak(self, text: str, pace: float) -> Speech:
        """Say ``text``, at ``pace`` times the usual speed where the voice can.

        The same text always gives the same samples. Raises ``VoiceFailed``, and ``VoiceAway``
        where another text would fare no better.
        """
