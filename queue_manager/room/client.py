"""The line to the room: follows its changes for ever, and hands deeds to it."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from queue_manager.room.orders import Order, Outcome, Result
from queue_manager.room.wire import Beat, Frames, Nonsense, read

log = logging.getLogger(__name__)

SILENCE_S: Final = 4.0
"""The room says something every second; after so much silence the line is given up."""
CONNECT_S: Final = 2.0
DEED_S: Final = 45.0
"""A supervisor's telephone may ring before a deed is done."""
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 3.0
MOST_ANSWER: Final = 16 * 1024
MOST_SAID: Final = 200


class RoomLink:
    """A client of the room's HTTP. ``heard`` and ``lost`` are called in the event loop."""

    def __init__(
        self,
        session: ClientSession,
        address: str,
        token: str,
        heard: Callable[[Beat], None],
        lost: Callable[[], None],
    ) -> None:
        self._session, self._address = session, address
        self._headers = {"Authorization": f"Bearer {token}"}
        self._heard, self._lost = heard, lost
        self.losses = 0
        """How often the line was lost after it had been there."""

    async def follow(self) -> None:
        """Follow for ever; whatever goes wrong, the line is made anew."""
        pause, told = FIRST_PAUSE_S, False
        while True:
            spoke = False
            try:
                async for said in self._changes():
                    spoke, pause, told = True, FIRST_PAUSE_S, False
                    self._heard(said)
            except (ClientError, OSError, TimeoutError, Nonsense) as fault:
                if not told:
                    log.warning("the room is not heard", extra={"fault": _words(fault)})
                told = True
            self.losses += spoke
            self._lost()
            # Consoles that lost the room together do not come back in step.
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _changes(self) -> AsyncIterator[Beat]:
        limits = ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENCE_S)
        async with self._session.get(
            f"{self._address}/changes", headers=self._headers, timeout=limits
        ) as response:
            if response.status != 200:
                raise Nonsense(f"the room answers {response.status}")
            frames = Frames()
            async for piece in response.content.iter_any():
                for kind, data in frames.feed(piece):
                    if (said := read(kind, data)) is not None:
                        yield said

    async def do(self, order: Order) -> Result:
        """Ask the room. What is not answered in time is ``UNKNOWN``, and never asked again."""
        try:
            async with self._session.post(
                f"{self._address}/deeds",
                json=asdict(order),
                headers=self._headers,
                timeout=ClientTimeout(total=DEED_S, sock_connect=CONNECT_S),
            ) as response:
                body = await response.content.read(MOST_ANSWER)
                return _result(response.status, body)
        except (ClientError, OSError, TimeoutError) as fault:
            return Result(Outcome.UNKNOWN, _words(fault))


def _result(status: int, body: bytes) -> Result:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return Result(Outcome.UNKNOWN, f"HTTP {status}")
    if status == 200 and said.get("confirmed") is True:
        return Result(Outcome.CONFIRMED)
    for outcome in (Outcome.REFUSED, Outcome.UNKNOWN):
        if outcome.value in said:
            return Result(outcome, str(said[outcome.value])[:MOST_SAID])
    return Result(Outcome.UNKNOWN, f"HTTP {status}")


def _words(fault: BaseException) -> str:
    return f"{type(fault).__name__}: {fault}"[:MOST_SAID]
