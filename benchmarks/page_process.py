"""The console's process as the bench of the page starts it, and logging in to it."""

from __future__ import annotations

import asyncio
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession

from database.engine import open_store
from database.upgrade import upgrade
from tests.support.console_house import PASSWORD, add_users


@dataclass
class ConsoleProcess:
    """A console that runs, and where."""

    address: str
    process: Process

    @classmethod
    @asynccontextmanager
    async def running(
        cls, room: int, operators: int, folder: Path
    ) -> AsyncIterator[ConsoleProcess]:
        """Run one on a fresh store with a user of each role."""
        file = folder / "console.db"
        engine = open_store(f"sqlite:///{file}")
        upgrade(engine)
        add_users(engine)
        engine.dispose()
        words = ("-m", "benchmarks.page_console", str(room), str(operators), str(file))
        process = await asyncio.create_subprocess_exec(
            sys.executable, *words, stdin=PIPE, stdout=PIPE
        )
        try:
            assert process.stdout is not None
            port = int(await process.stdout.readline())
            yield cls(f"http://127.0.0.1:{port}", process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()

    async def megabytes(self) -> float:
        """Ask how much memory it holds."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"\n")
        return int(await self.process.stdout.readline()) / 1000


async def log_in(session: ClientSession, address: str, name: str = "viewer1") -> None:
    """Log a client in, as a browser does."""
    async with session.get("/login") as answer:
        form = re.search(r'name="form" value="([^"]+)"', await answer.text())
    assert form is not None
    given = {"name": name, "password": PASSWORD, "form": form[1]}
    async with session.post("/login", data=given, headers={"Origin": address}) as answer:
        assert answer.status == 200
