"""A mouth that says words: a citizen of ``sahayata dial`` who speaks instead of pressing keys."""

from __future__ import annotations

import logging
from typing import Final

import numpy as np
import soxr

from ivr.voice.codecs import encode_alaw
from ivr.voice.espeak import Espeak
from ivr.voice.voice import VoiceFailed
from sahayata.telephone.alaw import RATE
from sahayata.telephone.fingers import Mouth, murmured

log = logging.getLogger(__name__)

LOUDEST: Final = 16_000
"""Of 32767: a person who speaks into a telephone."""


def spoken_by_espeak(language: str) -> Mouth:
    """Give a mouth that speaks a language; it murmurs where espeak-ng cannot."""
    voice = Espeak(language)

    def speak(phrase: str) -> bytes:
        try:
            speech = voice.speak(phrase, 1.0)
        except VoiceFailed as fault:
            log.warning("a word is only murmured: %s", fault)
            return murmured(phrase)
        samples = np.asarray(soxr.resample(speech.samples, speech.rate, RATE))
        loudest = float(np.abs(samples).max())
        return encode_alaw((samples * (LOUDEST / loudest)).astype(np.int16))

    return speak
