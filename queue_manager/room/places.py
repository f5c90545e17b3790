"""Which queues an operator may be moved to, and which telephones may be rung for listening in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Final

from database.engine import StoreUnavailable
from queue_manager.duty.declared import NotPossible

LIMIT_S: Final = 1.5
"""A person waits: after this long the database counts as away."""

Lines = Callable[[], Mapping[str, Mapping[str, int]]]
"""Everybody on the roster: extension -> queue -> penalty. Blocks, raises ``StoreUnavailable``."""


class Places:
    """The lines of the roster, and the seats of the district that nobody of the roster has."""

    def __init__(
        self,
        lines: Lines,
        seats: Mapping[str, Collection[str]],
        *,
        queues: Collection[str],
        confidential: Collection[str],
    ) -> None:
        """``seats`` are extension -> the queues it is written into."""
        self._lines, self._seats = lines, seats
        self._queues, self._confidential = tuple(queues), frozenset(confidential)

    async def penalty(self, extension: str, queue: str) -> int:
        """Return the penalty with which an operator may be moved to a queue.

        Raises:
            NotPossible: there is no such queue, or it is not theirs; the message is for a person.
        """
        if queue not in self._queues:
            raise NotPossible(f"there is no queue {queue!r}")
        own = await self._of(extension)
        if queue in own:
            return own[queue]
        kept = "confidential, and not" if queue in self._confidential else "not"
        theirs = ", ".join(own) or "none"
        raise NotPossible(f"{queue} is {kept} among the queues of {extension}: {theirs}")

    async def has(self, telephone: str) -> bool:
        """Tell whether it is a telephone of the helpline. Raises ``NotPossible``: nobody knows."""
        return telephone in self._seats or telephone in await self._read()

    async def _of(self, extension: str) -> Mapping[str, int]:
        lines = await self._read()
        if extension in lines:
            return {q: penalty for q, penalty in lines[extension].items() if q in self._queues}
        if extension not in self._seats:
            raise NotPossible(f"nobody on the roster has the extension {extension}")
        # Nobody has chosen who sits there: whoever may listen to anything is chosen for it.
        own = self._seats[extension]
        return {q: 0 for q in self._queues if q in own or q not in self._confidential}

    async def _read(self) -> Mapping[str, Mapping[str, int]]:
        try:
            async with asyncio.timeout(LIMIT_S):
                return await asyncio.to_thread(self._lines)
        except (StoreUnavailable, TimeoutError):
            raise NotPossible("the roster cannot be read now; nothing was changed") from None
