"""CPU of a whole call, Asterisk's and ours together, in the arms of ``benchmarks.arms``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.arms import NUMBERS, Arm
from benchmarks.helpline import Plan, running
from benchmarks.place import SILENT_S
from benchmarks.processes import cpu_s
from benchmarks.result import Limit, Row, ratios
from benchmarks.sipp import Load, Script
from benchmarks.stage import Stage, arms_ready

CALLER: Final = Script(keys=((1.8, "1"), (0.5, "#")), stay_s=4.5)
"""Hears the welcome, presses 1 in the menu, skips the PIN code, hears the promise and the number
once, and hangs up: with recordings of 0.2 s."""
LISTENER: Final = Script(keys=((16.0, "1"), (8.0, "#")), stay_s=21.0)
"""The same with the recordings as they are: listens to everything up to the number."""
HASTY: Final = Script(keys=((0.6, "1"), (0.4, "#")), stay_s=0.8)
"""The same with recordings of 0.02 s."""
BEGINS_S: Final = 5.0
"""How much later the first key is where a process has to begin first: till then nobody listens."""
STORES_S: Final = 1.5
"""How much longer the caller stays there: its first ticket takes a process so long at worst."""
OVER_DIALPLAN: Final = "ours ÷ pure dialplan"
ARMS: Final = tuple(Arm)
WITH_TICKETS: Final = (Arm.OURS, Arm.PANORAMISK_TICKETS, Arm.PYST2_TICKETS, Arm.PYST2_WHOLE)
A_PROCESS_EACH: Final = (Arm.PYST2, Arm.PYST2_TICKETS, Arm.PYST2_WHOLE)


@dataclass(frozen=True, slots=True)
class Loads:
    """The calls of one arm in one round."""

    calls: int = 80
    rate: float = 20.0
    process_calls: int = 6
    """For the arms that start a process a call: more would not fit the machine."""
    process_rate: float = 0.6

    def of(self, arm: Arm) -> Load:
        """Return the load of an arm."""
        if arm in A_PROCESS_EACH:
            return Load(self.process_calls, self.process_rate)
        return Load(self.calls, self.rate)


@dataclass(frozen=True, slots=True)
class Cost:
    """The CPU of a call in milliseconds."""

    asterisk: float
    server: float
    failed: int
    """Calls that failed, or whose ticket is missing."""

    @property
    def whole(self) -> float:
        """Asterisk and the server together."""
        return self.asterisk + self.server


def measure(stage: Stage, arm: Arm, script: Script, load: Load) -> Cost:
    """Make the calls of one arm and return what one of them cost."""
    helpline, pids = stage.helpline, stage.pids.get(arm, [])
    stored = helpline.tickets()
    asterisk, server = helpline.cpu_of_asterisk(), cpu_s(pids)
    outcome = helpline.callers.call(NUMBERS[arm], script, load)
    helpline.settle()
    asterisk, server = helpline.cpu_of_asterisk() - asterisk, cpu_s(pids) - server
    missing = 0
    if arm in WITH_TICKETS:
        missing = load.calls - (helpline.tickets() - stored)
    return Cost(
        asterisk / load.calls * 1e3, server / load.calls * 1e3, max(outcome.failed, missing)
    )


def run(port_base: int, rounds: int, loads: Loads | None = None) -> Sequence[Row]:
    """Measure all arms in turns, with short recordings."""
    return rows(costs_of(Plan(port_base), CALLER, ARMS, rounds, loads or Loads()))


def run_silent(port_base: int, rounds: int, loads: Loads | None = None) -> Sequence[Row]:
    """Measure ours, pure dialplan and a process a call in turns, with next to no voice."""
    arms = (Arm.DIALPLAN, Arm.OURS, *A_PROCESS_EACH)
    plan = Plan(port_base, recordings_s=SILENT_S)
    found = rows(costs_of(plan, HASTY, arms, rounds, loads or Loads()))
    # Asked is a conversation that is heard; of one that is not, what we add is all there is.
    return [
        replace(row, must=None, goal=None) if row.name == OVER_DIALPLAN else row for row in found
    ]


def run_real(port_base: int, rounds: int, loads: Loads | None = None) -> Sequence[Row]:
    """Measure ours and pure dialplan in turns, with the recordings as a citizen hears them."""
    arms = (Arm.DIALPLAN, Arm.OURS)
    plan = Plan(port_base, recordings_s=None)
    return rows(costs_of(plan, LISTENER, arms, rounds, loads or Loads(calls=100, rate=10)))


def costs_of(
    plan: Plan, script: Script, arms: Sequence[Arm], rounds: int, loads: Loads
) -> dict[Arm, list[Cost]]:
    """Measure some arms in turns and return what a call cost in each round."""
    costs: dict[Arm, list[Cost]] = {arm: [] for arm in arms}
    with running(plan) as helpline, arms_ready(helpline, script, arms) as stage:
        for arm in set(arms) & {Arm.OURS, Arm.PANORAMISK_TICKETS}:
            measure(stage, arm, script, Load(5, 5))  # the first calls compile the statements
        for _ in range(rounds):
            for arm in arms:
                slow = arm in (Arm.PYST2_TICKETS, Arm.PYST2_WHOLE)
                said = _patient(script) if slow else script
                costs[arm].append(measure(stage, arm, said, loads.of(arm)))
    return costs


def _patient(script: Script) -> Script:
    (wait_s, key), *more = script.keys
    keys = ((wait_s + BEGINS_S, key), *more)
    return replace(script, keys=keys, stay_s=script.stay_s + STORES_S)


def rows(costs: Mapping[Arm, Sequence[Cost]]) -> list[Row]:
    """Write the figures: what a call costs in each arm, and the ratios that are asked."""
    whole = {arm: [cost.whole for cost in found] for arm, found in costs.items()}
    found = [
        Row(
            f"CPU of a call: {arm}",
            "ms",
            whole[arm],
            note=_parts(costs[arm]),
        )
        for arm in costs
    ]
    fifteen = Limit(15, at_least=True)
    asked = (
        (OVER_DIALPLAN, Arm.OURS, Arm.DIALPLAN, Limit(1.6), Limit(1.3)),
        ("our server ÷ panoramisk's, same commands", Arm.BARE, Arm.PANORAMISK, Limit(1.0), None),
        ("ours ÷ panoramisk with our tickets", Arm.OURS, Arm.PANORAMISK_TICKETS, None, None),
        ("pyst2 a call, whole ÷ ours", Arm.PYST2_WHOLE, Arm.OURS, fifteen, None),
        ("pyst2 a call, tickets ÷ ours", Arm.PYST2_TICKETS, Arm.OURS, fifteen, None),
        ("pyst2 a call, by heart ÷ ours", Arm.PYST2, Arm.OURS, None, None),
    )
    found += [
        Row(name, "×", ratios(whole[above], whole[below]), must, goal)
        for name, above, below, must, goal in asked
        if above in whole and below in whole
    ]
    if Arm.BARE in costs and Arm.PANORAMISK in costs:
        servers = ([cost.server for cost in costs[arm]] for arm in (Arm.BARE, Arm.PANORAMISK))
        found.append(Row("our server's process ÷ panoramisk's", "×", ratios(*servers)))
    if Arm.PYST2 in costs and Arm.OURS in costs:
        added = (
            [a - b for a, b in zip(whole[arm], whole[Arm.DIALPLAN], strict=True)]
            for arm in (Arm.PYST2, Arm.OURS)
        )
        name = "what pyst2 by heart adds to pure dialplan ÷ what ours adds"
        found.append(Row(name, "×", ratios(*added)))
    return found


def _parts(costs: Sequence[Cost]) -> str:
    count = len(costs)
    asterisk = sum(cost.asterisk for cost in costs) / count
    server = sum(cost.server for cost in costs) / count
    failed = sum(cost.failed for cost in costs)
    parts = f"Asterisk {asterisk:.1f} + server {server:.1f}"
    return f"{parts}; {failed} calls FAILED" if failed else parts
