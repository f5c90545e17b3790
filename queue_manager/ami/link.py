"""Listening to Asterisk: one connection after another, its events typed and in order."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from queue_manager.ami.address import Address, Spelling
from queue_manager.ami.counters import Counters
from queue_manager.ami.limits import Limits
from queue_manager.events import RoomEvent

Put = Callable[[RoomEvent], None]
"""Takes an event at once: ``put_nowait`` of one bounded queue with one consumer. May raise
``asyncio.QueueFull``, and nothing else."""


class Link:
    """Tells the room's events from the first connection on, for ever.

    ``Snapshot`` comes first after each login, then every event in the order of Asterisk's bytes.
    Events told while the snapshot was gathered come after it, so some of them may be older than
    what it shows: whoever applies them must bear to be told again what is known already, and of
    the end of what is there no more. ``LinkLost`` comes once when a connection is lost, or the
    first cannot be made, and once more when the reason changes; until the next ``Snapshot``
    nothing else is told.

    When ``put`` says ``QueueFull`` the connection is dropped: as soon as there is room again comes
    ``LinkLost`` (``FLOODED``), a new connection and its ``Snapshot``. What was put before stays.
    """

    def __init__(
        self,
        address: Address,
        spelling: Spelling,
        *,
        limits: Limits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.counters = Counters()
        self.last_byte_at = monotonic()
        """When Asterisk was last heard, on the steady clock: the age of the data."""
        self.live = False
        """Whether a snapshot was told and the connection stands since."""

    async def run(self, put: Put) -> None:
        """Stay connected until cancelled; never raises for what Asterisk or the network does."""
        raise NotImplementedError

    def look_again(self) -> None:
        """Have a further ``Snapshot`` put, in its place among the events: for an audit.

        Nothing while the link is down, or while one is on its way.
        """
        raise NotImplementedError
