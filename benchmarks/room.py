"""The room's own process under a crowd: event to reader, and lost link to right picture.

The process is the one an instance runs, with its journal on SQLite; Asterisk is
``benchmarks.room_crowd``, in a process of its own; the reader is this one. An event's clock runs
from the moment before its bytes are written to the reader's having the change in hand.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientResponse, ClientSession

from benchmarks.result import Limit, Row
from benchmarks.room_crowd import TALKS
from database.engine import open_store
from database.upgrade import upgrade
from sahayata.bootstrap import load_secrets
from sahayata.settings import Settings, load
from tests.support.trial_project import trial_project

SECONDS: Final = 15.0
"""How long events flow in a round."""
SETTLE_S: Final = 2.0
LONG: Final = 600.0
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Seen:
    """What a reader saw."""

    latencies: list[float] = field(default_factory=list)
    """Seconds, of each marked event."""
    live: bool = False
    greys: int = 0
    """How often it was told that nothing is known."""
    worst_age_s: float = 0.0
    pictures: int = 0
    live_at: float = 0.0
    back: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it is live after it was not."""


def run(port_base: int, rounds: int) -> Sequence[Row]:
    """Measure both sizes for a short while, and the way back from a lost link."""
    return asyncio.run(_run(port_base, rounds, SECONDS))


def run_long(port_base: int, _rounds: int) -> Sequence[Row]:
    """Measure the larger size for ten minutes: memory stays flat, and the link holds."""
    return asyncio.run(_run_long(port_base))


async def _run(port_base: int, rounds: int, seconds: float) -> Sequence[Row]:
    rows: list[Row] = []
    for operators, rate, limit in ((40, 500, 100.0), (1000, 5000, 250.0)):
        found = [await _flow(port_base, operators, rate, seconds) for _ in range(rounds)]
        rows += _rows(operators, rate, limit, found)
    back = [await _reconnect(port_base) for _ in range(rounds)]
    note = f"1,000 operators, {TALKS} talks; the retry's wait in it; Asterisk's own time is not"
    rows.append(Row("link lost → right picture", "ms", back, Limit(1000), note=note))
    return rows


async def _run_long(port_base: int) -> Sequence[Row]:
    found = await _flow(port_base, 1000, 5000, LONG)
    return _rows(1000, 5000, 250.0, [found])


@dataclass
class Flow:
    """One round."""

    p99_ms: float
    events: float
    cpu: float
    """Of one core, per cent."""
    began_mb: float
    ended_mb: float
    greys: int
    worst_age_s: float


def _rows(operators: int, rate: int, limit: float, found: Sequence[Flow]) -> list[Row]:
    of = f"{operators} operators, {rate} events/s"
    growth = [flow.ended_mb - flow.began_mb for flow in found]
    return [
        Row(f"{of}: event → reader, p99", "ms", [f.p99_ms for f in found], Limit(limit)),
        Row(f"{of}: applied", "/s", [f.events for f in found]),
        Row(f"{of}: CPU of the room", "%", [f.cpu for f in found]),
        Row(f"{of}: memory gained", "MB", growth, note=f"at {found[-1].ended_mb:.0f} MB"),
        Row(f"{of}: times grey", "", [float(f.greys) for f in found], Limit(0)),
    ]


async def _flow(port_base: int, operators: int, rate: int, seconds: float) -> Flow:
    async with _room(port_base, operators, rate) as (session, process, _, _settings):
        seen = Seen()
        async with session.get("/changes") as answer:
            reading = asyncio.create_task(_read(answer, seen))
            try:
                await asyncio.sleep(SETTLE_S)
                seen.latencies.clear()
                seen.greys = 0
                health, cpu, mb = await _health(session), _cpu_s(process), _mb(process)
                began = time.monotonic()
                await asyncio.sleep(seconds)
                took = time.monotonic() - began
                after = await _health(session)
                return Flow(
                    p99_ms=sorted(seen.latencies)[int(len(seen.latencies) * 0.99)] * 1e3,
                    events=(after["events"] - health["events"]) / took,
                    cpu=(_cpu_s(process) - cpu) / took * 100,
                    began_mb=mb,
                    ended_mb=_mb(process),
                    greys=seen.greys,
                    worst_age_s=seen.worst_age_s,
                )
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)


async def _reconnect(port_base: int) -> float:
    """Cut the link; return the milliseconds until a reader has the right picture again."""
    async with _room(port_base, 1000, 0) as (session, _, crowd, _settings):
        seen = Seen()
        async with session.get("/changes") as answer:
            reading = asyncio.create_task(_read(answer, seen))
            try:
                await asyncio.sleep(SETTLE_S)
                assert crowd.stdin is not None
                assert crowd.stdout is not None
                crowd.stdin.write(b"cut\n")
                cut_at = float(await crowd.stdout.readline())
                async with asyncio.timeout(10):
                    await seen.back.wait()
                picture = await (await session.get("/picture")).json()
                talking = [o for o in picture["operators"] if o["talk_s"] is not None]
                assert len(picture["operators"]) == 1000
                assert len({o["ticket"] for o in talking}) == len(talking) == TALKS
                return (seen.live_at - cut_at) * 1e3
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)


async def _read(answer: ClientResponse, seen: Seen) -> None:
    known: dict[str, str] = {}
    async for line in answer.content:
        if not line.startswith(b"data: "):
            seen.pictures += line.startswith(b"event: picture")
            continue
        document = json.loads(line[6:])
        at = time.monotonic()
        if document["live"] and not seen.live:
            seen.live_at = at
            if seen.greys:
                seen.back.set()
        seen.greys += seen.live and not document["live"]
        seen.live = document["live"]
        seen.worst_age_s = max(seen.worst_age_s, document["age_s"])
        for operator in document.get("operators", ()):
            reason, extension = operator["pause_reason"], operator["extension"]
            if reason.startswith("m") and known.get(extension) != reason:
                known[extension] = reason
                seen.latencies.append(at - int(reason[1:]) / 1e6)


@asynccontextmanager
async def _room(
    port_base: int, operators: int, rate: int
) -> AsyncIterator[tuple[ClientSession, Process, Process, Settings]]:
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
        token = load_secrets(settings).room
        crowd_words = (str(settings.ports.ami), str(operators), str(rate))
        where = ("--state", str(settings.state.root), "--port-base", str(port_base))
        crowd = await _start("benchmarks.room_crowd", *crowd_words, project=project)
        room = await _start("sahayata.processes.room", *where, project=project)
        try:
            address = f"http://127.0.0.1:{settings.ports.room}"
            allowed = {"Authorization": f"Bearer {token}"}
            async with ClientSession(address, headers=allowed, read_bufsize=2**22) as session:
                async with asyncio.timeout(20):
                    while not (await _health(session))["live"]:  # noqa: ASYNC110 - asked, not told
                        await asyncio.sleep(0.05)
                yield session, room, crowd, settings
        finally:
            for process in (room, crowd):
                process.send_signal(signal.SIGTERM)
            await asyncio.gather(room.wait(), crowd.wait())


async def _start(module: str, *words: str, project: Path) -> Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *words),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env={**os.environ, "SAHAYATA_PROJECT": str(project)},
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        assert await process.stdout.readline() == b"ready\n"
    return process


async def _health(session: ClientSession) -> dict[str, Any]:
    health: dict[str, Any] = await (await session.get("/health")).json()
    return health


def _cpu_s(process: Process) -> float:
    words = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _mb(process: Process) -> float:
    return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * PAGE / 1e6
