"""A link to the manager that a test plays, and all that it tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from queue_manager.ami.address import Address
from queue_manager.ami.blocks import event_name
from queue_manager.ami.hearing import READERS
from queue_manager.ami.limits import Limits
from queue_manager.ami.link import Link
from queue_manager.events import LinkLost, RoomEvent, Snapshot
from tests.support.ami_recorded import SPELLING, live_events
from tests.support.ami_server import PASSWORD, AmiServer
from tests.support.beside import beside

QUICK = Limits(first_retry_s=0.01, longest_retry_s=0.02, refused_retry_s=0.02, doubt_s=0.0)


WAIT_S = 10.0


class Ear:
    """A link and the one queue that it fills."""

    def __init__(self, address: Address, limits: Limits, size: int) -> None:
        self.link = Link(address, SPELLING, limits=limits, chance=lambda: 0.0)
        self.queue: asyncio.Queue[RoomEvent] = asyncio.Queue(size)

    async def next(self) -> RoomEvent:
        async with asyncio.timeout(WAIT_S):
            return await self.queue.get()

    async def snapshot(self) -> Snapshot:
        """Take the next event, which must be a snapshot."""
        found = await self.next()
        assert isinstance(found, Snapshot), found
        return found

    async def lost(self) -> LinkLost:
        """Take the next event, which must be the loss of the link."""
        found = await self.next()
        assert isinstance(found, LinkLost), found
        assert not self.link.live
        return found


@asynccontextmanager
async def listening(
    server: AmiServer, limits: Limits = QUICK, *, password: str = PASSWORD, size: int = 1000
) -> AsyncIterator[Ear]:
    ear = Ear(server.address(password), limits, size)
    async with beside(ear.link.run(ear.queue.put_nowait)):
        yield ear


def without_time(told: RoomEvent) -> RoomEvent:
    return replace(told, at=0.0)


def events(recording: str) -> list[bytes]:
    return [block for block in live_events(recording) if event_name(block) in READERS]
