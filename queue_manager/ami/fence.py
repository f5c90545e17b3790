"""panoramisk's client, fenced: one connection, from the greeting to its end, and nothing after it.

What is panoramisk's: actions and their ids, and matching an answer to its action. What is ours, as
it loses letters, links or citizens there (docs/adr/0061): the bytes, the events, the pinging, the
time limits, what may stand in a value, and that no action is ever kept to be sent again.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from typing import Any, Final

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager
from panoramisk.message import Message

from queue_manager.ami.address import Address
from queue_manager.ami.blocks import Blocks, Fields, Malformed, TooLong, event_name, fields
from queue_manager.ami.limits import Limits
from queue_manager.ami.values import clean
from queue_manager.events import LinkLoss

log = logging.getLogger(__name__)

GREETING: Final = b"Asterisk Call Manager/"
LONGEST_GREETING: Final = 200
BOOTED: Final = b"FullyBooted"

Heard = Callable[[bytes, bytes, float], None]
"""Takes an event: its block, its name, and when it came; the name is b"" of what is neither event
nor answer. Called by the reader: no work, no wait."""


class Gone(Exception):
    """The connection was not made, or is lost. ``str`` is plain words for a log."""

    def __init__(self, why: LinkLoss, words: str) -> None:
        super().__init__(words)
        self.why = why


class Wire(AMIProtocol):  # type: ignore[misc]  # panoramisk has no types
    """The protocol with its reading, closing and sending replaced."""

    closed: bool = False

    def __init__(self, heard: Heard, limits: Limits, monotonic: Callable[[], float]) -> None:
        loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[None] = loop.create_future()
        self.booted: asyncio.Future[None] = loop.create_future()
        self.gone: asyncio.Future[Gone] = loop.create_future()
        """Set once, with why."""
        self.last_byte_at = monotonic()
        self._heard = heard
        self._greeting = b""
        self._blocks = Blocks(limits.block_bytes)
        self._receive_buffer = limits.receive_buffer_bytes
        self._monotonic = monotonic

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin, with room for what comes while this process has no turn."""
        super().connection_made(transport)
        sock: socket.socket = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)

    def data_received(self, data: bytes) -> None:
        """Hand on each event that is whole; give each answer to its action."""
        at = self.last_byte_at = self._monotonic()
        if not self.greeted.done():
            data = self._greet(data)
        try:
            blocks = self._blocks.feed(data)
        except TooLong:
            self.lose(LinkLoss.ENDED, "what it sends has no end")
            return
        for block in blocks:
            if name := event_name(block):
                if name == BOOTED and not self.booted.done():
                    self.booted.set_result(None)
                self._heard(block, name, at)
            else:
                self._answered(block, at)

    def _greet(self, data: bytes) -> bytes:
        """Take the line that comes first, and return what follows it."""
        self._greeting += data
        if not self._greeting.startswith(GREETING[: len(self._greeting)]):
            self.lose(LinkLoss.UNREACHABLE, "what listens there is no manager of Asterisk's")
            return b""
        line, end, rest = self._greeting.partition(b"\r\n")
        if end:
            self.greeted.set_result(None)
        elif len(line) > LONGEST_GREETING:
            self.lose(LinkLoss.UNREACHABLE, "its greeting has no end")
        return rest

    def _answered(self, block: bytes, at: float) -> None:
        try:
            answer = dict(fields(block)) if block else {}
        except Malformed:
            answer = {"": ""}
        if "Response" in answer:
            self.handle_message(Message(answer))
        elif answer:
            self._heard(block, b"", at)

    def send(self, data: Action, as_list: bool = False) -> asyncio.Future[Any]:
        """Send an action once. Lists are not gathered here: ``as_list`` is ignored.

        panoramisk's own drops what it cannot encode and logs the action, password and all.

        Raises:
            UnsafeValue: a value has a character that it may not have.
        """
        for name, value in data.items():
            clean(name)
            clean(value)
        data.as_list = False
        self.responses[data.id] = data
        self.transport.write(str(data).encode())
        future: asyncio.Future[Any] = data.future
        return future

    def lose(self, why: LinkLoss, words: str) -> None:
        """End the connection at once, for this reason; the first one counts."""
        if not self.gone.done():
            self.gone.set_result(Gone(why, words))
        self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the other end, or the network, has ended it."""
        self.lose(LinkLoss.ENDED, str(exc) if exc else "Asterisk closed the connection")

    def close(self) -> None:
        """Let every action that waits know, by ``None``; none is kept."""
        if self.closed:
            return
        self.closed = True
        for action in self.responses.values():
            if not action.future.done():
                action.future.set_result(None)
        self.responses.clear()
        self.transport.abort()


class Connection(Manager):  # type: ignore[misc]  # panoramisk has no types
    """One login. It never reconnects by itself, never pings by itself, never replays."""

    def __init__(
        self, address: Address, heard: Heard, limits: Limits, monotonic: Callable[[], float]
    ) -> None:
        super().__init__(host=address.host, port=address.port)
        self._address = address
        self._limits = limits
        self._wire = lambda: Wire(heard, limits, monotonic)
        self.protocol: Wire | None = None

    @property
    def stands(self) -> bool:
        """Whether anything can be sent."""
        return self.protocol is not None and not self.protocol.closed

    async def open(self) -> Wire:
        """Connect, log in, and wait until Asterisk is fully booted.

        Raises:
            Gone: with ``REFUSED`` when the password or the address is not accepted.
        """
        where = (self._address.host, self._address.port)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._limits.connect_s):
                _, self.protocol = await loop.create_connection(self._wire, *where)
        except (OSError, TimeoutError) as error:
            words = f"nothing answers at {where[0]}:{where[1]} ({error or 'no answer in time'})"
            raise Gone(LinkLoss.UNREACHABLE, words) from None
        await self._until(self.protocol.greeted, self._limits.login_s, "greeting")
        login = {
            "Action": "Login",
            "Username": self._address.user,
            "Secret": self._address.password,
        }
        try:
            answer = await self.ask(login, self._limits.login_s)
        except TimeoutError:
            words = f"no answer to the login within {self._limits.login_s:g} s"
            raise Gone(LinkLoss.SILENT, words) from None
        if answer["Response"] != "Success":
            said = answer.get("Message", "")
            words = f"Asterisk does not let {self._address.user!r} in: {said}"
            raise Gone(LinkLoss.REFUSED, words)
        await self._until(self.protocol.booted, self._limits.boot_s, "word that Asterisk is booted")
        return self.protocol

    async def ask(self, action: Mapping[str, str], limit_s: float) -> Fields:
        """Send an action and return the fields of its answer.

        Raises:
            Gone: the connection is lost, or was before.
            TimeoutError: no answer within ``limit_s``; one that comes later is dropped.
            UnsafeValue: nothing was sent.
        """
        wire = self.protocol
        if wire is None or wire.closed:
            raise Gone(LinkLoss.ENDED, "there is no connection")
        sent = Action(action)
        try:
            async with asyncio.timeout(limit_s):
                answer = await wire.send(sent)
        finally:
            wire.responses.pop(sent.id, None)
        if answer is None:
            raise wire.gone.result() if wire.gone.done() else Gone(LinkLoss.ENDED, "closed")
        return dict(answer.items())

    async def _until(self, future: asyncio.Future[None], limit_s: float, what: str) -> None:
        assert self.protocol is not None
        gone = self.protocol.gone
        await asyncio.wait((future, gone), timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            raise gone.result()
        if not future.done():
            raise Gone(LinkLoss.SILENT, f"no {what} within {limit_s:g} s")

    def connection_lost(self, exc: Exception | None) -> None:
        """Do nothing: panoramisk's own would reconnect, and replay what waits."""

    def close(self) -> None:
        """End the connection."""
        if self.protocol is not None:
            self.protocol.lose(LinkLoss.ENDED, "we closed the connection")
