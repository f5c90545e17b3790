"""One thread for jobs that may block, and a time limit for whoever waits for them.

After a job has failed or was too late the lane is *away*: for a while everybody is told so at
once instead of waiting in a row behind a database that does not answer. Meanwhile the lane tries
by itself, and takes jobs again as soon as a trial succeeds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
_TRY_AGAIN_S: Final = 1.0


class LaneAway(Exception):
    """The job was not done in time, or was not begun because the last one was not."""


class Lane:
    """Jobs one after another in a thread of their own.

    ``trial`` is a job that succeeds when the lane is well; an exception of type ``outage`` means
    that it is not. ``try_again_s`` is the time between trials.
    """

    def __init__(
        self,
        name: str,
        trial: Callable[[], None],
        outage: type[Exception],
        *,
        try_again_s: float = _TRY_AGAIN_S,
    ) -> None:
        self._name = name
        self._trial = trial
        self._outage = outage
        self._try_again_s = try_again_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
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
        if self._away:
            raise LaneAway(f"{self._name} is away")
        future = self._thread.submit(job)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), limit_s)
        except TimeoutError as late:
            future.add_done_callback(self._note_late_fault)
            self._leave(f"no answer within {limit_s:.1f} s")
            raise LaneAway(f"{self._name} did not answer in time") from late
        except self._outage as fault:
            self._leave(str(fault))
            raise LaneAway(f"{self._name}: {fault}") from fault

    def close(self) -> None:
        """Take no more jobs; waits for the one that runs."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._thread.shutdown(cancel_futures=True)

    def _leave(self, why: str) -> None:
        if self._away or self._closed:
            return
        self._away = True
        log.warning("%s is away: %s", self._name, why)
        self._try_later()

    def _try_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._try_again_s, self._try)

    def _try(self) -> None:
        future = asyncio.wrap_future(self._thread.submit(self._trial))
        future.add_done_callback(self._judge)

    def _judge(self, trial: asyncio.Future[None]) -> None:
        if self._closed or trial.cancelled():
            return
        fault = trial.exception()
        if fault is None:
            self._away = False
            log.warning("%s is back", self._name)
            return
        if not isinstance(fault, self._outage):
            log.error("%s: the trial failed", self._name, exc_info=fault)
        self._try_later()

    def _note_late_fault(self, future: Future[T]) -> None:
        """Nobody waits for this job any more, so its fault would be lost."""
        if not future.cancelled() and (fault := future.exception()) is not None:
            log.warning("%s: a late job failed: %s", self._name, fault)
