"""How one recording, known by name, arrived: whole, at its level, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ivr.ear.recordings import Recording, Sound
from ivr.voice.codecs import TELEPHONE_RATE
from ivr.voice.processing import LEVEL_DB, active_level_db

ALIKE: Final = 0.9
"""Less alike than this over its whole length is another sound."""
EDGE_S: Final = 0.12
"""This much at either end is looked at alone: a syllable."""
EDGE_ALIKE: Final = 0.7
"""An end less alike than this was cut."""
LEVEL_WITHIN_DB: Final = 2.0
"""How far the level of speech may be from ``ivr.voice.processing.LEVEL_DB``."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A recording in the sound of a call."""

    start_s: float
    """When its speech begins, in seconds from the beginning of the sound."""
    end_s: float
    likeness: float
    """Normalised correlation over its whole length, 1 for the same sound."""
    begins: float
    """The same over its first syllable."""
    ends: float
    """The same over its last syllable."""
    level_db: float
    """Of active speech, below full scale."""

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with it, in words."""
        if self.likeness < ALIKE:
            return (f"is not what was heard (likeness {self.likeness:.2f})",)
        faults = []
        if self.begins < EDGE_ALIKE:
            faults.append(f"its beginning was cut (likeness {self.begins:.2f})")
        if self.ends < EDGE_ALIKE:
            faults.append(f"its end was cut (likeness {self.ends:.2f})")
        if abs(self.level_db - LEVEL_DB) > LEVEL_WITHIN_DB:
            faults.append(f"its level is {self.level_db:.1f} dB instead of {LEVEL_DB:.0f}")
        return tuple(faults)


def arrival(sound: Sound, recording: Recording) -> Arrival | None:
    """Find the place in ``sound`` (8 kHz) where ``recording`` fits best, and judge it there.

    ``None`` when the sound is silent or too short to hold it: nothing arrived.
    """
    speech = recording.speech
    margin = np.zeros(speech.size, np.float32)
    padded = np.concatenate((margin, np.asarray(sound, np.float32), margin))
    size = 1 << int(padded.size + speech.size).bit_length()
    spectrum = np.fft.rfft(padded, size) * np.conj(np.fft.rfft(speech, size))
    correlation = np.fft.irfft(spectrum, size)[: padded.size - speech.size + 1]
    start = int(np.argmax(correlation))
    there = padded[start : start + speech.size]
    if not np.any(there):
        return None
    edge = min(round(EDGE_S * TELEPHONE_RATE), speech.size)
    return Arrival(
        start_s=(start - speech.size) / TELEPHONE_RATE,
        end_s=start / TELEPHONE_RATE,
        likeness=_alike(there, speech),
        begins=_alike(there[:edge], speech[:edge]),
        ends=_alike(there[-edge:], speech[-edge:]),
        level_db=active_level_db(there.astype(np.float64), TELEPHONE_RATE),
    )


def _alike(one: Sound, other: Sound) -> float:
    lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return float(one @ other) / lengths if lengths else 0.0
