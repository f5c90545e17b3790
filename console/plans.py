"""The plans of days: made in a thread, one at a time, and kept for a minute for all who look."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import date
from typing import Final

from console.ports import Staffing
from queue_manager.staffing.day import StaffingDay

KEPT_S: Final = 60.0
MOST_DAYS: Final = 4


class Plans:
    """Plans of today and tomorrow."""

    def __init__(self, staffing: Staffing, clock: Callable[[], float] = time.monotonic) -> None:
        self._staffing, self._clock = staffing, clock
        self._made: dict[date, tuple[float, StaffingDay]] = {}
        self._one = asyncio.Lock()

    def today(self) -> date:
        """Tell the day that it is in the district."""
        return self._staffing.today()

    async def of(self, day: date) -> StaffingDay:
        """Return the plan of a day. Raises ``database.engine.StoreUnavailable``."""
        async with self._one:
            known = self._made.get(day)
            if known is not None and self._clock() - known[0] < KEPT_S:
                return known[1]
            planned = await asyncio.to_thread(self._staffing.day, day)
            self._made = dict([*self._made.items()][-MOST_DAYS:]) | {day: (self._clock(), planned)}
            return planned
