"""A room of the test's own beside a running instance, and what Asterisk says to compare with."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from database.engine import open_store
from database.upgrade import upgrade
from ivr import names
from queue_manager.ami.address import Address, Spelling
from queue_manager.ami.limits import Limits
from queue_manager.ami.link import Link
from queue_manager.events import RoomEvent, Snapshot
from queue_manager.journal.clock import SteadyClock
from queue_manager.journal.entry import Kind
from queue_manager.journal.recorder import open_recorder
from queue_manager.journal.schema import journal
from queue_manager.live.apply import apply
from queue_manager.live.audit import audit
from queue_manager.live.picture import Picture
from queue_manager.room.document import picture_document
from queue_manager.room.room import Room
from sahayata.secrets import load_or_create
from tests.pbx.instance import Instance

SPELLING = Spelling(names.QUEUE_PREFIX, call_id=names.CALL_ID, ticket=names.TICKET)
RIGHT_WITHIN_S = 5.0
JOURNAL_S = 10.0
"""By then what was noted is written, on a machine with other work to do."""
AT_ONCE = Limits(first_retry_s=0.005, longest_retry_s=0.02)


def address(of: Instance, port: int | None = None) -> Address:
    password = load_or_create(of.settings.state.secrets, ()).ami["listener"]
    return Address(port or of.settings.ports.ami, "listener", password)


class RoomBeside:
    """Link, picture and journal, without a hand to change anything."""

    def __init__(self, link: Link, room: Room, engine: Engine) -> None:
        self.link, self.room, self.engine = link, room, engine

    async def agrees(self, of: Instance, limit_s: float = RIGHT_WITHIN_S) -> None:
        """Wait until the picture is live and equals what Asterisk says, or fail."""
        found: object = "not live"
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            truth = await asked(of)
            found = audit(self.room.picture, truth) if self.room.picture.live else "not live"
            if not found:
                return
            await asyncio.sleep(0.1)  # What is on its way will be there at the next look.
        raise AssertionError(f"not as Asterisk within {limit_s} s: {found}")


@asynccontextmanager
async def room_beside(
    of: Instance, folder: Path, port: int | None = None, limits: Limits | None = None
) -> AsyncIterator[RoomBeside]:
    """Run a room that listens at ``port``, with a journal in ``folder``."""
    engine = open_store(f"sqlite:///{folder / 'journal.db'}")
    await asyncio.to_thread(upgrade, engine)
    clock = SteadyClock(lambda: datetime.now(UTC), time.monotonic)
    recorder = await asyncio.to_thread(open_recorder, engine, clock)
    link = Link(address(of, port), SPELLING, limits=limits)
    room = Room(link, recorder, of.settings.district.queues, time.monotonic)
    task = asyncio.create_task(room.run())
    try:
        yield RoomBeside(link, room, engine)
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(recorder.close)
        engine.dispose()


async def asked(of: Instance, limit_s: float = 20.0) -> Snapshot:
    """Ask Asterisk itself, on a connection of its own."""
    told: asyncio.Future[Snapshot] = asyncio.get_running_loop().create_future()

    def put(event: RoomEvent) -> None:
        if isinstance(event, Snapshot) and not told.done():
            told.set_result(event)

    listening = asyncio.create_task(Link(address(of), SPELLING, limits=AT_ONCE).run(put))
    try:
        async with asyncio.timeout(limit_s):
            return await told
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def bytes_of_a_look(of: Instance) -> int:
    """How much Asterisk says to a login and to the three questions of a snapshot."""
    who = address(of)
    reader, writer = await asyncio.open_connection(who.host, who.port)
    login = f"Action: Login\r\nUsername: {who.user}\r\nSecret: {who.password}\r\n\r\n"
    looks = "".join(
        f"Action: {action}\r\nActionID: {'x' * 32}\r\n\r\n"
        for action in ("CoreStatus", "CoreShowChannels", "QueueStatus")
    )
    try:
        writer.write((login + looks).encode())
        return len(await reader.readuntil(b"Event: QueueStatusComplete"))
    finally:
        writer.close()
        await writer.wait_closed()


def told(of: Instance, path: str = "/picture") -> Any:
    """Ask the room of the instance; ``None`` while it does not answer."""
    token = load_or_create(of.settings.state.secrets, ()).room
    request = urllib.request.Request(
        f"http://127.0.0.1:{of.settings.ports.room}{path}",
        headers={"Authorization": f"Bearer {token}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=3) as answer:
            return json.load(answer)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return None


async def room_agrees(of: Instance, limit_s: float = RIGHT_WITHIN_S) -> None:
    """Wait until the room of the instance shows what Asterisk says, or fail."""
    end = time.monotonic() + limit_s
    shown: object = None
    truth: object = None
    while time.monotonic() < end:
        snapshot = await asked(of)
        truth = essence(picture_document(apply(Picture(), snapshot), time.monotonic(), 0.0))
        picture = await asyncio.to_thread(told, of)
        shown = essence(picture) if picture is not None and picture["live"] else None
        if shown == truth:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"not as Asterisk within {limit_s} s: {shown} instead of {truth}")


def essence(picture: Any) -> Any:
    """What of a picture does not depend on the moment."""
    operators = {
        o["extension"]: (o["state"], o["queue"], o["ticket"], o["pause_reason"], o["queues"])
        for o in picture["operators"]
        if o["queues"] or o["talk_s"] is not None
    }
    queues = {q["name"]: [w["ticket"] for w in q["waiting"]] for q in picture["queues"]}
    return operators, {name: line for name, line in queues.items() if line}


def lines(engine: Engine, *kinds: Kind) -> list[Any]:
    """Rows of a journal, the oldest first."""
    with engine.connect() as connection:
        rows = connection.execute(select(journal).order_by(journal.c.at, journal.c.id)).all()
    return [row for row in rows if not kinds or row.kind in kinds]


def gaps(engine: Engine) -> list[tuple[datetime, datetime]]:
    """The spans in which nothing was known."""
    began = [row.at for row in lines(engine, Kind.GAP_BEGAN)]
    ended = [row.at for row in lines(engine, Kind.GAP_ENDED)]
    return list(zip(began, ended, strict=False))


def lost(engine: Engine, answered: list[tuple[str, datetime]]) -> list[tuple[str, datetime]]:
    """Answered calls, by ticket and moment, that are neither in the journal nor in a gap."""
    known = {row.ticket for row in lines(engine, Kind.ANSWERED)}
    blind = gaps(engine)
    return [
        (ticket, at)
        for ticket, at in answered
        if ticket not in known and not any(began <= at <= ended for began, ended in blind)
    ]


async def nothing_lost(engine: Engine, answered: list[tuple[str, datetime]]) -> None:
    """Wait until the journal has caught up and accounts for each answered call, or fail."""
    end = time.monotonic() + JOURNAL_S
    while missing := await asyncio.to_thread(lost, engine, answered):
        assert time.monotonic() < end, f"lost: {missing}; gaps: {gaps(engine)[-5:]}"
        await asyncio.sleep(0.1)
