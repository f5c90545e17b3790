"""The WebSocket that Asterisk speaks to, one connection a caller who is listened to.

Loopback only, and the secret stands in the path. A connection is refused before it stands or not at
all: Asterisk keeps one whose first request failed, and forgets whom it was for.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from contextlib import suppress
from itertools import count
from typing import Final

from aiohttp import WSMsgType, web

from ivr.speech import aeap
from ivr.speech.ears import Ear, Ears
from ivr.speech.grammar import BadGrammar, Guess, from_wire

log = logging.getLogger(__name__)

IDLE_S: Final = 600.0
"""A connection on which nothing comes for so long belongs to a call that goes on without words."""
MAX_FRAME: Final = 64_000


class SpeechServer:
    """Serves at most ``places`` callers at once."""

    def __init__(self, ears: Ears, secret: str, places: int, *, idle_s: float = IDLE_S) -> None:
        self._ears, self._secret, self._places, self._idle_s = ears, secret.encode(), places, idle_s
        self._open: set[web.WebSocketResponse] = set()
        self._numbers = count(1)
        self._runner: web.AppRunner | None = None

    @property
    def free(self) -> int:
        """How many more callers can be listened to."""
        return max(0, self._places - len(self._open))

    async def start(self, host: str, port: int) -> int:
        """Listen; return the port. Raises ``OSError`` when it is taken."""
        app = web.Application(client_max_size=MAX_FRAME)
        app.add_routes(
            [web.get("/{secret}", self._listen), web.get("/{secret}/places", self._tell_places)]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Hang up on everybody: their calls go on by keys."""
        for socket in list(self._open):
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _tell_places(self, request: web.Request) -> web.Response:
        self._require_secret(request)
        return web.json_response({"free": self.free})

    def _require_secret(self, request: web.Request) -> None:
        if not hmac.compare_digest(request.match_info["secret"].encode(), self._secret):
            raise web.HTTPNotFound

    async def _listen(self, request: web.Request) -> web.WebSocketResponse:
        self._require_secret(request)
        if not self.free:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(
            protocols=(aeap.PROTOCOL,), max_msg_size=MAX_FRAME, compress=False
        )
        self._open.add(socket)
        try:
            await socket.prepare(request)
            await _Conversation(socket, self._ears, self._numbers, self._idle_s).hold()
        finally:
            self._open.discard(socket)
        return socket


class _Conversation:
    """One connection."""

    def __init__(
        self, socket: web.WebSocketResponse, ears: Ears, numbers: count[int], idle_s: float
    ) -> None:
        self._socket, self._numbers, self._idle_s = socket, numbers, idle_s
        self._ear = Ear(ears, self._heard)
        self._telling: set[asyncio.Task[None]] = set()

    async def hold(self) -> None:
        """Answer until it ends."""
        try:
            while True:
                message = await self._socket.receive(self._idle_s)
                if message.type is WSMsgType.BINARY:
                    self._ear.take(message.data)
                elif message.type is WSMsgType.TEXT:
                    await self._answer(message.data)
                else:
                    return
        except TimeoutError:
            log.info("a connection on which nothing came is closed")
            await self._socket.close()
        except aeap.BadMessage as fault:
            log.warning("a connection is closed: %s", fault)
            await self._socket.close()
        except ConnectionError as fault:
            log.info("a connection broke: %s", fault)
        finally:
            await self._ear.close()
            for task in self._telling:
                task.cancel()

    async def _answer(self, text: str) -> None:
        request = aeap.read(text)
        if isinstance(request, aeap.Response):
            return
        if request.name == "set":
            self._set(request.settings)
        await self._socket.send_str(aeap.answer(request))

    def _set(self, settings: dict[str, str]) -> None:
        if aeap.GRAMMAR in settings:
            try:
                self._ear.listen(from_wire(settings[aeap.GRAMMAR]))
            except BadGrammar as fault:
                log.warning("nothing is listened for: %s", fault)
                self._ear.stop()
        else:
            self._ear.stop()  # A key was pressed.

    def _heard(self, guess: Guess) -> None:
        score = round(100 * max(0.0, min(1.0, guess.confidence)))
        text = aeap.results(f"sahayata-{next(self._numbers)}", guess.phrase, score, "menu")
        task = asyncio.ensure_future(self._tell(text))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, text: str) -> None:
        with suppress(ConnectionError):  # The caller left meanwhile.
            await self._socket.send_str(text)
