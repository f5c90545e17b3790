"""Asks the recogniser whether it has room for a caller: in a moment, or not at all."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

import aiohttp

log = logging.getLogger(__name__)

LIMIT_S: Final = 0.3
"""The longest a caller waits for the answer."""
LEAVE_ALONE_S: Final = 5.0
"""After no answer nobody asks for so long: a fault costs one caller a moment, not all of them."""


class Places:
    """The recogniser as a line sees it, at this moment.

    Asked just before Asterisk connects, which has no time limit of its own there: who answers this
    answers that.
    """

    def __init__(
        self,
        address: str,
        *,
        limit_s: float = LIMIT_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``address`` is ``http://127.0.0.1:PORT/SECRET``."""
        self._address, self._monotonic = address, monotonic
        self._limit = aiohttp.ClientTimeout(total=limit_s)
        self._session: aiohttp.ClientSession | None = None
        self._ask_again_at = 0.0

    async def room(self) -> int | None:
        """Tell how many more callers can be listened to, ``None`` without an answer; no raising."""
        if self._monotonic() < self._ask_again_at:
            return None
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._limit)
        try:
            async with self._session.get(f"{self._address}/places") as response:
                told = await response.json()
                return int(told["free"])
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as fault:
            self._ask_again_at = self._monotonic() + LEAVE_ALONE_S
            log.warning("the recogniser does not answer: keys only (%s)", type(fault).__name__)
            return None

    async def close(self) -> None:
        """Let the connection go."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)
