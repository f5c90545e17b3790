"""What a break costs, as the page shows it before a pause is granted, and keeps it on record."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from console.board import Board
from console.ports import Staffing
from queue_manager.staffing.breaks import if_one_left, if_so_many_left, in_words
from queue_manager.staffing.outlook import Outlook

MOST_AWAY = 3
"""The page shows what becomes of a queue if one, two ... so many more take a break."""


@dataclass(frozen=True, slots=True)
class Breaks:
    """The outlook of the room as the console has it; nothing while that is not live."""

    board: Board
    staffing: Staffing

    async def if_away(self, extension: str) -> dict[str, Outlook]:
        """Return the outlook of the queues that one operator serves, without them."""
        now = self.board.at_work()
        if now is None:
            return {}
        demand, goal = self.staffing.coming(), self.staffing.goal
        return await asyncio.to_thread(if_one_left, now, demand, goal, extension)

    async def if_so_many(self) -> dict[str, tuple[Outlook, ...]]:
        """Return the outlooks of each queue if one, two ... more take a break."""
        now = self.board.at_work()
        if now is None:
            return {}
        demand, goal = self.staffing.coming(), self.staffing.goal
        found = [
            await asyncio.to_thread(if_so_many_left, now, demand, goal, count)
            for count in range(1, MOST_AWAY + 1)
        ]
        return {queue: tuple(outlooks[queue] for outlooks in found) for queue in demand}

    async def told(self, extension: str) -> str:
        """Return what a supervisor is shown of somebody's break, in words for the record."""
        return in_words(await self.if_away(extension))
