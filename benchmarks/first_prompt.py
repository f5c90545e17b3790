"""From the answer to the first sound, with 200 calls up that listen to the real recordings."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from benchmarks.arms import NUMBERS, OURS_NUMBER, Arm
from benchmarks.helpline import Helpline, Plan, running
from benchmarks.probe import Probe
from benchmarks.result import Limit, Row
from benchmarks.sipp import Load, Script
from benchmarks.stage import arms_ready

ARMS: Final = (Arm.DIALPLAN, Arm.OURS)
LISTENER: Final = Script(keys=(), stay_s=36.0)
"""Listens to the welcome and the menu, presses nothing and leaves."""
PAUSE_S: Final = 0.02
FILL_S: Final = 12.0
ALMOST: Final = 0.95
"""Of the calls, as one that ends is followed by another in a moment."""
MOST_CALLS: Final = 20_000
"""More than any run lasts for."""

Times = dict[Arm, list[float]]
"""From the answer to the first sound, in milliseconds."""


def run(port_base: int, rounds: int, up: int = 200, calls: int = 100) -> Sequence[Row]:
    """Call both arms in turns, while ``up`` calls of ours listen in the background."""
    script = Script(((2.0, "1"), (1.0, "#")), 1.0)
    with (
        running(Plan(port_base, recordings_s=None)) as helpline,
        arms_ready(helpline, script, ARMS),
        _listeners(helpline, up),
    ):
        found = [_round(helpline, calls, up) for _ in range(rounds)]
    return rows(found, up)


def rows(found: Sequence[Times], up: int) -> list[Row]:
    """Write the figures of some rounds."""
    names = {"median": 0.5, "p99": 0.99}
    each = [
        Row(
            f"answer to first sound, {arm}: {name}",
            "ms",
            [_percentile(times[arm], share) for times in found],
        )
        for arm in ARMS
        for name, share in names.items()
    ]
    ours, dialplan = ([t for times in found for t in times[arm]] for arm in (Arm.OURS, ARMS[0]))
    over = _percentile(ours, 0.99) - _percentile(dialplan, 0.99)
    last = Row(
        f"p99 of ours over pure dialplan, {up} calls up",
        "ms",
        [_percentile(t[Arm.OURS], 0.99) - _percentile(t[Arm.DIALPLAN], 0.99) for t in found],
        must=Limit(10),
        note=f"{over:.1f} ms over all rounds together",
    )
    return [*each, last]


@contextmanager
def _listeners(helpline: Helpline, up: int) -> Iterator[None]:
    """Keep ``up`` calls listening."""
    load = Load(MOST_CALLS, up / FILL_S, at_once=up)
    background = helpline.others.begin(OURS_NUMBER, LISTENER, load)
    try:
        time.sleep(FILL_S + 1)
        yield
    finally:
        helpline.others.leave(background)


def _round(helpline: Helpline, calls: int, up: int) -> Times:
    if (found := helpline.calls_up()) < up * ALMOST:
        raise RuntimeError(f"only {found} of {up} calls are up")
    port = helpline.settings.ports.base
    probe = Probe(port, port + 180, port + 190)
    times: Times = {arm: [] for arm in ARMS}
    try:
        for _ in range(calls):
            for arm in ARMS:
                times[arm].append(probe.first_sound_s(NUMBERS[arm]) * 1e3)
                time.sleep(PAUSE_S)
    finally:
        probe.close()
    return times


def _percentile(times: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of the times do not pass."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]
