"""Figures of real calls: what Asterisk told, into the journal and out again, beside its own."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from ivr.names import QUEUE_PREFIX
from sahayata.telephone.call import Limits, place_call
from sahayata.telephone.operator import Manner
from tests.pbx.instance import Instance, running
from tests.pbx.room_beside import told
from tests.pbx.test_operators import room
from tests.support.trial_project import trial_project
from tests.support.waiting import hold_until, until

DIALPLAN = f"""
[citizens]
exten => 7030,1,Answer()
 same => n,Queue({QUEUE_PREFIX}food,c)
 same => n,Hangup()
"""
QUICK = Manner(answer_after_s=(0.2, 0.4), talk_for_s=(3, 4))
OF_ASTERISK = re.compile(r"C:(\d+), A:(\d+), SL:([\d.]+)%, SL2:([\d.]+)% within (\d+)s")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("figures")
    project = trial_project(folder / "project", DIALPLAN)
    with running(folder / "state", project=project) as one:
        yield one


def figures(of: Instance) -> Any:
    words = ["metrics", "--json", "--state", str(of.settings.state.root)]
    done = subprocess.run(
        [sys.executable, "-m", "sahayata.cli", *words], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def counts(of: Instance) -> tuple[int, ...]:
    told = figures(of)["queues"].get("food", {})
    return tuple(
        int(told[name]["value"]) if told else 0
        for name in ("offered", "answered", "abandoned", "waiting", "vanished")
    )


async def test_what_is_counted_is_what_happened_and_asterisk_agrees(trial: Instance) -> None:
    server = ("127.0.0.1", trial.settings.ports.sip)
    async with room(trial, "201", manner=QUICK):
        for _ in range(2):
            call = await place_call(server, "7030", "9812345678", limits=Limits(call_s=60))
            assert call.answered
    for seconds in (8, 2):
        await place_call(server, "7030", "9812345678", limits=Limits(hang_up_after_s=seconds))
    await asyncio.to_thread(
        hold_until, lambda: counts(trial) == (4, 2, 2, 0, 0), lambda: str(counts(trial))
    )
    food = figures(trial)["queues"]["food"]
    # One of the two who hung up did so within 5 s.
    assert food["service_level"]["value"] == pytest.approx(2 / 3)
    assert food["abandonment"]["value"] == pytest.approx(1 / 3)
    assert 0 < food["speed_of_answer"]["value"] < 15
    assert 3 <= food["handling_time"]["value"] < 8
    assert 3 < food["time_to_abandon"]["value"] < 8
    assert figures(trial)["operators"]["201"]["answered"]["value"] == 2
    assert figures(trial)["gap_s"] == 0

    shown = trial.asterisk_rx(f"queue show {QUEUE_PREFIX}food")
    theirs = OF_ASTERISK.search(shown)
    assert theirs is not None, shown
    completed, abandoned, perf, perf2, within = theirs.groups()
    assert (completed, abandoned, within) == ("2", "2", "20")
    assert food["asterisk_perf"]["value"] * 100 == pytest.approx(float(perf), abs=0.1)
    assert food["asterisk_perf2"]["value"] * 100 == pytest.approx(float(perf2), abs=0.1)


async def test_a_room_that_was_killed_leaves_a_gap_and_no_call_twice(trial: Instance) -> None:
    before = counts(trial)
    server = ("127.0.0.1", trial.settings.ports.sip)
    leave = asyncio.Event()
    caller = asyncio.create_task(
        place_call(server, "7030", "9812345678", limits=Limits(call_s=240), hang_up=leave)
    )
    waiting = (before[0] + 1, before[1], before[2], 1, 0)
    await asyncio.to_thread(hold_until, lambda: counts(trial) == waiting, "one more waits")
    process = trial.process_of("room")
    process.send(signal.SIGKILL)
    await asyncio.to_thread(trial.wait_runs, "room", other_than=process.pid)
    await until(lambda: (told(trial) or {}).get("live") is True, "the new one hears Asterisk")
    leave.set()
    await caller
    after = (before[0] + 1, before[1], before[2] + 1, 0, 0)
    await asyncio.to_thread(hold_until, lambda: counts(trial) == after, lambda: str(counts(trial)))
    assert figures(trial)["gap_s"] > 0
