"""The clock is moved by an hour and back, while callers talk and wait: ours, Asterisk's, and both.

docs/adr/0067 says in what a library that moves Asterisk's clock is kinder than a true change.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from database.engine import open_store, reading
from ivr.keys import parse_keys
from queue_manager.journal.entry import Kind
from queue_manager.metrics.formulas import balanced
from queue_manager.metrics.sums import raw
from queue_manager.metrics.terms import MetricTerms
from sahayata.stores import now
from sahayata.telephone.call import HeardCall, Limits, place_call
from sahayata.telephone.operator import Manner
from tests.pbx.citizens import ear, recordings
from tests.pbx.instance import Instance, free_ports, of_folder
from tests.pbx.room_beside import lines, room_agrees, told
from tests.pbx.staffed import TO_FOOD
from tests.pbx.test_operators import room
from tests.pbx.test_room_faults import DIALPLAN, citizen
from tests.support.moved_asterisk import PROGRAM, VARIABLES
from tests.support.moved_clock import MovedClock
from tests.support.trial_project import trial_project
from tests.support.waiting import hold_until, until
from tickets.queries import CallFound, find_call

HOUR = 3600
LONGEST_S = 300.0
"""Nothing in this test lasts as long; what is an hour off does."""
LONG = Manner(answer_after_s=(0.1, 0.2), talk_for_s=(250.0, 250.0))


@dataclass(frozen=True)
class Clocks:
    """Of one machine, and yet apart."""

    ours: MovedClock
    asterisk: MovedClock


@pytest.fixture(scope="module")
def clocks(tmp_path_factory: pytest.TempPathFactory) -> Clocks:
    folder = tmp_path_factory.mktemp("moved")
    seen_inside = folder / "state" / "clock"
    seen_inside.mkdir(parents=True)
    return Clocks(MovedClock(folder / "offset"), MovedClock(seen_inside / "offset"))


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory, clocks: Clocks) -> Iterator[Instance]:
    """An instance whose clocks can be moved."""
    recordings()  # before any call: it takes a second of all the attention there is
    inside = clocks.asterisk.beside
    state = Path(inside["FAKETIME_TIMESTAMP_FILE"]).parents[1]
    with free_ports() as base:
        project = trial_project(tmp_path_factory.mktemp("project") / "p", DIALPLAN)
        one = of_folder(state, base, project=project)
        moved = {**clocks.ours.environment, VARIABLES: json.dumps(inside)}
        one = replace(one, environment={**one.environment, **moved}, program=PROGRAM)
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


async def test_our_clock_an_hour_forward_and_back_while_calls_go_on(
    trial: Instance, clocks: Clocks
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
            clocks.ours.move_to(offset)
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


@dataclass
class Citizens:
    """Who is on the line, by name."""

    of: Instance
    _there: dict[str, tuple[asyncio.Event, asyncio.Task[HeardCall]]] = field(default_factory=dict)

    async def come(self, *who: str) -> None:
        """Let them call, press the way to the food queue, and wait or talk there."""
        before = len(on_the_line(self.of))
        for name in who:
            leave = asyncio.Event()
            calling = place_call(
                ("127.0.0.1", self.of.settings.ports.sip),
                "1950",
                f"98100005{len(self._there):02}",
                parse_keys(f"{TO_FOOD} s200"),
                ear=ear,
                limits=Limits(call_s=LONGEST_S),
                hang_up=leave,
            )
            self._there[name] = (leave, asyncio.create_task(calling))
        await until(lambda: len(on_the_line(self.of)) == before + len(who), f"{who} are there")

    async def go(self, name: str) -> CallFound:
        """Let one hang up; return what the store has of the call."""
        leave, calling = self._there[name]
        leave.set()
        return await asyncio.to_thread(stored, self.of, await calling)

    async def all_go(self) -> dict[str, CallFound]:
        """Let everybody hang up; return what the store has of each call, in the order of coming."""
        return {name: await self.go(name) for name in self._there}


def stored(of: Instance, call: HeardCall) -> CallFound:
    """Wait until the store has how a call came out of the queue."""
    engine = open_store(of.settings.database_url)
    found: list[CallFound] = []

    def there() -> bool:
        one = find_call(engine, sip_call_id=call.sip_call_id)
        found[:] = [one] if one is not None and one.queue_how else []
        return bool(found)

    try:
        hold_until(there, "the store has how the call came out of the queue")
    finally:
        engine.dispose()
    return found[0]


def talking(of: Instance) -> list[str]:
    """Those who talk with an operator, by ticket."""
    picture = told(of) or {"operators": ()}
    return [o["ticket"] for o in picture["operators"] if o["talk_s"] is not None]


def on_the_line(of: Instance) -> list[str]:
    """Those who talk, and those who wait."""
    picture = told(of) or {"queues": ()}
    return talking(of) + [w["ticket"] for queue in picture["queues"] for w in queue["waiting"]]


async def move_asterisk(of: Instance, clock: MovedClock, offset: int) -> None:
    """Move its clock and wait until it goes by it."""

    def off_by() -> float:
        said = of.asterisk_rx("dialplan eval function STRFTIME(,UTC,%s)")
        return int(said.rpartition("Result:")[2]) - time.time()

    clock.move_to(offset)
    await until(lambda: abs(off_by() - offset) < 60, "Asterisk goes by it")


async def test_asterisks_clock_an_hour_back_and_forward_alone_and_with_ours(
    trial: Instance, clocks: Clocks
) -> None:
    """Wherever it stands, room, journal and store measure by a clock that is steady."""
    citizens = Citizens(trial)

    async def still_right() -> None:
        await room_agrees(trial)
        picture = told(trial)
        assert picture["live"]
        assert all(0 <= span < LONGEST_S for span in spans(picture)), picture

    async def move(offset: int, *others: MovedClock) -> None:
        for clock in others:
            clock.move_to(offset)
        await move_asterisk(trial, clocks.asterisk, offset)
        await still_right()

    async with room(trial, "201", "202", manner=LONG):
        await citizens.come("first", "second")
        await until(lambda: len(talking(trial)) == 2, "two talk")
        await citizens.come("third")
        await move(-HOUR)
        await citizens.go("first")
        await citizens.go("second")
        await until(lambda: on_the_line(trial) == talking(trial), "the third was joined back then")
        await still_right()
        await move(0)
        # Registrations ended with the hour; the telephones renew theirs.
        await citizens.come("fourth", "fifth")
        await until(lambda: len(talking(trial)) == 2, "a telephone that is back was rung")
        await move(HOUR, clocks.ours)
        # By the wall clock the limit of the queue is over: what is offered there, is offered.
        await until(lambda: on_the_line(trial) == talking(trial), "the fifth was let go")
        await still_right()
        found = await citizens.all_go()
        await move(0, clocks.ours)
    assert sorted(call.queue_how for call in found.values()) == [*["served"] * 4, "timed_out"]
    spent = {name: (call.wait_s or 0, call.talk_s or 0) for name, call in found.items()}
    assert all(0 <= s < LONGEST_S for both in spent.values() for s in both), spent
    assert all(spent[name][1] for name in ("first", "second", "third")), spent
    engine = open_store(trial.settings.database_url)
    everything = lines(engine)
    engine.dispose()
    # What came before may be written while this goes on: the visits of these callers only.
    tickets = {call.ticket for call in found.values()}
    visits = {row.visit for row in everything if row.ticket in tickets}
    assert len(visits) == len(found)
    written = [row for row in everything if row.visit in visits]
    assert all(row.seconds is None or 0 <= row.seconds < LONGEST_S for row in written)
    served = {call.ticket for call in found.values() if call.queue_how == "served"}
    assert {row.ticket for row in written if row.kind == Kind.ANSWERED} == served
    assert not any(row.kind == Kind.ABANDONED for row in written)
