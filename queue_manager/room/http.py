"""The room over HTTP on loopback, behind a token (docs/adr/0060-the-room.md)."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Final

from aiohttp import web
from pydantic import ValidationError

from queue_manager.room.asked import AskedDeed
from queue_manager.room.deeds import Confirmed, Deeds, NotDone, NotSeen
from queue_manager.room.document import picture_document, plain
from queue_manager.room.health import Health
from queue_manager.room.ports import Steady
from queue_manager.room.room import Room
from queue_manager.room.telling import Telling, TooManyReaders

MOST_BODY: Final = 4096
MOST_DEEDS: Final = 50
"""Deeds under way at the same time."""
SEND_LIMIT_S: Final = 20.0
"""A reader who takes nothing for this long is gone."""
UNSENT: Final = 64 * 1024
"""Bytes on their way to a reader beyond which nothing more is put there."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class RoomServer:
    """Answers for one room."""

    def __init__(
        self,
        room: Room,
        telling: Telling,
        deeds: Deeds,
        health: Health,
        *,
        token: str,
        steady: Steady,
    ) -> None:
        self._room, self._telling, self._deeds, self._health = room, telling, deeds, health
        self._expected = f"Bearer {token}".encode()
        self._steady = steady
        self._under_way = 0
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises ``OSError`` when the port is taken."""
        application = web.Application(middlewares=[self._guarded], client_max_size=MOST_BODY)
        application.add_routes(
            [
                web.get("/picture", self._picture),
                web.get("/changes", self._changes),
                web.get("/health", self._tell_health),
                web.post("/deeds", self._do),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def close(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, self._expected):
            return _answer(401, {"refused": "the token of this instance is missing or wrong"})
        return await handler(request)

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        age, now = self._room.age_s, self._steady()
        return _answer(200, picture_document(self._room.picture, now, age))

    async def _tell_health(self, request: web.Request) -> web.StreamResponse:
        return _answer(200, asdict(self._health.report()))

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        try:
            reader = self._telling.begin()
        except TooManyReaders:
            return _answer(503, {"unknown": "too many readers"})
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        try:
            await response.prepare(request)
            if request.transport is not None:
                request.transport.set_write_buffer_limits(high=UNSENT)
            # A reader that leaves, or takes nothing, is no fault.
            with suppress(ConnectionError, TimeoutError):
                async for message in reader.messages():
                    async with asyncio.timeout(SEND_LIMIT_S):
                        await response.write(message)
        finally:
            self._telling.end(reader)
        return response

    async def _do(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = AskedDeed.model_validate_json(await request.read())
        except ValidationError as fault:
            return _answer(400, {"refused": _in_words(fault)})
        if self._under_way >= MOST_DEEDS:
            return _answer(503, {"unknown": "too much is asked at once"})
        self._under_way += 1
        try:
            result = await self._deeds.do(asked.deed_asked())
        finally:
            self._under_way -= 1
        match result:
            case Confirmed():
                return _answer(200, {"confirmed": True})
            case NotDone(words):
                return _answer(409, {"refused": words})
            case NotSeen(words):
                return _answer(503, {"unknown": words})


def _answer(status: int, document: dict[str, object]) -> web.Response:
    return web.Response(status=status, body=plain(document), content_type="application/json")


def _in_words(fault: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in error['loc']) or 'the document'}: {error['msg']}"
        for error in fault.errors()
    )[:500]
