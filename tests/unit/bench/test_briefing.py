"""The clock of the briefing: from the release of the last key, over rounds of calls."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from benchmarks.briefing import TimedSpeech, rows
from sahayata.telephone.speech import TICK_S, TONE_FRAMES


@dataclass
class Clock:
    now: float = 0.0


def test_a_key_is_released_with_the_first_packet_that_says_so() -> None:
    clock = Clock()
    speech = TimedSpeech(clock)  # type: ignore[arg-type]
    speech.press("2#")
    ended = []
    for tick in range(30):
        clock.now = tick * TICK_S
        speech.next_packet()
        ended.append(speech.released_at)
    assert sorted(set(ended))[1:] == pytest.approx(
        [TONE_FRAMES * TICK_S, (10 + TONE_FRAMES) * TICK_S]
    )


def test_the_worst_call_of_a_round_is_asked_for_as_well() -> None:
    median, worst = rows([[0.1, 0.2, 0.4], [0.1, 0.1, 0.2]])
    assert (list(median.rounds), list(worst.rounds)) == ([200.0, 100.0], [400.0, 200.0])
    assert (median.verdict, worst.verdict) == ("met", "met")
