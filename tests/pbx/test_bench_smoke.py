"""The benches on a real instance, with a few calls: that they measure, not what they find."""

from __future__ import annotations

from benchmarks import cpu, tickets
from benchmarks.arms import Arm
from benchmarks.helpline import Plan
from benchmarks.rate import HURRIED


def test_every_arm_holds_the_conversation_and_costs_something(port_base: int) -> None:
    loads = cpu.Loads(calls=3, rate=3, process_calls=2, process_rate=2)
    found = cpu.costs_of(Plan(port_base), HURRIED, cpu.ARMS, 1, loads)
    assert {arm: [cost.failed for cost in costs] for arm, costs in found.items()} == {
        arm: [0] for arm in Arm
    }
    assert all(cost.whole > 0 for costs in found.values() for cost in costs)
    assert found[Arm.DIALPLAN][0].server == 0
    assert "ours ÷ pure dialplan" in [row.name for row in cpu.rows(found)]


def test_tickets_are_counted_against_bare_rows() -> None:
    rows = {row.name: row for row in tickets.run(rounds=1, tickets=60)}
    assert rows["tickets"].median > 0
    assert rows["tickets ÷ bare rows"].must is not None
