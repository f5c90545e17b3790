"""From the answer to the first sound, with 200 calls up that listen to the real recordings."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import chain
from typing import Final

from benchmarks.arms import NUMBERS, Arm
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


def run(port_base: int, rounds: int, up: int = 200, calls: int = 120) -> Sequence[Row]:
    """Measure both arms in turns, each with ``up`` calls of its own kind in the background."""
    found: dict[Arm, list[list[float]]] = {arm: [] for arm in ARMS}
    with (
        running(Plan(port_base, recordings_s=None)) as helpline,
        arms_ready(helpline, Script(((2.0, "1"), (1.0, "#")), 1.0), ARMS),
    ):
        for _ in range(rounds):
            for arm in ARMS:
                found[arm].append(_round(helpline, NUMBERS[arm], up, calls))
    dialplan, ours = (found[arm] for arm in ARMS)
    over = [
        _percentile(b, 0.99) - _percentile(a, 0.99) for a, b in zip(dialplan, ours, strict=True)
    ]
    everything = [list(chain.from_iterable(times)) for times in (dialplan, ours)]
    return [
        *(
            Row(f"answer to first sound, {arm}: {name}", "ms", _each(found[arm], share))
            for arm in ARMS
            for name, share in (("median", 0.5), ("p99", 0.99))
        ),
        Row(
            f"p99 over pure dialplan, {up} calls up",
            "ms",
            over,
            must=Limit(10),
            note=f"over all rounds {_over(*everything):.1f} ms",
        ),
    ]


def _round(helpline: Helpline, number: str, up: int, calls: int) -> list[float]:
    """Return the times of some calls in milliseconds, while ``up`` others listen."""
    port = helpline.settings.ports.base
    background = helpline.others.begin(number, LISTENER, Load(up, up / FILL_S))
    probe = Probe(port, port + 180, port + 190)
    try:
        time.sleep(FILL_S + 1)
        if helpline.calls_up() < up:
            raise RuntimeError(f"only {helpline.calls_up()} of {up} calls are up")
        times = []
        for _ in range(calls):
            times.append(probe.first_sound_s(number) * 1e3)
            time.sleep(PAUSE_S)
        return times
    finally:
        probe.close()
        helpline.others.end(background)
        helpline.settle()


def _each(rounds: Sequence[Sequence[float]], share: float) -> list[float]:
    return [_percentile(times, share) for times in rounds]


def _over(dialplan: Sequence[float], ours: Sequence[float]) -> float:
    return _percentile(ours, 0.99) - _percentile(dialplan, 0.99)


def _percentile(times: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of the times do not pass."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]
