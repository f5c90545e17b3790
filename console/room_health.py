"""The room's own counters, as it tells them at ``GET /health``: flat names, numbers only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout

LIMIT_S: Final = 2.0
MOST_BYTES: Final = 64 * 1024
MOST_NUMBERS: Final = 200
STANDING: Final = frozenset(
    {"live", "age_s", "behind", "operators", "readers", "journal_waiting", "duty_owed"}
)
"""What tells how it is now; everything else the room counts from its beginning, and only grows."""
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")


@dataclass(frozen=True, slots=True)
class RoomHealth:
    """What the room counts; nothing when it did not answer."""

    reached: bool = False
    numbers: Mapping[str, float] = field(default_factory=dict)


class RoomHealthLink:
    """Asks the room how it is."""

    def __init__(self, session: ClientSession, address: str, token: str) -> None:
        self._session, self._address = session, address
        self._headers = {"Authorization": f"Bearer {token}"}

    async def ask(self) -> RoomHealth:
        """Ask; a room that does not answer in time is not reached."""
        try:
            async with self._session.get(
                f"{self._address}/health",
                headers=self._headers,
                timeout=ClientTimeout(total=LIMIT_S),
            ) as response:
                said = json.loads(await response.content.read(MOST_BYTES))
        except (ClientError, OSError, TimeoutError, ValueError):
            return RoomHealth()
        found = list(_numbers(said, ""))[:MOST_NUMBERS]
        return RoomHealth(reached=True, numbers=dict(found))


def _numbers(said: object, prefix: str) -> Iterator[tuple[str, float]]:
    """Walk into tables: ``{"ami": {"events": 3}}`` is ``ami_events``. Words are left out."""
    match said:
        case bool() | int() | float() if prefix:
            yield prefix, float(said)
        case dict():
            for key, value in said.items():
                name = f"{prefix}_{key}" if prefix else str(key)
                if NAME.fullmatch(name):
                    yield from _numbers(value, name)
        case _:
            return
