"""From the steady clock of the room to the UTC of the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

MOVED_S: Final = 2.0
"""A wall clock further off than this was moved; less is the drift that NTP takes back."""


class Clock(Protocol):
    """Where steady times become UTC."""

    def utc(self, at: float) -> datetime:
        """Tell when ``at`` was."""

    def steady(self, moment: datetime) -> float:
        """Tell where a moment in UTC lies on the steady clock."""


class SteadyClock:
    """Tells the UTC of a moment on the steady clock, and is pure between two settings.

    The wall clock is read when it is set and not for each event: two events are as far apart in the
    journal as they were in truth.
    """

    def __init__(self, wall: Callable[[], datetime], steady: Callable[[], float]) -> None:
        self._wall = wall
        self._steady = steady
        self._anchor = (wall().astimezone(UTC), steady())

    def utc(self, at: float) -> datetime:
        """Tell when ``at`` was."""
        wall, steady = self._anchor
        return wall + timedelta(seconds=at - steady)

    def steady(self, moment: datetime) -> float:
        """Tell where a moment in UTC lies on the steady clock."""
        wall, steady = self._anchor
        return steady + (moment - wall).total_seconds()

    def set(self) -> float:
        """Follow the wall clock; return by how many seconds it was moved, 0.0 for mere drift."""
        wall, steady = self._wall().astimezone(UTC), self._steady()
        moved = (wall - self.utc(steady)).total_seconds()
        self._anchor = (wall, steady)
        return moved if abs(moved) > MOVED_S else 0.0
