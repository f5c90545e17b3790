"""Keeping a program running, with a program and a clock that only tests have."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sahayata.supervisor.backoff import FIRST_S, LONGEST_S, STEADY_S, Failures
from sahayata.supervisor.faults import CannotStart
from sahayata.supervisor.keeper import Keeper, Part, PartState, Running, Time
from sahayata.supervisor.process_id import ProcessId
from tests.support.waiting import until


class FakeTime:
    """A clock that stands still until it is told, and remembers who slept."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

    @property
    def time(self) -> Time:
        start = datetime(2026, 6, 1, tzinfo=UTC)
        return Time(
            lambda: start + timedelta(seconds=self.seconds), lambda: self.seconds, self.sleep
        )


class FakeRunning:
    """A program that ends when a test says so."""

    def __init__(self, pid: int) -> None:
        self.process = ProcessId(pid, 1)
        self.over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.ends: list[float] = []

    async def ended(self) -> str:
        return await asyncio.shield(self.over)

    async def end(self, patience_s: float) -> None:
        self.ends.append(patience_s)
        if not self.over.done():
            self.over.set_result("was ended")


class Starter:
    """Starts a fake program each time; fails as often as it is told to."""

    def __init__(self) -> None:
        self.made: list[FakeRunning] = []
        self.failures = 0

    async def __call__(self) -> Running:
        if self.failures:
            self.failures -= 1
            raise CannotStart("would not")
        self.made.append(FakeRunning(100 + len(self.made)))
        return self.made[-1]


class Bench:
    """A keeper with everything it needs."""

    def __init__(self) -> None:
        self.time, self.start, self.seen = FakeTime(), Starter(), list[Part]()
        self.said: list[str] = []
        self.keeper = Keeper("answering", self.start, self.time.time, self._changed)

    def _changed(self, part: Part, said: str) -> None:
        self.seen.append(part)
        self.said += [said] if said else []

    async def started(self, count: int) -> FakeRunning:
        """Wait for the start of this number."""
        await until(lambda: len(self.start.made) >= count)
        return self.start.made[count - 1]


async def test_it_runs_and_says_so() -> None:
    bench = Bench()
    await bench.keeper.start()
    assert [part.state for part in bench.seen] == [PartState.STARTING, PartState.RUNNING]
    assert bench.keeper.part.process == ProcessId(100, 1)
    assert bench.said == []
    await bench.keeper.end(5.0)
    assert bench.start.made[0].ends == [5.0]
    assert bench.keeper.part.state is PartState.ENDED
    assert bench.keeper.part.process is None


async def test_a_first_start_that_fails_is_told_and_not_repeated() -> None:
    bench = Bench()
    bench.start.failures = 1
    with pytest.raises(CannotStart, match="would not"):
        await bench.keeper.start()
    assert bench.keeper.part.state is PartState.ENDED
    assert bench.keeper.part.last_error == "would not"
    await bench.keeper.end(1.0)
    assert bench.start.made == []


async def test_what_ends_is_started_again_after_longer_and_longer_waits() -> None:
    bench = Bench()
    await bench.keeper.start()
    for count in range(1, 5):
        (await bench.started(count)).over.set_result("ended with 1")
    await bench.started(5)
    await until(lambda: bench.keeper.part.restarts == 4)
    assert bench.time.slept == [0.5, 1.0, 2.0, 4.0]
    assert bench.keeper.part.last_error == "ended with 1"
    assert bench.said[0] == "answering ended with 1; started again in 0.5 s"
    assert bench.said[1] == "answering runs again"
    await bench.keeper.end(1.0)


async def test_one_that_ran_well_begins_with_the_short_wait_again() -> None:
    bench = Bench()
    await bench.keeper.start()
    (await bench.started(1)).over.set_result("ended")
    (await bench.started(2)).over.set_result("ended")
    third = await bench.started(3)
    await until(lambda: bench.keeper.part.restarts == 2)
    bench.time.seconds += STEADY_S
    third.over.set_result("ended")
    await bench.started(4)
    assert bench.time.slept == [0.5, 1.0, 0.5]
    await bench.keeper.end(1.0)


async def test_a_restart_that_fails_is_tried_again() -> None:
    bench = Bench()
    await bench.keeper.start()
    bench.start.failures = 2
    (await bench.started(1)).over.set_result("ended")
    await bench.started(2)
    await until(lambda: bench.keeper.part.state is PartState.RUNNING)
    assert bench.time.slept == [0.5, 1.0, 2.0]
    assert bench.keeper.part.last_error == "would not"
    assert bench.keeper.part.restarts == 1
    await bench.keeper.end(1.0)


async def test_one_that_hangs_is_killed_and_started_again() -> None:
    bench = Bench()
    await bench.keeper.start()
    await bench.keeper.end_now("does not answer")
    assert bench.start.made[0].ends == [0.0]
    await bench.started(2)
    assert "answering does not answer: it is killed" in bench.said
    await bench.keeper.end(1.0)


async def test_what_is_ended_while_it_waits_is_not_started_again() -> None:
    bench = Bench()
    stuck = asyncio.Event()

    async def sleep(_: float) -> None:
        stuck.set()
        await asyncio.Event().wait()

    bench.keeper._time = Time(bench.time.time.now, bench.time.time.monotonic, sleep)
    await bench.keeper.start()
    (await bench.started(1)).over.set_result("ended")
    await stuck.wait()
    await bench.keeper.end(1.0)
    assert len(bench.start.made) == 1


def test_the_wait_doubles_up_to_half_a_minute() -> None:
    failures, delays = Failures(), []
    assert failures.delay_s == 0.0
    for _ in range(200):
        failures = failures.after(0.0)
        delays.append(failures.delay_s)
    assert delays[:4] == [FIRST_S, 1.0, 2.0, 4.0]
    assert set(delays[7:]) == {LONGEST_S}
