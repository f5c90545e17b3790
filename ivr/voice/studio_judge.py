"""Whether a recording that an official made may be heard by callers; pure functions on samples.

What a person can put right is refused with the reason. The rest is put right here: silence and the
click of the key at the ends, the level, the band (``ivr.voice.processing``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.voice.processing import MASTER_RATE, Pcm, active_level_db, process
from ivr.voice.recorded import clipped

TELEPHONE_FULL: Final = 0.975
"""The largest sample that A-law or mu-law can carry is a little above this."""
SILENT: Final = 0.003
"""A peak below this (-50 dB) is no voice."""
FAINT_DB: Final = -45.0
"""Active speech fainter than this lies in the noise of a telephone line."""
NOISE_DB: Final = -15.0
"""The room may be so loud beside the speech at most."""
NOISE_TOLD_S: Final = 1.0
"""In less there may be no pause in which the room is heard alone."""
SHORTEST: Final = 0.5
"""Of the usual length: nobody speaks twice as fast."""
LONGEST: Final = 2.0
LONGER_S: Final = 0.7
"""A single word may take so much longer than twice."""
CHARACTERS_A_SECOND: Final = 9.0
"""How fast people speak, where nobody knows how long a text takes."""

_FRAME_S: Final = 0.01
_QUIET_DB: Final = -45.0
"""So far below the loudest is silence, as ``processing`` has it."""
_LOUD_ENOUGH_DB: Final = -25.0
"""So far below the loudest is speech, whatever the room sounds like."""
_ABOVE_ROOM_DB: Final = 8.0
_WORD_FRAMES: Final = 4
"""What is shorter is a click: the key that ended the recording."""
_MARGIN_S: Final = 0.06


class Refusal(StrEnum):
    """Why a recording is refused."""

    SILENT = "silent"
    QUIET = "quiet"
    LOUD = "loud"
    SHORT = "short"
    LONG = "long"
    NOISY = "noisy"


WHY: Final = {
    Refusal.SILENT: "there is nothing but silence",
    Refusal.QUIET: "it is too faint: speak nearer to the microphone",
    Refusal.LOUD: "it is clipped: record it again, a little further from the microphone",
    Refusal.SHORT: "it is much shorter than the text: say all of it",
    Refusal.LONG: "it is much longer than the text: say that and nothing else",
    Refusal.NOISY: "the room is nearly as loud as the voice: record it in a quiet place",
}
"""In words, for who sits at the machine; by telephone the flow says it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A recording that callers are not to hear."""

    why: Refusal
    seconds: float
    """How long the speech in it is."""


def usual_seconds(text: str) -> float:
    """Estimate how long a text takes, where there is no recording of it."""
    return 0.3 + len(text) / CHARACTERS_A_SECOND


def finished(
    samples: NDArray[np.float64], rate: int, *, usual_s: float, sentence: bool, full: float
) -> Pcm | Refused:
    """Make a master of what a person said, or say why not.

    ``samples`` are between -1 and 1; ``full`` is what counts as the loudest there is;
    ``usual_s`` is how long the master of this text is, said by somebody else.
    """
    if not samples.size or float(np.abs(samples).max()) < SILENT:
        return Refused(Refusal.SILENT, 0.0)
    if clipped(samples, full):
        return Refused(Refusal.LOUD, samples.size / rate)
    energy = _frames_db(samples, rate)
    if not energy.size:
        return Refused(Refusal.SHORT, samples.size / rate)
    speech_db = active_level_db(samples, rate)
    if speech_db < FAINT_DB:
        return Refused(Refusal.QUIET, samples.size / rate)
    if samples.size > NOISE_TOLD_S * rate and _room_db(energy) > speech_db + NOISE_DB:
        return Refused(Refusal.NOISY, samples.size / rate)
    spoken = _spoken(samples, rate, energy)
    if not spoken.size:
        return Refused(Refusal.SILENT, 0.0)
    master = process(spoken.astype(np.float32), rate, sentence=sentence)
    seconds = master.size / MASTER_RATE
    if seconds < SHORTEST * usual_s:
        return Refused(Refusal.SHORT, seconds)
    if seconds > LONGEST * usual_s + LONGER_S:
        return Refused(Refusal.LONG, seconds)
    return master


def _frames_db(samples: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    size = round(_FRAME_S * rate)
    frames = samples[: samples.size // size * size].reshape(-1, size)
    power = np.square(frames, dtype=np.float64).mean(axis=1)
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)))


def _room_db(energy: NDArray[np.float64]) -> float:
    return float(np.percentile(energy, 5))


def _spoken(
    samples: NDArray[np.float64], rate: int, energy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Cut away what is before and after the speech: the room, and single clicks."""
    loudest = float(energy.max())
    threshold = max(loudest + _QUIET_DB, _room_db(energy) + _ABOVE_ROOM_DB)
    loud = energy > min(threshold, loudest + _LOUD_ENOUGH_DB)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(np.int8)))
    words = [(b, e) for b, e in edges.reshape(-1, 2) if e - b >= _WORD_FRAMES]
    if not words:
        return samples[:0]
    size, margin = round(_FRAME_S * rate), round(_MARGIN_S * rate)
    return samples[max(0, words[0][0] * size - margin) : words[-1][1] * size + margin]
