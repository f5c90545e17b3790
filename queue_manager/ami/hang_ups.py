"""Who hung up while waiting, and whom the queue let go: app_queue calls both abandoned.

It says ``QueueCallerAbandon`` of a caller whose time in the queue is up, too (``record_abandoned``
in app_queue.c). Only a channel that hangs up is asked to before: ``HangupRequest``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from queue_manager.events import CallerAbandoned, CallerLeft

REMEMBERED_S: Final = 60.0
"""A hang-up is noticed within milliseconds; on a machine that stands still, later."""
MOST: Final = 4096
SWAPPED_S: Final = 0.05
"""As far apart two events may be and yet have been told in the wrong order."""


@dataclass(frozen=True, slots=True)
class HangUpAsked:
    """A channel is to be hung up, by either end."""

    at: float
    channel: str


class HangUps:
    """Tells the two apart; a caller who was let go has left, no more."""

    def __init__(self) -> None:
        self._asked: dict[str, float] = {}
        self._let_go: dict[str, CallerAbandoned] = {}

    def judged(self, event: HangUpAsked | CallerAbandoned) -> CallerAbandoned | CallerLeft | None:
        """Return what is to be told in the place of an event, ``None`` for nothing."""
        self._forget(event.at)
        if isinstance(event, HangUpAsked):
            self._asked[event.channel] = event.at
            return self._let_go.pop(event.channel, None)
        if event.channel in self._asked:
            return event
        self._let_go[event.channel] = event
        return CallerLeft(event.at, event.queue, event.channel)

    def _forget(self, now: float) -> None:
        self._let_go = {c: e for c, e in self._let_go.items() if now - e.at <= SWAPPED_S}
        # They were put there in the order of their moments.
        while self._asked:
            eldest = next(iter(self._asked))
            if len(self._asked) < MOST and now - self._asked[eldest] <= REMEMBERED_S:
                break
            del self._asked[eldest]
