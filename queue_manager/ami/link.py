"""Listening to Asterisk: one connection after another, its events typed and in order."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import uuid
from collections.abc import Callable
from typing import Final

from queue_manager.ami import gathering
from queue_manager.ami.address import Address, Spelling
from queue_manager.ami.blocks import Fields
from queue_manager.ami.counters import Counters
from queue_manager.ami.fence import Connection, Gone
from queue_manager.ami.gathering import Gathering
from queue_manager.ami.intake import Intake, Put
from queue_manager.ami.limits import Limits
from queue_manager.ami.staying import Surroundings, stay_connected
from queue_manager.events import LinkLoss, LinkLost, RoomEvent

ROOM_AGAIN_S: Final = 0.02
"""How often a full queue is tried again, with nothing else to do."""


class Link:
    """Tells the room's events from the first connection on, for ever.

    ``Snapshot`` comes first after each login, then every event in the order of Asterisk's bytes.
    Events told while the snapshot was gathered come after it, so some of them may be older than
    what it shows: whoever applies them must bear to be told again what is known already, and of
    the end of what is there no more. ``LinkLost`` comes once when a connection is lost, or the
    first cannot be made; until the next ``Snapshot`` nothing else is told. ``at`` never falls.

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
        self.trouble = "not connected yet"
        """Why the link is down, in plain words; "" while it is live."""
        self._address = address
        self._spelling = spelling
        self._around = Surroundings(limits or Limits(), monotonic, chance)
        self._intake = Intake(
            spelling,
            self._around.limits,
            _nowhere,
            flooded=self._flooded,
            doubted=self.look_again,
        )
        self.counters: Counters = self._intake.counters
        self._heard_at = monotonic()
        self._connection: Connection | None = None
        self._looking: asyncio.Task[None] | None = None
        self._told_lost = False

    @property
    def live(self) -> bool:
        """Whether a snapshot was told and the connection stands since."""
        return self._intake.live

    @property
    def last_byte_at(self) -> float:
        """When Asterisk was last heard, on the steady clock: the age of the data."""
        wire = self._connection.protocol if self._connection else None
        return max(self._heard_at, wire.last_byte_at if wire else 0.0)

    async def run(self, put: Put) -> None:
        """Stay connected until cancelled; never raises for what Asterisk or the network does."""
        self._intake.put = put
        try:
            await stay_connected(
                self._address,
                self._around,
                heard=self._intake.heard,
                began=self._began,
                lost=self._lost,
            )
        finally:
            self._intake.down()

    def look_again(self) -> None:
        """Have a further ``Snapshot`` put, in its place among the events: for an audit.

        Nothing while the link is down, or while one is on its way.
        """
        idle = self._looking is None or self._looking.done()
        if self.live and idle and self._connection is not None:
            self._looking = asyncio.create_task(self._look_once_more(self._connection))

    async def _began(self, connection: Connection) -> None:
        self._connection = connection
        self.counters.connections += 1
        await self._look(connection)

    async def _look_once_more(self, connection: Connection) -> None:
        # Nobody waits for it: when it fails the connection is at its end, and that is told.
        with contextlib.suppress(Gone):
            await self._look(connection)

    async def _look(self, connection: Connection) -> None:
        """Ask for everything; tell it, then what was heard meanwhile."""
        wire = connection.protocol
        assert wire is not None
        limit_s = self._around.limits.snapshot_s
        queues, channels = uuid.uuid4().hex, uuid.uuid4().hex
        asked_at = self._around.monotonic()
        whole = self._intake.gather(Gathering(asked_at, queues, channels, self._spelling))
        status: Fields = {}
        try:
            async with asyncio.timeout(limit_s):
                status = await self._ask(connection, {"Action": "CoreStatus"})
                await self._ask(connection, {"Action": gathering.CHANNELS, "ActionID": channels})
                await self._ask(connection, {"Action": gathering.QUEUES, "ActionID": queues})
                await asyncio.wait((whole, wire.gone), return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            wire.lose(LinkLoss.SILENT, f"no snapshot within {limit_s:g} s")
        if wire.gone.done():
            raise wire.gone.result()
        boot = f"{status.get('CoreStartupDate', '')}T{status.get('CoreStartupTime', '')}"
        if self._intake.tell_gathered(boot):
            self._told_lost, self.trouble = False, ""

    async def _ask(self, connection: Connection, action: dict[str, str]) -> Fields:
        answer = await connection.ask(action, self._around.limits.snapshot_s)
        if answer["Response"] != "Success":
            words = f"Asterisk refuses {action['Action']}: {answer.get('Message', '')}"
            raise Gone(LinkLoss.REFUSED, words)
        return answer

    def _flooded(self) -> None:
        if self._connection is not None and self._connection.protocol is not None:
            words = "events came faster than they are taken"
            self._connection.protocol.lose(LinkLoss.FLOODED, words)

    async def _lost(self, gone: Gone, heard_at: float) -> None:
        """Tell that the link is down, once."""
        self._heard_at = max(self._heard_at, heard_at)
        self._intake.down()
        self.counters.losses[gone.why.value] += 1
        self.trouble = str(gone)
        while not self._told_lost:
            lost = LinkLost(self._around.monotonic(), self._heard_at, gone.why)
            self._told_lost = self._intake.tell_lost(lost)
            if not self._told_lost:
                await asyncio.sleep(ROOM_AGAIN_S)


def _nowhere(_: RoomEvent) -> None:
    """Stand in for the queue until ``run`` has been given one."""
