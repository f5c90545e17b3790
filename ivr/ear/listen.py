"""Which recordings are heard in a call, in order.

The tests of the helpline compare what a caller hears with what was meant to be said. Text that a
server believes it has played proves nothing; this listens to the sound that arrived.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

import numpy as np

from ivr.call import PromptId
from ivr.ear.coarse import candidates
from ivr.ear.fine import PADDING, Fit, fit, noise_in
from ivr.ear.recordings import Recordings, Sound, sharpened
from ivr.voice.codecs import TELEPHONE_RATE

SURE: Final = 0.75
"""Least score of a recording that was played to its end."""
SURE_SHORT: Final = 0.8
"""The same for a short one: less sound, more ways to be wrong."""
SHORT_S: Final = 0.6
"""Below this a recording is short; and at least this much must be heard of one that was cut."""
LONE_S: Final = 1.0
"""Recordings up to this length must stand alone: longer ones cannot be found inside others."""
OVERLAP_S: Final = 0.04
"""Two recordings may overlap by this much: their ends are known to a frame."""
CUT_COUNTS: Final = 0.95
"""A recording played to its end goes before one that would have been cut at the same place."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording that was heard."""

    prompt: PromptId
    start_s: float
    """When its speech begins, in seconds from the beginning of the call."""
    end_s: float
    """When it ends, or was cut."""
    score: float
    """How alike, at most 1."""
    complete: bool = True
    """Played to its end; ``False`` when a key or a hang-up cut it short."""


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    prompt: PromptId
    fit: Fit

    @property
    def worth(self) -> float:
        return self.fit.evidence if self.fit.complete else self.fit.evidence * CUT_COUNTS


def listen(samples: Sound, recordings: Recordings) -> list[Heard]:
    """Find the recordings in ``samples`` (mono, ``TELEPHONE_RATE``, between -1 and 1), in order.

    Level, A-law, a few lost packets and other sound around do not matter. Silences are not
    reported. Of recordings that begin alike and were cut while alike, one is reported. Takes about
    one second of one core for a minute of call and 350 recordings.
    """
    if samples.ndim != 1:
        raise ValueError("a call is one channel of samples")
    call = np.asarray(samples, np.float32)
    silence = np.zeros(PADDING, np.float32)
    padded = np.concatenate((silence, call, silence))
    sharp = sharpened(padded)
    noise = noise_in(sharp[PADDING:-PADDING])
    hypotheses: dict[tuple[int, int], _Hypothesis] = {}
    for candidate in candidates(call, recordings):
        recording = recordings.known[candidate.recording]
        found = fit(padded, sharp, noise, recording, candidate)
        if found and _is_sure(found, recording.seconds):
            hypotheses[candidate.recording, found.start] = _Hypothesis(recording.prompt, found)
    return [
        Heard(
            prompt=hypothesis.prompt,
            start_s=hypothesis.fit.start / TELEPHONE_RATE,
            end_s=hypothesis.fit.end / TELEPHONE_RATE,
            score=round(hypothesis.fit.score, 3),
            complete=hypothesis.fit.complete,
        )
        for hypothesis in _best_story(list(hypotheses.values()))
    ]


def hears(samples: Sound, recordings: Recordings, prompt: PromptId) -> bool:
    """Tell whether a prompt was played to its end somewhere in ``samples``.

    Looks for nothing else, so that it takes no time to speak of; ``False`` for one not known.
    """
    only = recordings.each.get(prompt)
    return only is not None and any(item.complete for item in listen(samples, only))


def _is_sure(found: Fit, seconds: float) -> bool:
    if not found.complete:
        heard_s = (found.end - found.start) / TELEPHONE_RATE
        return found.alone and heard_s >= SHORT_S and found.score >= SURE_SHORT
    if seconds <= LONE_S and not found.alone:
        return False
    return found.score >= (SURE_SHORT if seconds < SHORT_S else SURE)


def _best_story(hypotheses: list[_Hypothesis]) -> list[_Hypothesis]:
    """Choose those that together explain most of the call without overlapping.

    Weighted interval scheduling (Kleinberg and Tardos, Algorithm Design, 6.1).
    """
    ordered = sorted(hypotheses, key=lambda hypothesis: hypothesis.fit.end)
    ends = [hypothesis.fit.end for hypothesis in ordered]
    overlap = round(OVERLAP_S * TELEPHONE_RATE)
    best: list[tuple[float, list[_Hypothesis]]] = [(0.0, [])]
    for number, hypothesis in enumerate(ordered):
        before = bisect_right(ends, hypothesis.fit.start + overlap, 0, number)
        worth, story = best[before]
        taken = worth + hypothesis.worth
        best.append(max(best[-1], (taken, [*story, hypothesis]), key=lambda choice: choice[0]))
    return best[-1][1]
