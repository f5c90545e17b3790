"""Time from outside: the wall clock for what is stored, the monotonic clock for what is measured.

The wall clock may be set back at any moment. So nothing is put in order by it (ids do that) and no
duration is measured with it.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """Return the wall clock: aware, UTC."""

    def monotonic(self) -> float:
        """Return seconds that never go back, from an arbitrary beginning."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the wall clock: aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back, from an arbitrary beginning."""
        return time.monotonic()
