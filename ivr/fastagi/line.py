"""One connection from Asterisk: the header, then one question at a time.

Asterisk polls the socket but reads through a buffered file, so a second command in one packet
would lie unseen until a third came (``res_agi.c``, ``run_agi``); and half a line makes it spin. So:
one command at a time, each in one write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf
from typing import Protocol, cast

from ivr.call import CallerHungUp, LineLost
from ivr.fastagi.protocol import (
    DEAD_CHANNEL,
    BadReply,
    Header,
    HeaderReader,
    Reply,
    ReplyReader,
    WireError,
    command,
)

Monotonic = Callable[[], float]
"""``loop.time``, or a test's own time, in seconds."""


class Exchange(Protocol):
    """Who accepts lines: the server."""

    def connected(self, line: Line) -> bool:
        """Count a new line; ``False`` when there is no room for it."""

    def opened(self, line: Line) -> None:
        """Begin the session: ``line.header`` is complete."""

    def refused(self, line: Line, fault: WireError) -> None:
        """Note a header that was none; the line is closed already."""

    def closed(self, line: Line) -> None:
        """Forget the line."""


class Line(asyncio.Protocol):
    """A connection to one channel of Asterisk.

    ``ask`` raises ``CallerHungUp`` when the caller left and ``LineLost`` for everything else that
    ends a line; after either, it raises the same again and sends nothing.

    A line sets no timers: one for each answer would cost as much as reading it. It only notes when
    it will be too late, and whoever accepted it calls ``look`` every second or so.
    """

    __slots__ = (
        "_due",
        "_ending",
        "_exchange",
        "_header_reader",
        "_monotonic",
        "_replies",
        "_transport",
        "_waiter",
        "_why",
        "header",
    )

    def __init__(self, exchange: Exchange, header_limit_s: float, monotonic: Monotonic) -> None:
        self.header: Header | None = None
        self._exchange = exchange
        self._header_reader: HeaderReader | None = HeaderReader()
        self._replies = ReplyReader()
        self._monotonic = monotonic
        self._due = monotonic() + header_limit_s
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Reply] | None = None
        self._ending: type[CallerHungUp] | type[LineLost] | None = None
        self._why = ""

    @property
    def hung_up(self) -> bool:
        """Whether the caller is known to have left."""
        return self._ending is CallerHungUp

    async def ask(self, *words: str, limit_s: float) -> Reply:
        """Send a command and wait for its answer, at most ``limit_s`` seconds.

        A reply 511 (the channel is dead) raises ``CallerHungUp``; other codes are returned.
        Raises ``UnsafeValue`` before anything is sent when a word may not reach the wire.
        """
        data = command(*words)
        if self._ending is not None:
            raise self._ending(self._why)
        if self._transport is None or self._waiter is not None:
            raise RuntimeError("a line takes one command at a time, once it is connected")
        waiter: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiter = waiter
        self._due = self._monotonic() + limit_s
        self._transport.write(data)
        try:
            reply = await waiter
        except asyncio.CancelledError:
            self.abort("given up while waiting")  # or its answer would pass for the next one's
            raise
        finally:
            self._waiter = None
            self._due = inf
        if reply.code == DEAD_CHANNEL:
            self._end(CallerHungUp, "the channel is dead")
            raise CallerHungUp("the channel is dead")
        return reply

    def close(self) -> None:
        """Let Asterisk go on with the dialplan. What was asked before has been answered."""
        self._end(LineLost, "the line is closed")
        if self._transport is not None:
            self._transport.close()

    def abort(self, why: str) -> None:
        """Drop the connection at once; whoever waits for an answer gets ``LineLost``."""
        self._end(LineLost, why)
        if self._transport is not None:
            self._transport.abort()

    def look(self, now: float) -> None:
        """Drop the connection when what it waits for is overdue; ``now`` is monotonic."""
        if now >= self._due:
            self.abort(
                "no answer within the limit" if self.header else "no header within the limit"
            )

    def end_as_hung_up(self) -> None:
        """Note that an answer told that the caller left; from here every ``ask`` says so."""
        self._end(CallerHungUp, "the caller left")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for room; without it the connection is dropped."""
        self._transport = cast("asyncio.Transport", transport)
        if not self._exchange.connected(self):
            self.abort("no room for another session")

    def data_received(self, data: bytes) -> None:
        """Take bytes, cut anywhere."""
        if self._header_reader is not None:
            self._take_header(self._header_reader, data)
        elif self._ending is None:
            self._take_replies(data)

    def eof_received(self) -> None:
        """Close with the peer: Asterisk never goes on listening after it closed."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits, and be forgotten."""
        self._end(LineLost, "the connection ended")
        self._exchange.closed(self)

    def _take_header(self, reader: HeaderReader, data: bytes) -> None:
        if self._ending is not None:
            return
        try:
            complete = reader.feed(data)
        except WireError as fault:
            self._refuse(fault)
            return
        if complete is None:
            return
        self.header, rest = complete
        self._header_reader = None
        self._due = inf
        if rest:
            self._take_replies(rest)
        if self._ending is not LineLost:
            self._exchange.opened(self)

    def _take_replies(self, data: bytes) -> None:
        try:
            for item in self._replies.feed(data):
                if not isinstance(item, Reply):
                    self._end(CallerHungUp, "the caller left")
                elif self._waiter is not None and not self._waiter.done():
                    self._waiter.set_result(item)
                elif self._ending is None:
                    raise BadReply("a reply to nothing")
        except WireError as fault:
            self._refuse(fault)

    def _refuse(self, fault: WireError) -> None:
        self.abort(str(fault))
        self._exchange.refused(self, fault)

    def _end(self, ending: type[CallerHungUp] | type[LineLost], why: str) -> None:
        """Keep the first ending; wake whoever waits."""
        if self._ending is None:
            self._ending, self._why = ending, why
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(self._ending(self._why))
