"""A lane: jobs that may block, and callers who do not wait for them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from tests.support.waiting import until
from tickets.lane import Lane, LaneAway


class Outage(Exception):
    pass


class Trial:
    """Fails until it is told to succeed."""

    def __init__(self) -> None:
        self.well = threading.Event()
        self.done = 0

    def __call__(self) -> None:
        self.done += 1
        if not self.well.is_set():
            raise Outage("still away")


@pytest.fixture
def trial() -> Trial:
    return Trial()


@pytest.fixture
async def lane(trial: Trial) -> AsyncIterator[Lane]:
    made = Lane("test", trial, Outage, try_again_s=0.01)
    yield made
    made.close()


async def is_back(lane: Lane) -> None:
    await until(lambda: not lane.is_away)


def fail() -> None:
    raise Outage("the cable is cut")


async def test_jobs_are_done_one_after_another(lane: Lane) -> None:
    done: list[int] = []
    await asyncio.gather(*(lane.run(lambda n=n: done.append(n), 5) for n in range(50)))  # type: ignore[misc]
    assert done == list(range(50))


async def test_a_fault_that_is_no_outage_is_the_jobs_own(lane: Lane) -> None:
    def divide() -> float:
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        await lane.run(divide, 5)
    assert not lane.is_away


async def test_after_an_outage_everybody_is_told_at_once_until_a_trial_succeeds(
    lane: Lane, trial: Trial
) -> None:
    with pytest.raises(LaneAway, match="cable"):
        await lane.run(fail, 5)
    with pytest.raises(LaneAway, match="away"):
        await lane.run(lambda: None, 5)
    trial.well.set()
    await is_back(lane)
    assert await lane.run(lambda: 7, 5) == 7


async def test_who_waits_too_long_is_told_and_the_job_goes_on(lane: Lane, trial: Trial) -> None:
    trial.well.set()
    go, gone = threading.Event(), threading.Event()

    def slow() -> None:
        go.wait(5)
        gone.set()

    late = asyncio.create_task(lane.run(slow, 0.05))
    behind = asyncio.create_task(lane.run(lambda: "never begun", 0.05))
    with pytest.raises(LaneAway, match="in time"):
        await late
    with pytest.raises(LaneAway):
        await behind
    assert not gone.is_set()
    go.set()
    await is_back(lane)
    assert gone.is_set()


async def test_a_late_fault_is_logged(
    lane: Lane, trial: Trial, caplog: pytest.LogCaptureFixture
) -> None:
    trial.well.set()
    go = threading.Event()

    def slow() -> None:
        go.wait(5)
        fail()

    with pytest.raises(LaneAway):
        await lane.run(slow, 0.05)
    go.set()
    await is_back(lane)
    assert "a late job failed: the cable is cut" in caplog.text


async def test_a_trial_with_a_fault_of_ours_is_logged_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tried = 0

    def faulty() -> None:
        nonlocal tried
        tried += 1
        if tried < 3:
            raise ZeroDivisionError

    lane = Lane("test", faulty, Outage, try_again_s=0.01)
    with pytest.raises(LaneAway):
        await lane.run(fail, 5)
    await is_back(lane)
    lane.close()
    assert tried == 3
    assert "the trial failed" in caplog.text


async def held_up(lane: Lane, jobs: list[Callable[[], object]]) -> list[object]:
    """Let jobs come up behind one that is not done, and return what became of each."""
    begun, go = threading.Event(), threading.Event()

    def hold_up() -> None:
        begun.set()
        go.wait(5)

    first = asyncio.create_task(lane.run(hold_up, 5))
    await asyncio.to_thread(begun.wait, 5)
    rest = [asyncio.create_task(lane.run(job, 5)) for job in jobs]
    await asyncio.sleep(0)
    go.set()
    await first
    return await asyncio.gather(*rest, return_exceptions=True)


async def test_jobs_that_came_up_meanwhile_are_done_together(trial: Trial) -> None:
    batches: list[int] = []

    def together(jobs: Sequence[Callable[[], object]]) -> list[object]:
        batches.append(len(jobs))
        return [job() for job in jobs]

    lane = Lane("test", trial, Outage, together=together)
    assert await held_up(lane, [lambda n=n: n for n in range(5)]) == [0, 1, 2, 3, 4]  # type: ignore[misc]
    lane.close()
    assert batches == [5]


async def test_a_fault_among_them_is_met_by_its_own_job_alone(trial: Trial) -> None:
    lane = Lane("test", trial, Outage, together=lambda jobs: [job() for job in jobs])
    one, fault, two = await held_up(lane, [lambda: 1, lambda: 1 / 0, lambda: 2])
    lane.close()
    assert (one, type(fault), two) == (1, ZeroDivisionError, 2)


async def test_an_outage_among_them_is_told_to_all(trial: Trial) -> None:
    lane = Lane("test", trial, Outage, together=lambda jobs: [job() for job in jobs])
    told = await held_up(lane, [lambda: 1, fail, lambda: 2])
    lane.close()
    assert [type(answer) for answer in told] == [LaneAway] * 3


async def test_a_closed_lane_takes_no_jobs(lane: Lane) -> None:
    lane.close()
    with pytest.raises(LaneAway):
        await lane.run(lambda: 1, 5)
