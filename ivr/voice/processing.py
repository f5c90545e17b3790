"""From what a voice says to a recording for the telephone: trimmed, one level, one band, one rate.

Pure functions on samples. The level is that of active speech (the idea of ITU-T P.56, which takes
-26 dBov as nominal for a network): only frames that carry speech are counted, so that a short word
and a sentence with pauses come out equally loud. It is measured in the band that a telephone
delivers (300 to 3400 Hz, ITU-T G.712): half of a word like सौ is hiss that no caller hears. Ours is
louder than nominal, as announcements are.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.voice.voice import Samples

MASTER_RATE: Final = 16_000
"""Samples a second of a master: enough for the widest telephone band (G.722)."""
LEVEL_DB: Final = -20.0
"""Level of active speech in the telephone's band, relative to full scale."""
BAND_HZ: Final = (300.0, 3400.0)
"""What a telephone delivers."""
PEAK: Final = 0.85
"""No sample is larger, so that no codec after us can clip."""
LOWEST_HZ: Final = 150.0
"""Below this there is only hum on a telephone."""
PROCESSING: Final = "v2 rate=16000 bits=13 level=-20/300-3400 peak=0.85 low=150 lead=30 tail=90/350"
"""Goes into the content address: recordings are made again when the processing changes."""

_FRAME_S: Final = 0.01
_QUIET_DB: Final = -45.0
"""Frames this far below the loudest are silence at the ends."""
_ACTIVE_DB: Final = -25.0
"""Frames this far below the loudest do not count for the level."""
_LEAD_S: Final = 0.03
_TAIL_S: Final = 0.09
"""Silence after a word: lists of words sound like one sentence."""
_TAIL_SENTENCE_S: Final = 0.35
"""Silence after a sentence: what is played just before a hang-up loses its last tenths."""
_FADE_S: Final = 0.005
_FILTER_S: Final = 0.025
"""Half of a filter's length: it turns within 110 Hz."""

Pcm = NDArray[np.int16]
"""Mono sound as 16-bit numbers, as masters keep it."""


def process(samples: Samples, rate: int, *, sentence: bool) -> Pcm:
    """Make a master of ``samples``. Deterministic. Silence throughout is a ``ValueError``."""
    if not samples.size:
        raise ValueError("there is nothing but silence")
    wide = np.asarray(soxr.resample(samples.astype(np.float64), rate, MASTER_RATE, quality="VHQ"))
    spoken = _faded(_trimmed(wide - _below(wide, LOWEST_HZ, MASTER_RATE)))
    level = _limited(spoken * 10 ** ((LEVEL_DB - active_level_db(spoken, MASTER_RATE)) / 20))
    lead = np.zeros(round(_LEAD_S * MASTER_RATE))
    tail = np.zeros(round((_TAIL_SENTENCE_S if sentence else _TAIL_S) * MASTER_RATE))
    return to_pcm(np.concatenate((lead, level, tail)))


def silence(milliseconds: int) -> Pcm:
    """Make a master of silence."""
    return np.zeros(milliseconds * MASTER_RATE // 1000, np.int16)


def active_level_db(samples: NDArray[np.float64], rate: int) -> float:
    """Return the root mean square of the frames that carry speech, in dB below full scale.

    Only ``BAND_HZ`` of it counts. Silence throughout is a ``ValueError``.
    """
    lowest, highest = BAND_HZ
    heard = _below(samples, highest, rate)
    energy = _frame_energy(heard - _below(heard, lowest, rate), round(_FRAME_S * rate))
    active = energy[energy > energy.max() * 10 ** (_ACTIVE_DB / 10)]
    if not active.size:
        raise ValueError("there is nothing but silence")
    return float(10 * np.log10(active.mean()))


def to_pcm(samples: NDArray[np.float64]) -> Pcm:
    """Round samples between -1 and 1 to 16-bit numbers, in the 13-bit steps of A-law.

    Finer steps are lost on every telephone and would make the masters half as large again.
    """
    return (np.clip(np.rint(samples * 4096), -4096, 4095) * 8).astype(np.int16)


def _frame_energy(samples: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    frames = samples[: samples.size // size * size].reshape(-1, size)
    if not frames.size:
        raise ValueError("there is nothing but silence")
    return np.asarray(np.square(frames).mean(axis=1))


def _below(samples: NDArray[np.float64], hertz: float, rate: int) -> NDArray[np.float64]:
    """Return what lies below a pitch, by a windowed sinc: linear phase, nothing rings."""
    half = round(_FILTER_S * rate)
    n = np.arange(-half, half + 1)
    low = np.sinc(2 * hertz / rate * n) * np.blackman(n.size)
    return np.convolve(samples, low / low.sum())[half : half + samples.size]


def _trimmed(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    size = round(_FRAME_S * MASTER_RATE)
    energy = _frame_energy(samples, size)
    loud = np.flatnonzero(energy > energy.max() * 10 ** (_QUIET_DB / 10))
    if not loud.size:
        raise ValueError("there is nothing but silence")
    return samples[max(0, loud[0] - 1) * size : (loud[-1] + 2) * size]


def _faded(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    ramp = np.linspace(0, 1, round(_FADE_S * MASTER_RATE))
    faded = samples.copy()
    faded[: ramp.size] *= ramp
    faded[-ramp.size :] *= ramp[::-1]
    return faded


def _limited(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round off what goes beyond the knee, so that single peaks do not set the level."""
    knee = PEAK * 0.7
    size = np.abs(samples)
    room = PEAK - knee
    rounded = knee + room * np.tanh((size - knee) / room)
    return np.asarray(np.where(size > knee, np.sign(samples) * rounded, samples))
