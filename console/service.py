"""The console as it runs: its parts joined, its tasks, and the socket it answers on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession, web
from argon2 import PasswordHasher
from sqlalchemy import Engine

from console.accounts import Accounts
from console.app import application
from console.audit import Audit
from console.board import Board
from console.deeds import Deeds
from console.desk import Desk, House, Transport
from console.door import Door
from console.feeds import feed_crew, feed_figures
from console.outlook import Breaks
from console.own_password import OwnPassword
from console.passwords import Passwords
from console.plans import Plans
from console.ports import Figures, Roster, Staffing
from console.room_health import RoomHealthLink
from console.statics import Statics
from console.template import Pages
from console.viewers import Viewers
from queue_manager.room.client import RoomLink


@dataclass(frozen=True, slots=True)
class Needs:
    """What the console is given."""

    house: House
    transport: Transport
    engine: Engine
    figures: Figures
    roster: Roster
    staffing: Staffing
    room_address: str
    """``http://127.0.0.1:PORT``"""
    room_token: str = field(repr=False)
    now: Callable[[], datetime]
    clock: Callable[[], float] = time.monotonic
    hasher: PasswordHasher | None = None


class Console:
    """One running console."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self._tasks: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None
        self._client: ClientSession | None = None
        self._passwords: Passwords | None = None

    async def start(self, host: str, port: int) -> Desk:
        """Answer on an address from here on. Raises ``OSError`` when it is taken."""
        needs = self._needs
        board = Board()
        viewers = Viewers(board, needs.clock)
        self._client = ClientSession()
        where = (self._client, needs.room_address, needs.room_token)
        link = RoomLink(*where, viewers.heard, viewers.lost)
        breaks = Breaks(board, needs.staffing)
        accounts, audit = Accounts(needs.engine, needs.now), Audit(needs.engine, needs.now)
        self._passwords = await asyncio.to_thread(Passwords, needs.hasher)
        desk = Desk(
            house=needs.house,
            transport=needs.transport,
            board=board,
            viewers=viewers,
            accounts=accounts,
            door=Door(accounts, audit, self._passwords, needs.clock),
            own_password=OwnPassword(accounts, audit, self._passwords, needs.clock),
            audit=audit,
            deeds=Deeds(link, audit, needs.house.queues, needs.house.reasons, breaks.told),
            breaks=breaks,
            plans=Plans(needs.staffing, needs.clock),
            pages=Pages(),
            statics=Statics(),
            room_health=RoomHealthLink(*where),
            now=needs.now,
        )
        # Its own log of requests would hold addresses and nothing that is needed.
        self._runner = web.AppRunner(application(desk), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        zone = ZoneInfo(needs.house.timezone)
        self._run(link.follow())
        self._run(viewers.tell())
        self._run(needs.staffing.look_ahead())
        self._run(feed_figures(needs.figures, lambda: board.live, needs.now, zone, viewers.extra))
        self._run(feed_crew(needs.roster, needs.now, zone, viewers.extra))
        return desk

    @property
    def port(self) -> int:
        """The port it answers on; of port 0 the one that the system chose."""
        assert self._runner is not None
        port: int = self._runner.addresses[0][1]
        return port

    async def failed(self) -> None:
        """Return never; raise what ended a task that must not end."""
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """End everything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
        if self._client is not None:
            await self._client.close()
        if self._passwords is not None:
            self._passwords.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.get_running_loop().create_task(work))
