"""Listening in by telephone, on record before it begins and when it is over."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from ivr.room import RoomUnavailable
from queue_manager.room.orders import Outcome
from sahayata.staff.on_record import within_limit
from sahayata.staff.ports import Records

log = logging.getLogger(__name__)

MOST_CALLS: Final = 500


@dataclass(frozen=True, slots=True)
class _Asked:
    number: int
    who: str
    manner: str


class ListeningIn:
    """The calls in which somebody listens, by what is on record of each.

    The talk is Asterisk's, and the end of it is told by the dialplan. One that this process did not
    live to hear of stays "asked" on record, and is shown as that: nobody knows.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._asked: OrderedDict[str, _Asked] = OrderedDict()

    async def begins(self, call: str, who: str, manner: str, operator: str, queue: str) -> None:
        """Put on record who will listen to whom. Raises ``RoomUnavailable``."""
        asked = Outcome.ASKED.value
        number = await within_limit(self._records.audit, who, manner, operator, queue, asked)
        self._asked[call] = _Asked(number, who, manner)
        while len(self._asked) > MOST_CALLS:
            self._asked.popitem(last=False)

    async def ends(self, call: str, *, heard: bool) -> None:
        """Put on record that it is over; nothing where nobody listens, and once only."""
        asked = self._asked.pop(call, None)
        if asked is None:
            return
        outcome = Outcome.CONFIRMED if heard else Outcome.REFUSED
        try:
            await within_limit(
                self._records.ended, asked.number, asked.who, asked.manner, outcome.value
            )
        except RoomUnavailable as away:
            log.error("the end of listening in is not on record", extra={"fault": str(away)})
