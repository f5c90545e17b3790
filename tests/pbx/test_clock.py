"""The clock of the machine is moved by an hour and back, while callers talk and wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from database.engine import open_store, reading
from queue_manager.journal.entry import Kind
from queue_manager.metrics.formulas import balanced
from queue_manager.metrics.sums import raw
from queue_manager.metrics.terms import MetricTerms
from sahayata.stores import now
from sahayata.telephone.operator import Manner
from tests.pbx.instance import Instance, free_ports, of_folder
from tests.pbx.room_beside import lines, room_agrees, told
from tests.pbx.test_operators import room
from tests.pbx.test_room_faults import DIALPLAN, citizen
from tests.support.moved_clock import MovedClock
from tests.support.trial_project import trial_project
from tests.support.waiting import until

HOUR = 3600
LONGEST_S = 300.0
"""Nothing in this test lasts as long; what is an hour off does."""
LONG = Manner(answer_after_s=(0.1, 0.2), talk_for_s=(120.0, 120.0))


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> MovedClock:
    return MovedClock(tmp_path_factory.mktemp("clock") / "offset")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory, clock: MovedClock) -> Iterator[Instance]:
    """An instance all of whose processes but Asterisk have a clock that can be moved."""
    folder = tmp_path_factory.mktemp("moved")
    with free_ports() as base:
        one = of_folder(folder / "state", base, project=trial_project(folder / "project", DIALPLAN))
        one = replace(one, environment={**one.environment, **clock.environment})
        try:
            yield one.start()
        finally:
            one.clear()


def spans(picture: Any) -> list[float]:
    """Every span that the room tells."""
    waits = [w["wait_s"] for queue in picture["queues"] for w in queue["waiting"]]
    talks = [o["talk_s"] for o in picture["operators"] if o["talk_s"] is not None]
    states = [o["state_s"] for o in picture["operators"]]
    return [
        *waits,
        *talks,
        *states,
        picture["age_s"],
        *(q["longest_s"] or 0.0 for q in picture["queues"]),
    ]


def clock_gaps(of: Instance) -> int:
    engine = open_store(of.settings.database_url)
    try:
        return sum(row.detail == "clock" for row in lines(engine, Kind.GAP_BEGAN))
    finally:
        engine.dispose()


async def test_an_hour_forward_and_back_while_calls_go_on(
    trial: Instance, clock: MovedClock
) -> None:
    async with room(trial, "201", "202", manner=LONG):
        calls = [asyncio.create_task(citizen(trial, f"704000000{n}")) for n in range(4)]

        def three_talk_or_wait() -> bool:
            picture = told(trial) or {"operators": (), "queues": ()}
            talking = [o for o in picture["operators"] if o["talk_s"] is not None]
            waiting = [w for queue in picture["queues"] for w in queue["waiting"]]
            return (len(talking), len(waiting)) == (2, 2)

        await until(three_talk_or_wait, "two talk and two wait")
        for count, offset in enumerate((HOUR, 0, -HOUR, 0), start=1):
            clock.move_to(offset)
            await until(lambda count=count: clock_gaps(trial) == count, "it is noticed")  # type: ignore[misc]
            await room_agrees(trial)
            assert all(0 <= span < LONGEST_S for span in spans(told(trial)))
        calls.append(asyncio.create_task(citizen(trial, "7040000009")))
        for one in calls:
            one.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await until(lambda: not any(q["waiting"] for q in told(trial)["queues"]), "all are gone")
        await room_agrees(trial)
    _journal_is_in_order(trial)


def _journal_is_in_order(trial: Instance) -> None:
    engine = open_store(trial.settings.database_url)
    written = sorted(lines(engine), key=lambda row: row.id)
    moves = 0
    for before, after in pairwise(written):
        step = (after.at - before.at).total_seconds()
        if "clock" in (before.detail, after.detail) and abs(step) > HOUR / 2:
            moves += 1
        else:
            assert -2.0 < step < LONGEST_S, (before.kind, after.kind, step)
    assert moves == 4
    assert all(row.seconds is None or 0 <= row.seconds < LONGEST_S for row in written if row.visit)
    first, last = min(row.at for row in written), max(row.at for row in written)
    with reading(engine) as connection:
        sums = raw(connection, first, last, MetricTerms(), now())
    engine.dispose()
    counted = sums.all_queues
    assert balanced(counted)
    assert counted.answered == 2
    values = [getattr(counted, name) for name in counted.__slots__]
    values += [
        v for one in sums.operators.values() for v in map(one.__getattribute__, one.__slots__)
    ]
    assert min(values) >= 0
