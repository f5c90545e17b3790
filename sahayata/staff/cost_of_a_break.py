"""What an operator hears before a pause: only what is known at once, and never a refusal."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from database.engine import StoreUnavailable
from ivr.room import DONE, RoomAnswer, RoomUnavailable
from queue_manager.staffing.breaks import in_words, worst
from queue_manager.staffing.outlook import Outlook
from sahayata.staff.ports import IfAway, LiveRoom, Records

log = logging.getLogger(__name__)

LIMIT_S: Final = 0.5
"""An operator listens to silence meanwhile: what is not known by then is not said."""
MOST_CALLS: Final = 500
ENOUGH: Final = RoomAnswer("enough")


class CostOfABreak:
    """Tells it, and puts on record what was told and chosen."""

    def __init__(self, live: LiveRoom, records: Records, if_away: IfAway) -> None:
        self._live, self._records, self._if_away = live, records, if_away
        self._told: OrderedDict[str, int] = OrderedDict()
        """Call -> the number of the line on record."""

    async def ask(self, call: str, who: str, reason: str) -> RoomAnswer:
        """Answer ``short`` when a queue would fall below its target, ``enough`` otherwise."""
        try:
            async with asyncio.timeout(LIMIT_S):
                whole = await self._live.picture()
                if not whole.live:
                    return ENOUGH
                outlooks = await asyncio.to_thread(self._if_away, whole, who)
        except (RoomUnavailable, TimeoutError) as away:
            log.info("what a break costs is not known", extra={"fault": str(away)})
            return ENOUGH
        if not worst(outlooks):
            return ENOUGH
        await self._write_told(call, who, reason, outlooks)
        return RoomAnswer("short")

    async def chose(self, call: str, who: str, *, went: bool) -> RoomAnswer:
        """Put on record what they chose."""
        number = self._told.pop(call, None)
        if number is not None:
            try:
                async with asyncio.timeout(LIMIT_S):
                    await asyncio.to_thread(self._records.break_chosen, number, who, went=went)
            except (StoreUnavailable, TimeoutError) as away:
                log.warning("a choice is not on record", extra={"fault": str(away)})
        return RoomAnswer(DONE)

    async def _write_told(
        self, call: str, who: str, reason: str, outlooks: Mapping[str, Outlook]
    ) -> None:
        short = {queue: one for queue, one in outlooks.items() if not one.enough}
        job = asyncio.to_thread(
            self._records.break_told, who, reason, worst(short), in_words(short)
        )
        try:
            async with asyncio.timeout(LIMIT_S):
                self._told[call] = await job
        except (StoreUnavailable, TimeoutError) as away:
            log.warning("what was told is not on record", extra={"fault": str(away)})
        while len(self._told) > MOST_CALLS:  # who hung up never chose
            self._told.popitem(last=False)
