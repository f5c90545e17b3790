"""When each wrap-up ends: on the steady clock here, and with Asterisk for when we are gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from queue_manager.duty.declared import Declared
from queue_manager.room.ports import Ending, Steady


@dataclass(frozen=True, slots=True)
class _End:
    declared: datetime
    """By the wall clock, as it is kept."""
    at: float
    """On the steady clock, which nobody moves."""


class WrapUpClock:
    """The ends of wrap-ups that are going on. ``longest`` is how long one lasts."""

    def __init__(
        self, longest: timedelta, ending: Ending, now: Callable[[], datetime], steady: Steady
    ) -> None:
        self.longest = longest
        self._ending, self._now, self._steady = ending, now, steady
        self._ends: dict[str, _End] = {}

    def declared(self, extension: str, until: datetime | None) -> None:
        """Set the end of a wrap-up, or forget it."""
        known = self._ends.get(extension)
        if until is None:
            self._ends.pop(extension, None)
            self._ending.end_at(extension, None)
        elif known is None or known.declared != until:
            # A wall clock that was moved makes no wrap-up longer than one.
            left = min(max(until - self._now(), timedelta()), self.longest)
            self._ends[extension] = _End(until, self._steady() + left.total_seconds())
            self._ending.end_at(extension, self._now() + left)

    def over(self) -> list[str]:
        """Return whose wrap-up is over, once."""
        now = self._steady()
        over = [extension for extension, end in self._ends.items() if end.at <= now]
        for extension in over:
            del self._ends[extension]
        return over

    @property
    def next_at(self) -> float:
        """When the next one ends, on the steady clock; never: infinity."""
        return min((end.at for end in self._ends.values()), default=float("inf"))

    def began(self, declared: Declared) -> datetime:
        """Return when the pause of an operator began, or the wrap-up, of which the end is kept."""
        if declared.wrap_up_until is not None:
            return declared.wrap_up_until - self.longest
        return declared.paused_since or declared.since
