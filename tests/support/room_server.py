"""A room that tells the console what a test wants, by docs/adr/0060 over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "token-of-the-room"
Answer = tuple[int, dict[str, object]]
Doing = Callable[[dict[str, Any]], Awaitable[Answer]]


def operator(extension: str, state: str = "available", state_s: float = 5.0, **more: object) -> Any:
    said = {"extension": extension, "state": state, "state_s": state_s, "queue": "", "ticket": ""}
    rest = {"caller": "", "talk_s": None, "pause_reason": "", "queues": {"food": 0}, "missed": 0}
    return {**said, **rest, "device": "not_in_use", **more}


def queue(name: str, *waits: float) -> Any:
    waiting = [
        {"ticket": f"71234567{place:02}", "caller": "********42", "position": place, "wait_s": wait}
        for place, wait in enumerate(waits, 1)
    ]
    return {"name": name, "longest_s": max(waits, default=None), "waiting": waiting}


@dataclass
class RoomServer:
    """Change it with ``tell`` and ``beat``; ``stop`` takes it away, ``start`` brings it back."""

    port: int = 0
    """0 until it is started: then the system has chosen one, and it stays."""
    operators: dict[str, Any] = field(default_factory=dict)
    queues: dict[str, Any] = field(default_factory=dict)
    live: bool = True
    age_s: float = 0.1
    gap_s: float | None = None
    do: Doing | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    health: dict[str, object] = field(default_factory=lambda: {"live": True, "events": 7})
    _readers: set[asyncio.Queue[bytes]] = field(default_factory=set)
    _runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        app = web.Application()
        app.add_routes(
            [
                web.get("/changes", self._changes),
                web.get("/health", self._health),
                web.post("/deeds", self._deeds),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        for reader in list(self._readers):
            reader.put_nowait(b"")
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def tell(
        self, *operators: Any, queues: tuple[Any, ...] = (), gone: tuple[str, ...] = ()
    ) -> None:
        self.operators |= {one["extension"]: one for one in operators}
        self.queues |= {one["name"]: one for one in queues}
        for extension in gone:
            del self.operators[extension]
        parts = {"operators": list(operators), "queues": list(queues), "gone": list(gone)}
        self._say("change", {**self._pulse(), **parts})

    def beat(self) -> None:
        self._say("beat", self._pulse())

    def lose_asterisk(self, heard_s_ago: float = 3.0) -> None:
        self.live, self.gap_s = False, heard_s_ago
        self.beat()

    def say_raw(self, frame: bytes) -> None:
        for reader in self._readers:
            reader.put_nowait(frame)

    def _pulse(self) -> dict[str, object]:
        return {"live": self.live, "age_s": self.age_s, "gap_s": self.gap_s}

    def _say(self, kind: str, document: dict[str, object]) -> None:
        self.say_raw(_frame(kind, document))

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        self._check(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        reader: asyncio.Queue[bytes] = asyncio.Queue()
        self._readers.add(reader)
        whole = {"operators": [*self.operators.values()], "queues": [*self.queues.values()]}
        await response.write(_frame("picture", {**self._pulse(), **whole}))
        try:
            while True:
                try:
                    frame = await asyncio.wait_for(reader.get(), 1.0)
                except TimeoutError:
                    frame = _frame("beat", self._pulse())
                if not frame:
                    break
                await response.write(frame)
        except ConnectionError:
            pass
        finally:
            self._readers.discard(reader)
        return response

    async def _health(self, request: web.Request) -> web.Response:
        self._check(request)
        return web.json_response(self.health)

    async def _deeds(self, request: web.Request) -> web.Response:
        self._check(request)
        asked = await request.json()
        self.asked.append(asked)
        status, said = await self.do(asked) if self.do else (200, {"confirmed": True})
        return web.json_response(said, status=status)

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise web.HTTPUnauthorized


def _frame(kind: str, document: dict[str, object]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(document)}\n\n".encode()
