"""Asks Asterisk on behalf of a call: how long each answer may take, and what its end means.

Asterisk leaves the caller with us on a lease, ``TIMEOUT(absolute)``, which is renewed as the call
goes on. A server that hangs in the middle, whatever it was doing, costs the caller the rest of the
lease in silence; then the dialplan goes on with its fall-back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ivr import names
from ivr.call import CallerHungUp, LineLost
from ivr.fastagi.line import Line
from ivr.fastagi.protocol import Reply

LEASE_GRAIN_S: Final = 0.5
"""A hang-up so near the end of the lease is the end of the lease."""
NO_SUCH_APPLICATION: Final = "-2"
FAILED: Final = "-1"


@dataclass(frozen=True, slots=True)
class LineLimits:
    """How long things may take, in seconds."""

    reply_s: float = 5.0
    """An answer, beyond what the command itself takes."""
    unknown_recording_s: float = 60.0
    """A recording whose length is not known."""
    lease_s: float = 45.0
    """The lease at each renewal, or more where the next command takes longer."""
    thinking_s: float = 10.0
    """What we may need between two commands: no less than the tickets may take to answer."""


class Asking:
    """Asks for one call; ``ask(…)`` is a call of the object."""

    def __init__(self, line: Line, limits: LineLimits, monotonic: Callable[[], float]) -> None:
        self._line = line
        self._limits = limits
        self._monotonic = monotonic
        self._lease_ends = 0.0

    async def __call__(
        self, *words: str, limit_s: float = 0.0, may_fail: bool = False, may_lack: bool = False
    ) -> Reply:
        """Send a command that takes at most ``limit_s`` by itself; return its reply 200.

        An application that Asterisk lacks raises ``LineLost``, unless ``may_lack``.
        Every other code raises ``LineLost``. A result of -1 raises ``CallerHungUp``, unless
        ``may_fail``: then it can mean something else and is returned.
        """
        limit_s += self._limits.reply_s
        needed_s = limit_s + self._limits.thinking_s
        if self._monotonic() + needed_s > self._lease_ends:
            await self._renew_lease(max(needed_s, self._limits.lease_s))
        reply = await self._answer(words, limit_s)
        if reply.result == NO_SUCH_APPLICATION and not may_lack:
            raise LineLost("Asterisk lacks an application")
        if reply.result == FAILED and not may_fail:
            self._line.end_as_hung_up()
            raise self._left()
        return reply

    async def _renew_lease(self, seconds: float) -> None:
        ends = self._monotonic() + seconds
        words = ("SET", "VARIABLE", names.ABSOLUTE_LIMIT, f"{seconds:.1f}")
        await self._answer(words, self._limits.reply_s)
        self._lease_ends = ends

    async def _answer(self, words: tuple[str, ...], limit_s: float) -> Reply:
        try:
            reply = await self._line.ask(*words, limit_s=limit_s)
        except CallerHungUp:
            raise self._left() from None
        if reply.code != 200:
            raise LineLost(f"Asterisk refused a command with {reply.code}")
        return reply

    def _left(self) -> CallerHungUp | LineLost:
        """Tell a hang-up from a lease that ran out: then Asterisk went on with the caller."""
        if 0.0 < self._lease_ends <= self._monotonic() + LEASE_GRAIN_S:
            return LineLost("Asterisk went on without us")
        return CallerHungUp("the caller left")
