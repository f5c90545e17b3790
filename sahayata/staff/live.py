"""The room process, asked over HTTP by a conversation of the staff."""

from __future__ import annotations

from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout
from pydantic import ValidationError

from ivr.room import RoomUnavailable
from queue_manager.room.client import RoomLink
from queue_manager.room.orders import Order, Result
from queue_manager.room.wire import MOST_FRAME, Whole

PICTURE_S: Final = ClientTimeout(total=2.0)
"""Somebody listens to silence meanwhile."""


class RoomOverHttp:
    """``sahayata.staff.ports.LiveRoom``. The session is made at the first question."""

    def __init__(self, address: str, token: str) -> None:
        self._address, self._token = address, token
        self._session: ClientSession | None = None

    async def picture(self) -> Whole:
        """Return the whole picture. Raises ``RoomUnavailable``."""
        try:
            async with self._opened().get(
                f"{self._address}/picture", headers=self._headers, timeout=PICTURE_S
            ) as response:
                if response.status != 200:
                    raise RoomUnavailable(f"the room answers {response.status}")
                body = await response.content.read(MOST_FRAME)
                return Whole.model_validate_json(body)
        except (ClientError, OSError, TimeoutError, ValidationError) as fault:
            raise RoomUnavailable(f"{type(fault).__name__}") from fault

    async def do(self, order: Order) -> Result:
        """Do a deed, and wait until it was seen."""
        link = RoomLink(self._opened(), self._address, self._token, _nothing, _nothing)
        return await link.do(order)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def _opened(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession()
        return self._session


def _nothing(*_: object) -> None:
    """Nobody follows the room here."""
