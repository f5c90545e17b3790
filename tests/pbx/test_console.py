"""The wallboard on a real Asterisk: deeds are seen, and a killed Asterisk or room is grey."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, CookieJar

from benchmarks.page_process import log_in
from console.accounts import Accounts
from console.users import Role
from sahayata.stores import now, open_database
from tests.pbx.instance import Instance, running
from tests.support.console_house import PASSWORD, QUICK
from tests.support.waiting import until

PATIENCE_S = 60.0
GREY_WITHIN_S = 5.0


@dataclass
class Seen:
    """The wallboard as a browser has it."""

    live: bool = False
    operators: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    def take(self, kind: str, said: dict[str, Any]) -> None:
        if kind == "crew":
            self.people = said["people"]
        if kind in ("board", "change", "beat"):
            self.live = said["live"]
        if kind == "board":
            self.operators = {}
        for one in said.get("operators", ()):
            self.operators[one["extension"]] = one

    def free(self) -> list[str]:
        return [e for e, one in self.operators.items() if one["state"] == "available"]


@contextlib.asynccontextmanager
async def looking(session: ClientSession) -> AsyncIterator[Seen]:
    seen = Seen()

    async def follow() -> None:
        while True:
            with contextlib.suppress(ClientError):
                async with session.get("/stream", timeout=None, read_bufsize=2**22) as stream:
                    kind = ""
                    async for line in stream.content:
                        if line.startswith(b"event: "):
                            kind = line[7:].decode().strip()
                        elif line.startswith(b"data: "):
                            seen.take(kind, json.loads(line[6:]))
            seen.live = False
            await asyncio.sleep(0.2)

    task = asyncio.create_task(follow())
    try:
        yield seen
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def do(session: ClientSession, address: str, **wish: str) -> dict[str, Any]:
    async with session.get("/") as page:
        text = await page.text()
    mark = text.partition('name="form" content="')[2].partition('"')[0]
    headers = {"Origin": address, "X-Sahayata-Form": mark}
    async with session.post("/deeds", json=wish, headers=headers) as answer:
        said: dict[str, Any] = await answer.json()
        return said


async def story(instance: Instance) -> None:
    address = f"http://127.0.0.1:{instance.settings.ports.http}"
    async with (
        ClientSession(address, cookie_jar=CookieJar(unsafe=True)) as session,
        contextlib.AsyncExitStack() as open_,
    ):
        await log_in(session, address, "asha")
        seen = await open_.enter_async_context(looking(session))
        await until(lambda: seen.live and len(seen.free()) >= 2 and bool(seen.people))
        one = seen.free()[0]
        assert seen.people[one]["hi"]

        # Asked of the room, shown by Asterisk, seen by everybody.
        wish = {"deed": "pause", "operator": one, "reason": "tea", "why": "tea of the test"}
        assert (await do(session, address, **wish))["outcome"] == "confirmed"
        await until(lambda: seen.operators[one].get("reason") == "tea")

        # Nothing old is shown as live, and who was at tea is at tea.
        killed = instance.process_of("asterisk")
        killed.send(signal.SIGKILL)
        assert await until(lambda: not seen.live) < GREY_WITHIN_S
        async with session.get("/readyz") as answer:
            assert (await answer.json())["ready"] is False
        instance.wait_runs("asterisk", PATIENCE_S, other_than=killed.pid)
        await until(lambda: seen.live)
        await until(lambda: seen.operators.get(one, {}).get("reason") == "tea")

        # The same when the room itself is killed.
        room = instance.process_of("room")
        room.send(signal.SIGKILL)
        assert await until(lambda: not seen.live) < GREY_WITHIN_S
        await until(lambda: seen.live)
        await until(lambda: seen.operators.get(one, {}).get("reason") == "tea")
        back = {"deed": "resume", "operator": one, "why": "tea is over"}
        assert (await do(session, address, **back))["outcome"] == "confirmed"
        await until(lambda: seen.operators[one]["state"] == "available")


def test_a_supervisor_sees_and_does(tmp_path: Path) -> None:
    with running(tmp_path / "state", demo=True) as instance:
        engine = open_database(instance.settings)
        Accounts(engine, now).add("asha", Role.SUPERVISOR, QUICK.hash(PASSWORD))
        engine.dispose()
        asyncio.run(story(instance))
