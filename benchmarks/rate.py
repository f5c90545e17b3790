"""The highest rate of calls with no failure: every call completed, every ticket in the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from benchmarks.arms import NUMBERS, OURS_NUMBER, Arm
from benchmarks.helpline import Helpline, Plan, running
from benchmarks.result import Row
from benchmarks.sipp import Load, Script
from benchmarks.stage import arms_ready

HURRIED: Final = Script(keys=((0.3, "1"), (0.3, "#")), stay_s=0.8)
"""Knows the menu by heart; still long enough to be given a ticket and to hear its number begin."""
STEPS: Final = (20, 30, 40, 50, 60, 80, 100, 120, 150, 180, 220, 260, 300)
"""Calls a second."""
LASTS_S: Final = 5.0


def run(port_base: int, rounds: int, steps: Sequence[int] = STEPS) -> Sequence[Row]:
    """Raise the rate of both arms in turns until one call fails; 0 when the first step fails."""
    arms = (Arm.DIALPLAN, Arm.OURS)
    best: dict[Arm, list[float]] = {arm: [] for arm in arms}
    with running(Plan(port_base)) as helpline, arms_ready(helpline, HURRIED, arms):
        for _ in range(rounds):
            for arm in arms:
                best[arm].append(_highest(helpline, NUMBERS[arm], steps))
    return [
        Row(f"highest rate with no failure, {arm}", "calls/s", best[arm], note=_note(arm))
        for arm in arms
    ]


def _highest(helpline: Helpline, number: str, steps: Sequence[int]) -> float:
    best = 0.0
    for rate in steps:
        load = Load(round(rate * LASTS_S), rate)
        before = helpline.tickets()
        outcome = helpline.callers.call(number, HURRIED, load)
        helpline.settle()
        stored = helpline.tickets() - before
        if outcome.failed or (number == OURS_NUMBER and stored != load.calls):
            break
        best = float(rate)
    return best


def _note(arm: Arm) -> str:
    return "every ticket stored" if arm is Arm.OURS else "SIPp beside it on the same machine"
