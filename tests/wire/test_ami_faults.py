"""The line to Asterisk cut at every byte, stalled, slow, with events out of order and twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from queue_manager.ami.address import Address
from queue_manager.ami.blocks import event_name
from queue_manager.ami.hearing import READERS
from queue_manager.ami.limits import Limits
from queue_manager.ami.link import Link
from queue_manager.events import LinkLoss, LinkLost, RoomEvent, Snapshot
from tests.support.ami_proxy import Fault, ami_proxy
from tests.support.ami_recorded import SPELLING, event, live_events
from tests.support.ami_recorded import heard as told_of
from tests.support.ami_server import PASSWORD, AmiServer, ami_server
from tests.support.beside import beside

AT_ONCE = Limits(first_retry_s=0.0, longest_retry_s=0.0)
WAIT_S = 120.0
EVENTS = [event("rings", name) for name in ("QueueMemberAdded", "QueueMemberRemoved", "Hangup")]
TOLD = told_of(EVENTS)


class SmallRoom(AmiServer):
    """A room of one operator, which says three events after each look: few bytes to cut at."""

    def answer(self, action: dict[str, str]) -> bytes:
        said = super().answer(action)
        if action["Action"] not in ("QueueStatus", "CoreShowChannels"):
            return said
        first, *blocks = said.removesuffix(b"\r\n\r\n").split(b"\r\n\r\n")
        members = [block for block in blocks if event_name(block) == b"QueueMember"]
        events = EVENTS if members else []
        return b"".join(block + b"\r\n\r\n" for block in (first, *members[:1], blocks[-1], *events))


@dataclass
class Heard:
    """Everything that a link told, connection by connection."""

    link: Link
    told: list[RoomEvent] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, event: RoomEvent) -> None:
        self.told.append(event)
        self.changed.set()

    async def until(self, true: Callable[[list[RoomEvent]], bool]) -> None:
        async with asyncio.timeout(WAIT_S):
            while not true(self.told):
                self.changed.clear()
                await self.changed.wait()

    @property
    def stays(self) -> list[list[RoomEvent]]:
        """What was told between two losses, times left out."""
        found: list[list[RoomEvent]] = [[]]
        for one in self.told:
            if isinstance(one, LinkLost):
                found.append([])
            else:
                found[-1].append(replace(one, at=0.0))
        return found


@asynccontextmanager
async def through(
    server: AmiServer, faults: Callable[[int], Fault], limits: Limits = AT_ONCE
) -> AsyncIterator[Heard]:
    address = server.address()
    async with ami_proxy((address.host, address.port), faults) as (_, port):
        heard = Heard(Link(Address(port, "listener", PASSWORD), SPELLING, limits=limits))
        async with beside(heard.link.run(heard.put)):
            yield heard


async def length_of_a_connection() -> int:
    """Count the bytes from the greeting to the last event."""
    async with ami_server(SmallRoom()) as server, through(server, lambda _: Fault()) as heard:
        await heard.until(lambda told: len(told) == 1 + len(EVENTS))
        return server.sent


async def test_cut_at_every_byte() -> None:
    whole = await length_of_a_connection()
    async with ami_server(SmallRoom()) as server:

        def faults(place: int) -> Fault:
            return Fault(cut_at=place + 1) if place < whole else Fault()

        async with through(server, faults) as heard:
            await heard.until(
                lambda told: (
                    heard.link.counters.losses["ended"] >= whole
                    and len(told) >= 1 + len(EVENTS)
                    and told[-1].__class__ is TOLD[-1].__class__
                    and heard.link.live
                )
            )
        stays = heard.stays
    assert server.connections >= whole
    found = {str(replace(first, at=0.0)) for first in (stay[0] for stay in stays if stay)}
    assert len(found) == 1
    assert isinstance(stays[-1][0], Snapshot)
    assert len(stays[-1][0].members) == 1
    for stay in stays:
        assert stay[1:] == TOLD[: len(stay[1:])]
    # Told in part: a connection that was cut within its events told those that were whole.
    assert {len(stay) for stay in stays} == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("place", [10, 100, 700, 1400])
async def test_half_open_at_any_place(place: int) -> None:
    limits = Limits(
        login_s=0.2, boot_s=0.2, snapshot_s=0.2, quiet_s=0.1, silent_s=0.1, first_retry_s=0.01
    )
    async with ami_server(SmallRoom()) as server:
        faults = [Fault(stall_at=place)]
        async with through(
            server, lambda n: faults[n] if n < len(faults) else Fault(), limits
        ) as heard:
            await heard.until(
                lambda told: bool(heard.link.counters.losses and heard.stays[-1][1:] == TOLD)
            )
        assert [type(one) for one in heard.told if isinstance(one, LinkLost)] == [LinkLost]
        assert heard.link.counters.losses == {"silent": 1}


async def test_a_slow_line_loses_nothing() -> None:
    async with (
        ami_server(SmallRoom()) as server,
        through(server, lambda _: Fault(bytes_per_s=20_000)) as heard,
    ):
        await heard.until(lambda told: len(told) == 1 + len(EVENTS))
    assert heard.stays[0][1:] == TOLD


@pytest.mark.parametrize("seed", range(5))
async def test_events_out_of_order_and_twice_are_all_told(seed: int) -> None:
    blocks = [block for block in live_events("talks") if event_name(block) in READERS]
    fault = Fault(swap_within_s=0.05, double=0.3, seed=seed)
    async with ami_server() as server, through(server, lambda _: fault) as heard:
        await heard.until(lambda told: len(told) == 1)
        server.tell(*blocks)
        await heard.until(lambda told: len(told) > len(blocks))
        expected = told_of(blocks)
        (stay,) = heard.stays
        assert isinstance(stay[0], Snapshot)
        told = Counter(map(str, stay[1:]))
        assert set(told) == set(map(str, expected))
        assert told != Counter(map(str, expected))
    assert heard.link.counters.malformed == 0


async def test_bytes_of_every_kind_never_end_the_link_for_good() -> None:
    async with ami_server() as server, through(server, lambda _: Fault()) as heard:
        await heard.until(lambda told: len(told) == 1)
        server.say(bytes(range(256)) * 50 + b"\r\n\r\n")
        server.say(b"\r\n\r\n\r\n\r\nEvent: \r\n\r\nEvent:\r\n\r\nResponse: Success\r\n\r\n")
        server.say(b"Response: Success\r\nActionID: nobody\r\nMessage: will follow\r\n\r\n")
        server.tell(EVENTS[0])
        await heard.until(lambda told: any(type(one) is type(TOLD[0]) for one in told))
    assert not any(isinstance(one, LinkLost) for one in heard.told)
    assert heard.link.counters.losses[LinkLoss.ENDED.value] == 0
