"""What was said behind a carrier sentence, with the carrier cut away.

The carrier ends with a k. Its release may sound after the silence at which it is cut, as a click
before the word: राशन was heard as ग्राशन. How such a click is told from the word's own beginning
depends on the sound that the word begins with.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.voice.voice import Samples

QUIET_DB: Final = -30.0
QUIET_FRAMES: Final = 4
"""So many hundredths of a second this far below the loudest are a silence."""
BEFORE_S: Final = 0.02
"""Kept of the silence before the word."""
HISSES: Final = "sʃfzh"
"""The carrier's last consonant still sounds where one of these begins at once."""
HISS_S: Final = 0.03
SONORANTS: Final = "mnɳrɾlʋj"
"""They begin softly and rise: whatever falls by ``SOFT_DB`` before them is the click."""
SOFT_DB: Final = 6.0
VOICED_STOPS: Final = "bdɖɡɟ"
"""Their own voice may sound before they burst, and fall as a click does: left alone."""
HARD_DB: Final = 15.0
HARD_FRAMES: Final = 4
"""A click before any other sound is followed by a silence this deep and so many frames long: the
burst of a k or a t is not."""
WORD_DB: Final = -12.0
"""Where the word is so far below its loudest it has begun."""
FRAME_S: Final = 0.005


def silences(said: Samples, rate: int) -> list[tuple[float, float]]:
    """Return when each silence within what was said begins and ends, in seconds."""
    level = _levels(said, rate // 100)
    quiet = np.concatenate(([False], level < level.max() + QUIET_DB, [False]))
    edges = np.flatnonzero(np.diff(quiet.astype(np.int8)))
    pairs = edges.reshape(-1, 2).tolist()
    return [(a / 100, b / 100) for a, b in pairs if b - a >= QUIET_FRAMES]


def behind(
    said: Samples, rate: int, phonemes: str, earliest: float, latest: float
) -> Samples | None:
    """Cut the carrier away at the last silence that begins between two times, in seconds.

    ``phonemes`` are those of what is kept. ``None`` where there is no such silence.
    """
    ends = [end for begin, end in silences(said, rate) if earliest <= begin <= latest]
    if not ends:
        return None
    skip = HISS_S if first_sound(phonemes) in HISSES else 0.0
    return without_click(said[round((ends[-1] - BEFORE_S + skip) * rate) :], rate, phonemes)


def without_click(word: Samples, rate: int, phonemes: str) -> Samples:
    """Cut away what sounds before a word in ``BEFORE_S`` of silence and is not its own."""
    first = first_sound(phonemes)
    if first in HISSES or first in VOICED_STOPS:
        return word
    frame = round(FRAME_S * rate)
    level = _levels(word, frame)
    quiet = round(BEFORE_S / FRAME_S)
    begins = int(np.argmax(level >= level.max() + WORD_DB))
    if begins <= quiet:
        return word
    falls = np.maximum.accumulate(level[:begins]) - level[:begins]
    if first in SONORANTS:
        clicks = falls.max() >= SOFT_DB
    else:
        runs = [falls[at : at + begins - HARD_FRAMES] for at in range(HARD_FRAMES)]
        lasts = np.minimum.reduce(runs)
        clicks = lasts.max(initial=0) >= HARD_DB
    return word[int(np.argmax(falls)) * frame :] if clicks else word


def first_sound(phonemes: str) -> str:
    """Return the first sound of a word, without its stress."""
    return phonemes.lstrip("ˈˌ")[:1]


def _levels(sound: Samples, frame: int) -> NDArray[np.float32]:
    frames = sound[: sound.size // frame * frame].reshape(-1, frame)
    return np.asarray(10 * np.log10(np.square(frames).mean(axis=1) + 1e-12), np.float32)
