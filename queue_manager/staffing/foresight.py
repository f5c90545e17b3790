"""What the coming half-hour brings, looked up behind everybody's back: nobody waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from database.engine import StoreUnavailable
from queue_manager.metrics import calendar
from queue_manager.staffing.demand import Demand

log = logging.getLogger(__name__)

AGAIN_AFTER: Final = timedelta(minutes=15)
ROUND_S: Final = 20.0
"""How often it is seen whether the day is another, or what is known too old."""

Days = Mapping[str, Sequence[Demand]]
LookUp = Callable[[date], Days]
"""Foretells a day; blocks, raises ``StoreUnavailable``."""


class Foresight:
    """The demand of today, as it was last looked up."""

    def __init__(self, look_up: LookUp, zone: tzinfo, now: Callable[[], datetime]) -> None:
        self._look_up, self._zone, self._now = look_up, zone, now
        self._known: Days = {}
        self._day = date.min
        self._at = datetime.min.replace(tzinfo=zone)

    async def run(self) -> None:
        """Look up for ever."""
        away = False
        while True:
            try:
                await self.look()
                away = False
            except StoreUnavailable as fault:
                if not away:
                    log.warning("what the day brings is not known", extra={"fault": str(fault)})
                away = True
            await asyncio.sleep(ROUND_S)

    async def look(self) -> None:
        """Look up when what is known is of another day or old. Raises ``StoreUnavailable``."""
        now = self._now()
        day = calendar.day_of(now, self._zone)
        if day == self._day and now - self._at < AGAIN_AFTER:
            return
        self._known = await asyncio.to_thread(self._look_up, day)
        self._day, self._at = day, now

    def coming(self) -> dict[str, Demand]:
        """Return what each queue gets in the coming half-hour.

        Queues with too little history are left out, and all of them while nothing is known of
        today: of those nothing can be foretold.
        """
        now = self._now()
        if calendar.day_of(now, self._zone) != self._day:
            return {}
        found = at_half_hour(self._known, now, self._zone)
        return {queue: demand for queue, demand in found.items() if demand.foretold}


def at_half_hour(days: Days, now: datetime, zone: tzinfo) -> dict[str, Demand]:
    """Return the half-hour of a day that most of the coming thirty minutes lies in."""
    begins = calendar.day_begins(calendar.day_of(now, zone), zone)
    half = int((now + calendar.HALF_HOUR / 2 - begins) / calendar.HALF_HOUR)
    return {queue: halves[min(half, len(halves) - 1)] for queue, halves in days.items() if halves}
