"""A manager of Asterisk's that a test plays: it answers with what a real one once said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from queue_manager.ami.address import Address
from tests.support.ami_recorded import GREETING, answer

PASSWORD = "right"
BOOTED = (
    b"Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 1\r\n"
    b"LastReload: 1\r\nStatus: Fully Booted\r\n\r\n"
)
WAIT_S = 5.0
Action = dict[str, str]


class AmiServer:
    """One address; every connection is treated alike. Change the fields while it runs."""

    def __init__(self) -> None:
        self.greeting = GREETING
        self.password = PASSWORD
        self.recording = "talks"
        """Where the answers to a look come from."""
        self.boots = True
        """Whether ``FullyBooted`` follows a login."""
        self.mute: set[str] = set()
        """Actions that are taken and never answered; "*" for all."""
        self.refused: dict[str, str] = {}
        """Actions that are refused, with the words."""
        self.words: dict[str, str] = {}
        """With which words actions are accepted."""
        self.before: dict[str, bytes] = {}
        """Sent before the answer to an action, as an event between two answers is."""
        self.then: dict[str, Callable[[Action], bytes]] = {}
        """What is told after the answer to an action."""
        self.received: list[Action] = []
        self.connections = 0
        self.sent = len(GREETING)
        """Bytes of answers, and of one greeting."""
        self.changed = asyncio.Event()
        self._writers: list[asyncio.StreamWriter] = []
        self._clients: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    async def open(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End every connection, and listen no more."""
        assert self._server is not None
        self._server.close()
        self.cut()
        await asyncio.gather(*self._clients)
        await self._server.wait_closed()

    def address(self, password: str = PASSWORD) -> Address:
        """Where it is."""
        return Address(self._port, "listener", password)

    def say(self, data: bytes) -> None:
        """Send to everybody."""
        for writer in self._writers:
            writer.write(data)

    def tell(self, *events: bytes) -> None:
        """Send events to everybody."""
        self.say(b"".join(event + b"\r\n\r\n" for event in events))

    def cut(self) -> None:
        """End every connection at once."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    @property
    def open_connections(self) -> int:
        """How many clients there are."""
        return len(self._writers)

    def asked(self, action: str) -> list[Action]:
        """Give what was received of one action."""
        return [one for one in self.received if one["Action"] == action]

    async def until_asked(self, action: str, times: int = 1) -> Action:
        """Wait until an action was received so many times; return the last."""
        async with asyncio.timeout(WAIT_S):
            while len(self.asked(action)) < times:
                self.changed.clear()
                await self.changed.wait()
        return self.asked(action)[times - 1]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # No coroutine: one that is cancelled before its first step would close nothing.
        if self._server is None or not self._server.is_serving():
            writer.transport.abort()
            return
        self.connections += 1
        self._writers.append(writer)
        client = asyncio.create_task(self._serve(reader, writer))
        self._clients.add(client)
        client.add_done_callback(self._clients.discard)
        client.add_done_callback(lambda _: writer.transport.abort())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.greeting)
        try:
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                pairs = (line.partition(": ") for line in text.strip().split("\r\n"))
                action = {name: value for name, _, value in pairs}
                self.received.append(action)
                self.changed.set()
                if not self.mute & {"*", action["Action"]}:
                    said = self.answer(action)
                    self.sent += len(said)
                    writer.write(said)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if writer in self._writers:
                self._writers.remove(writer)

    def answer(self, action: Action) -> bytes:
        """Give what is sent to an action."""
        name, action_id = action["Action"], action["ActionID"].encode()
        if name in self.refused:
            return self._response(b"Error", action_id, self.refused[name].encode())
        before = self.before.pop(name, b"")
        looks = {"CoreStatus": b"s1", "CoreShowChannels": b"s2", "QueueStatus": b"s3"}
        if name in looks:
            said = b"".join(b + b"\r\n\r\n" for b in answer(self.recording, looks[name].decode()))
            return before + said.replace(b"ActionID: " + looks[name], b"ActionID: " + action_id)
        if name == "Login":
            if action["Secret"] != self.password:
                return self._response(b"Error", action_id, b"Authentication failed")
            booted = BOOTED if self.boots else b""
            return self._response(b"Success", action_id, b"Authentication accepted") + booted
        words = self.words.get(name, "Done").encode()
        then = self.then[name](action) if name in self.then else b""
        return before + self._response(b"Success", action_id, words) + then

    def _response(self, how: bytes, action_id: bytes, words: bytes) -> bytes:
        return b"Response: %b\r\nActionID: %b\r\nMessage: %b\r\n\r\n" % (how, action_id, words)


@asynccontextmanager
async def ami_server(server: AmiServer | None = None) -> AsyncIterator[AmiServer]:
    """Run one on a free port of loopback."""
    server = server or AmiServer()
    await server.open()
    try:
        yield server
    finally:
        await server.close()
