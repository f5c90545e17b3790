"""The room's own process with a crowd behind it, for the benches of the room.

The process is the one an instance runs, with its journal on SQLite; Asterisk is
``benchmarks.room_crowd``, in a process of its own.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession

from database.engine import open_store
from database.upgrade import upgrade
from sahayata.settings import Settings, load
from sahayata.stores import load_secrets
from tests.support.trial_project import trial_project

SETTLE_S: Final = 2.0
"""Before anything counts."""
READY_S: Final = 30.0
ROOM: Final = ("sahayata.processes.room",)
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Stage:
    """A room that is live."""

    settings: Settings
    project: Path
    room: Process
    crowd: Process
    session: ClientSession
    """Asks the room."""

    async def health(self) -> dict[str, Any]:
        """Ask the room how it fares."""
        health: dict[str, Any] = await (await self.session.get("/health")).json()
        return health

    async def start(self, module: str) -> Process:
        """Start another process of the same instance."""
        return await _started(module, *_where(self.settings), project=self.project)

    @property
    def cpu_s(self) -> float:
        """Seconds of a core that the room has used."""
        words = Path(f"/proc/{self.room.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self) -> float:
        """What the room holds in memory now."""
        return int(Path(f"/proc/{self.room.pid}/statm").read_text().split()[1]) * PAGE / 1e6

    @classmethod
    @asynccontextmanager
    async def running(
        cls, port_base: int, operators: int, rate: int, program: Sequence[str] = ROOM
    ) -> AsyncIterator[Stage]:
        """Run a room that so many events come to in a second; end it afterwards.

        ``program`` is the module of the room's process, and what it is told first.
        """
        with tempfile.TemporaryDirectory(prefix="sahayata-bench-room-") as name:
            folder = Path(name)
            project = trial_project(folder / "project", "")
            settings = load(
                state=str(folder / "state"), port_base=port_base, environment={}, project=project
            )
            settings.state.prepare()
            engine = open_store(settings.database_url)
            upgrade(engine)
            engine.dispose()
            allowed = {"Authorization": f"Bearer {load_secrets(settings).room}"}
            words = (str(settings.ports.ami), str(operators), str(rate))
            crowd = await _started("benchmarks.room_crowd", *words, project=project)
            room = await _started(*program, *_where(settings), project=project)
            address = f"http://127.0.0.1:{settings.ports.room}"
            try:
                async with ClientSession(address, headers=allowed, read_bufsize=2**22) as session:
                    stage = cls(settings, project, room, crowd, session)
                    async with asyncio.timeout(READY_S):
                        while not (await stage.health())["live"]:  # noqa: ASYNC110 - asked, not told
                            await asyncio.sleep(0.05)
                    yield stage
            finally:
                await end(room, crowd)


async def end(*processes: Process) -> None:
    """End processes and wait until they are."""
    for process in processes:
        process.send_signal(signal.SIGTERM)
    await asyncio.gather(*(process.wait() for process in processes))


def _where(settings: Settings) -> tuple[str, ...]:
    return "--state", str(settings.state.root), "--port-base", str(settings.ports.base)


async def _started(module: str, *words: str, project: Path) -> Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *words),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env={**os.environ, "SAHAYATA_PROJECT": str(project)},
    )
    assert process.stdout is not None
    async with asyncio.timeout(READY_S):
        assert await process.stdout.readline() == b"ready\n"
    return process
