"""The room's own process under a crowd: event to reader, and lost link to right picture.

Asterisk is ``benchmarks.room_crowd``, in a process of its own; the reader is this one. An event's
clock runs from the moment before its bytes are written to the reader's having the change in hand.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from aiohttp import ClientResponse

from benchmarks.result import Limit, Row
from benchmarks.room_crowd import TALKS
from benchmarks.room_marks import Marks
from benchmarks.room_stage import ROOM, SETTLE_S, Stage

SECONDS: Final = 15.0
"""How long events flow in a round."""
LONG: Final = 600.0
HALF_HOUR_ENDS: Final = 0.6
"""After so much of the long time its half-hour ends, and is counted."""
TENTHS: Final = 10
"""How often memory is looked at."""
GAINED_MB: Final = Limit(20)
"""In the second half of ten minutes: 1.5 million events, 120,000 visits. A visit that stayed would
be 120 MB, a half-hour that is counted as a whole 200. What caches and the heap's holes take is
there after two minutes; the first half-hour that is counted takes a piece of it and a cache more,
and no later one."""


@dataclass
class Seen:
    """What a reader saw."""

    marks: Marks = field(default_factory=Marks)
    live: bool = False
    greys: int = 0
    """How often it was told that nothing is known."""
    worst_age_s: float = 0.0
    live_at: float = 0.0
    back: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it is live after it was not."""


@dataclass
class Flow:
    """One round."""

    late_ms: float
    missing: int
    events: float
    """A second."""
    cpu: float
    """Of one core, per cent."""
    memory_mb: list[float]
    """At the beginning, and after each tenth."""
    greys: int
    worst_age_s: float

    @property
    def gained_mb(self) -> float:
        """From the beginning to the end."""
        return self.memory_mb[-1] - self.memory_mb[0]

    @property
    def gained_late_mb(self) -> float:
        """From the middle to the most there was after it."""
        middle = len(self.memory_mb) // 2
        return max(self.memory_mb[middle:]) - self.memory_mb[middle]


def run(port_base: int, rounds: int) -> Sequence[Row]:
    """Measure both sizes for a short while, and the way back from a lost link."""
    return asyncio.run(_run(port_base, rounds))


def run_long(port_base: int, _rounds: int) -> Sequence[Row]:
    """Measure the larger size for ten minutes: memory stays flat, and the link holds."""
    ends_in = str(LONG * HALF_HOUR_ENDS)
    program = ("benchmarks.room_process", ends_in)
    flow = asyncio.run(_flow(port_base, 1000, 5000, LONG, program))
    told = " ".join(f"{megabytes:.0f}" for megabytes in flow.memory_mb)
    return [
        *_rows(1000, 5000, 250.0, [flow]),
        Row(
            "memory gained in the second half, a half-hour's end in it",
            "MB",
            [flow.gained_late_mb],
            GAINED_MB,
            note=f"by tenths: {told}",
        ),
    ]


async def _run(port_base: int, rounds: int) -> Sequence[Row]:
    rows: list[Row] = []
    for operators, rate, limit in ((40, 500, 100.0), (1000, 5000, 250.0)):
        found = [await _flow(port_base, operators, rate, SECONDS) for _ in range(rounds)]
        rows += _rows(operators, rate, limit, found)
    back = [await _reconnect(port_base) for _ in range(rounds)]
    note = f"1,000 operators, {TALKS} talks; the retry's wait in it; Asterisk's own time is not"
    rows.append(Row("link lost → right picture", "ms", back, Limit(1000), note=note))
    return rows


def _rows(operators: int, rate: int, limit: float, found: Sequence[Flow]) -> list[Row]:
    of = f"{operators} operators, {rate} events/s"
    late, unseen = [flow.late_ms for flow in found], sum(flow.missing for flow in found)
    age = f"at worst {max(flow.worst_age_s for flow in found):.1f} s behind"
    at = f"to {found[-1].memory_mb[-1]:.0f} MB"
    return [
        Row(f"{of}: event → reader, p99", "ms", late, Limit(limit), note=f"{unseen} never seen"),
        Row(f"{of}: applied", "/s", [f.events for f in found], note=age),
        Row(f"{of}: CPU of the room", "%", [f.cpu for f in found]),
        Row(f"{of}: memory gained", "MB", [f.gained_mb for f in found], note=at),
        Row(f"{of}: times grey", "", [float(f.greys) for f in found], Limit(0)),
    ]


async def _flow(
    port_base: int, operators: int, rate: int, seconds: float, program: Sequence[str] = ROOM
) -> Flow:
    async with Stage.running(port_base, operators, rate, program) as stage, _reader(stage) as seen:
        await asyncio.sleep(SETTLE_S)
        seen.marks.clear()
        seen.greys = 0
        before, cpu, began = await stage.health(), stage.cpu_s, time.monotonic()
        memory = [stage.megabytes]
        for _ in range(TENTHS):
            await asyncio.sleep(seconds / TENTHS)
            memory.append(stage.megabytes)
        took = time.monotonic() - began
        after = await stage.health()
        return Flow(
            late_ms=seen.marks.late_ms(0.99),
            missing=seen.marks.missing,
            events=(after["events"] - before["events"]) / took,
            cpu=(stage.cpu_s - cpu) / took * 100,
            memory_mb=memory,
            greys=seen.greys,
            worst_age_s=seen.worst_age_s,
        )


async def _reconnect(port_base: int) -> float:
    """Cut the link; return the milliseconds until a reader has the right picture again."""
    async with Stage.running(port_base, 1000, 0) as stage, _reader(stage) as seen:
        await asyncio.sleep(SETTLE_S)
        assert stage.crowd.stdin is not None
        assert stage.crowd.stdout is not None
        stage.crowd.stdin.write(b"cut\n")
        cut_at = float(await stage.crowd.stdout.readline())
        async with asyncio.timeout(10):
            await seen.back.wait()
        picture = await (await stage.session.get("/picture")).json()
        talking = [o for o in picture["operators"] if o["talk_s"] is not None]
        assert len(picture["operators"]) == 1000
        assert len({o["ticket"] for o in talking}) == len(talking) == TALKS
        return (seen.live_at - cut_at) * 1e3


@asynccontextmanager
async def _reader(stage: Stage) -> AsyncIterator[Seen]:
    """Read the room's changes meanwhile."""
    seen = Seen()
    async with stage.session.get("/changes") as answer:
        reading = asyncio.create_task(_read(answer, seen))
        try:
            yield seen
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read(answer: ClientResponse, seen: Seen) -> None:
    async for line in answer.content:
        if not line.startswith(b"data: "):
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
            seen.marks.take(operator["pause_reason"], at)
