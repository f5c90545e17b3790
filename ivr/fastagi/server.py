"""The FastAGI server: accepts lines, runs one entry point for each, ends them in good order.

A session that goes wrong ends alone. Whatever happens, the socket is closed without the done-flag
and the dialplan's fall-back takes the caller.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import resource
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ivr import names
from ivr.call import CallEnded
from ivr.fastagi.line import Line, Monotonic
from ivr.fastagi.protocol import BadHeader, WireError

log = logging.getLogger(__name__)

SPARE_FILES: Final = 256
"""What a process has open beside its sessions."""
LOOK_EVERY_S: Final = 1.0
"""How often overdue lines are looked for: the grain of every limit here."""

Route = Callable[[Line], Awaitable[None]]
"""What answers a line; ``line.header`` is complete."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server lets happen, in sessions and seconds."""

    sessions: int = 2000
    """Open connections at once; one more is dropped, and the fall-back takes that caller."""
    header_s: float = 5.0
    session_s: float = 1500.0
    """A whole session. Each question renews the lease of the dialplan, so it needs a limit too."""
    farewell_s: float = 2.0
    """How long a dropped session may take to note its end when the server goes down."""


@dataclass(slots=True)
class Counters:
    """What has happened since the start; the process logs it when it ends."""

    open: int = 0
    accepted: int = 0
    conversations: int = 0
    """Sessions whose header was good and whose route exists."""
    no_room: int = 0
    bad_headers: int = 0
    bad_replies: int = 0
    """Sessions ended by an answer that was none."""
    strangers: int = 0
    """Sessions without the password: no Asterisk of ours opened them."""
    unknown_routes: int = 0
    failed: int = 0
    """Sessions that ended by a fault of ours."""
    overtime: int = 0
    """Sessions that ran into the limit of a whole session."""


class AgiServer:
    """Serves ``routes`` on one address until it is drained.

    With a ``password`` only whoever shows it is served: loopback is open to every program here.
    """

    def __init__(
        self,
        routes: Mapping[str, Route],
        limits: Limits | None = None,
        monotonic: Monotonic = time.monotonic,
        password: str = "",
    ) -> None:
        self.counters = Counters()
        self._routes = dict(routes)
        self._limits = limits or Limits()
        self._monotonic = monotonic
        self._password = password.encode()
        self._listener: asyncio.Server | None = None
        self._lines: dict[Line, float] = {}
        """Each with the time its session must be over."""
        self._looking: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Listen; return the address. Raises ``OSError`` when the port is taken."""
        make_room(self._limits.sessions)
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self.line, host, port, backlog=1024)
        address = self._listener.sockets[0].getsockname()
        return str(address[0]), int(address[1])

    def line(self) -> Line:
        """Make the protocol for a connection that is about to come."""
        return Line(self, self._limits.header_s, self._monotonic)

    async def drain(self, limit_s: float) -> int:
        """Accept no more, let sessions end, drop the rest after ``limit_s``; return how many."""
        if self._listener is not None:
            self._listener.close()
        timer = asyncio.get_running_loop().call_later(limit_s, self._quiet.set)
        await self._quiet.wait()
        timer.cancel()
        left = list(self._lines)
        for line in left:
            line.abort("the server is going down")
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=self._limits.farewell_s)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if left:
            log.warning("drained: %d sessions dropped to the fall-back", len(left))
        return len(left)

    def connected(self, line: Line) -> bool:
        """Count a new line; ``False`` when there is no room for it."""
        self.counters.accepted += 1
        self._lines[line] = self._monotonic() + self._limits.session_s
        self.counters.open = len(self._lines)
        self._quiet.clear()
        if self._looking is None:
            self._look_again()
        if len(self._lines) > self._limits.sessions:
            self.counters.no_room += 1
            return False
        return True

    def opened(self, line: Line) -> None:
        """Run the entry point of the route the header names."""
        if not self._is_ours(line):
            self.counters.strangers += 1
            log.warning("session refused: the password is wrong or missing")
            line.abort("the password is wrong or missing")
            return
        route = self._routes.get(line.header.route) if line.header else None
        if route is None:
            self.counters.unknown_routes += 1
            log.warning("session refused: unknown route")
            line.abort("unknown route")
            return
        self.counters.conversations += 1
        task = asyncio.get_running_loop().create_task(self._run(line, route))
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _is_ours(self, line: Line) -> bool:
        shown = line.header.values.get(names.AGI_PASSWORD_KEY, "") if line.header else ""
        return not self._password or hmac.compare_digest(shown.encode(), self._password)

    def refused(self, line: Line, fault: WireError) -> None:
        """Count what was no AGI. The fault's text holds nothing that was sent."""
        if line.header is None:
            self.counters.bad_headers += 1
            log.warning("session refused: bad header, %s", fault)
        else:
            self.counters.bad_replies += 1
            log.warning("session ended: bad reply, %s", fault, extra=_of(line))

    def closed(self, line: Line) -> None:
        """Forget the line."""
        self._lines.pop(line, None)
        self.counters.open = len(self._lines)
        self._settle()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._settle()

    def _settle(self) -> None:
        if not self._lines and not self._tasks:
            self._quiet.set()

    async def _run(self, line: Line, route: Route) -> None:
        try:
            await route(line)
        except CallEnded as ending:
            log.debug("session ended: %s", ending, extra=_of(line))
        except BadHeader as fault:
            self.counters.bad_headers += 1
            log.warning("session refused: bad header, %s", fault)
        except Exception:
            # The one net under every conversation: the caller must reach the fall-back.
            self.counters.failed += 1
            log.exception("session failed; the fall-back takes the caller", extra=_of(line))
        finally:
            line.close()

    def look(self) -> None:
        """Drop every line that is overdue. Done each second while there are any."""
        now = self._monotonic()
        for line, ends in list(self._lines.items()):
            if now >= ends:
                self.counters.overtime += 1
                log.warning("session ended: it passed its limit", extra=_of(line))
                line.abort("the session passed its limit")
            else:
                line.look(now)
        self._looking = None
        if self._lines:
            self._look_again()

    def _look_again(self) -> None:
        loop = asyncio.get_running_loop()
        self._looking = loop.call_later(LOOK_EVERY_S, self.look)


def make_room(sessions: int) -> None:
    """Let this process have as many open files as so many sessions need, or say that it cannot."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sessions + SPARE_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed < wanted:
        log.warning("open files are limited to %d: that is less than %d sessions", hard, sessions)


def _of(line: Line) -> dict[str, str]:
    """Whose line it is, for the log."""
    return {"call": line.header.query.get("call_id", "")[:128] if line.header else ""}
