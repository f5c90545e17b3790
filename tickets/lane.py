"""One thread for jobs that may block, and a time limit for whoever waits for them.

Jobs that have come up meanwhile may be done together, so that one sync of the disk serves many.

After a job has failed or was too late the lane is *away*: for a while everybody is told so at
once instead of waiting in a row behind a database that does not answer. Meanwhile the lane tries
by itself, and takes jobs again as soon as a trial succeeds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
_TRY_AGAIN_S: Final = 1.0
_CLOSE_S: Final = 5.0
_MOST_TOGETHER: Final = 64

Job = Callable[[], Any]


class LaneAway(Exception):
    """The job was not done in time, or was not begun because the last one was not."""


@dataclass(slots=True)
class _Task:
    """A job and whoever waits for it; given up when nobody does any more."""

    job: Job
    answer: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a job."""

    value: Any = None
    fault: Exception | None = None


class Lane:
    """Jobs one after another in a thread of their own, for one event loop.

    ``trial`` is a job that succeeds when the lane is well; an exception of type ``outage`` means
    that it is not. ``try_again_s`` is the time between trials. ``together`` does several jobs and
    returns their results in order, or raises and has done none of them.
    """

    def __init__(
        self,
        name: str,
        trial: Callable[[], None],
        outage: type[Exception],
        *,
        together: Callable[[Sequence[Job]], Sequence[Any]] | None = None,
        try_again_s: float = _TRY_AGAIN_S,
    ) -> None:
        self._name = name
        self._trial = trial
        self._outage = outage
        self._together = together
        self._try_again_s = try_again_s
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._away = False
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def is_away(self) -> bool:
        """Whether jobs are refused at the moment."""
        return self._away

    async def run(self, job: Callable[[], T], limit_s: float) -> T:
        """Do a job and return what it returns.

        Raises ``LaneAway`` after ``limit_s`` seconds at the latest; a job that has begun goes on
        all the same, so it must do no harm when it comes late. Other exceptions are the job's.
        """
        if self._away or self._closed:
            raise LaneAway(f"{self._name} is away")
        answer = self._put(job)
        timer = answer.get_loop().call_later(limit_s, self._too_late, answer, limit_s)
        try:
            value: T = await answer
        finally:
            timer.cancel()
        return value

    def close(self) -> None:
        """Take no more jobs; wait a while for those that were taken. May be called in a thread."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._thread is not None:
            self._tasks.put(None)
            self._thread.join(_CLOSE_S)

    def _put(self, job: Job) -> asyncio.Future[Any]:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            # A daemon: a database that never answers must not keep the process from ending.
            self._thread = Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._tasks.put(_Task(job, answer))
        return answer

    def _too_late(self, answer: asyncio.Future[Any], limit_s: float) -> None:
        if not answer.done():
            self._leave(f"no answer within {limit_s:.1f} s")
            answer.set_exception(LaneAway(f"{self._name} did not answer in time"))

    def _work(self) -> None:
        """Do what is waiting, in the thread, until the lane is closed."""
        most = 1 if self._together is None else _MOST_TOGETHER
        while (task := self._tasks.get()) is not None:
            batch = [task]
            while len(batch) < most:
                try:
                    more = self._tasks.get_nowait()
                except Empty:
                    break
                if more is None:
                    self._tasks.put(None)
                    break
                batch.append(more)
            # Who gave up before it began wants nothing to be done.
            wanted = [task for task in batch if not task.answer.done()]
            outcomes = self._all_done(wanted) or [_done(task.job) for task in wanted]
            assert self._loop is not None
            try:
                self._loop.call_soon_threadsafe(self._deliver, wanted, outcomes)
            except RuntimeError:
                log.warning("%s: the loop ended before its jobs", self._name)
                return

    def _all_done(self, tasks: Sequence[_Task]) -> list[_Outcome]:
        """Do several jobs together; nothing when they must be done one by one."""
        if self._together is None or len(tasks) < 2:
            return []
        try:
            return [_Outcome(value) for value in self._together([task.job for task in tasks])]
        except self._outage as fault:
            return [_Outcome(fault=fault)] * len(tasks)
        except Exception:
            # One of them has a fault: alone, each meets its own.
            log.debug("%s: one of %d jobs failed", self._name, len(tasks), exc_info=True)
            return []

    def _deliver(self, tasks: Sequence[_Task], outcomes: Sequence[_Outcome]) -> None:
        for task, outcome in zip(tasks, outcomes, strict=True):
            fault = outcome.fault
            if task.answer.done():
                if fault is not None:
                    log.warning("%s: a late job failed: %s", self._name, fault)
            elif fault is None:
                task.answer.set_result(outcome.value)
            elif isinstance(fault, self._outage):
                self._leave(str(fault))
                away = LaneAway(f"{self._name}: {fault}")
                away.__cause__ = fault
                task.answer.set_exception(away)
            else:
                task.answer.set_exception(fault)

    def _leave(self, why: str) -> None:
        if self._away or self._closed:
            return
        self._away = True
        log.warning("%s is away: %s", self._name, why)
        self._try_later()

    def _try_later(self) -> None:
        assert self._loop is not None
        self._timer = self._loop.call_later(self._try_again_s, self._try)

    def _try(self) -> None:
        self._put(self._trial).add_done_callback(self._judge)

    def _judge(self, trial: asyncio.Future[None]) -> None:
        if self._closed or trial.cancelled():
            return
        fault = trial.exception()
        if fault is None:
            self._away = False
            log.warning("%s is back", self._name)
            return
        if not isinstance(fault, LaneAway):
            log.error("%s: the trial failed", self._name, exc_info=fault)
        self._try_later()


def _done(job: Job) -> _Outcome:
    try:
        return _Outcome(job())
    except Exception as fault:  # it belongs to whoever waits
        return _Outcome(fault=fault)
