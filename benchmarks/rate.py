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
STEPS: Final = (20, 40, 60, 80, 100, 130, 170, 220, 280, 350)
"""Calls a second."""
LASTS_S: Final = 3.0


def run(port_base: int, rounds: int, steps: Sequence[int] = STEPS) -> Sequence[Row]:
    """Find in turns the highest step at which no call of either arm fails; 0 when the first does.

    Every round after the first begins where the one before ended.
    """
    arms = (Arm.DIALPLAN, Arm.OURS)
    best: dict[Arm, list[float]] = {arm: [] for arm in arms}
    place = dict.fromkeys(arms, 0)
    with running(Plan(port_base)) as helpline, arms_ready(helpline, HURRIED, arms):
        for _ in range(rounds):
            for arm in arms:
                place[arm] = _highest(helpline, NUMBERS[arm], steps, place[arm])
                best[arm].append(float(steps[place[arm]]) if place[arm] >= 0 else 0.0)
    return [Row(f"highest rate with no failure, {arm}", "calls/s", best[arm]) for arm in arms]


def _highest(helpline: Helpline, number: str, steps: Sequence[int], begin: int) -> int:
    """Return the place of the highest step without a failure, -1 for none."""
    place = max(0, begin)
    if not _all_well(helpline, number, steps[place]):
        while place > 0 and not _all_well(helpline, number, steps[place - 1]):
            place -= 1
        return place - 1
    while place + 1 < len(steps) and _all_well(helpline, number, steps[place + 1]):
        place += 1
    return place


def _all_well(helpline: Helpline, number: str, rate: int) -> bool:
    """Make calls at a rate; tell whether all completed and, in ours, all have a ticket."""
    load = Load(round(rate * LASTS_S), rate)
    before = helpline.tickets()
    outcome = helpline.callers.call(number, HURRIED, load)
    helpline.settle()
    stored = helpline.tickets() - before
    return not outcome.failed and (number != OURS_NUMBER or stored == load.calls)
