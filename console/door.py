"""Logging in: the same answer for a wrong name and a wrong password, in the same time.

Who fails waits longer each time, by address *and* name; a browser in which the user logged in
before counts for itself, so that no stranger's failures keep its user out.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from console.accounts import Accounts
from console.audit import Audit
from console.passwords import MOST, Passwords, TooBusy
from console.throttle import FREE, FREE_OF_ADDRESS, Key, Throttle
from console.users import Role, Session, clean_name
from database.engine import StoreUnavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entered:
    """The tokens of the session and of the browser; for as long as the role says."""

    token: str
    device: str
    role: Role


@dataclass(frozen=True, slots=True)
class Refused:
    """The name or the password is wrong; nobody is told which."""


@dataclass(frozen=True, slots=True)
class Later:
    """Too many failures: not looked at. ``wait_s`` says when the next is."""

    wait_s: float


class Door:
    """Lets users in and out."""

    def __init__(
        self,
        accounts: Accounts,
        audit: Audit,
        passwords: Passwords,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts, self._audit, self._passwords = accounts, audit, passwords
        self._clock, self._throttle = clock, Throttle()
        self._noting: set[asyncio.Task[None]] = set()
        self.refusals = 0

    async def enter(
        self, name: str, password: str, address: str, device: str
    ) -> Entered | Refused | Later:
        """Let somebody in. Raises ``TooBusy`` and ``StoreUnavailable``."""
        try:
            name = clean_name(name)
        except ValueError:
            name = ""
        found = await asyncio.to_thread(self._accounts.find, name) if name else None
        user, stored = found or (None, None)
        # Asked of nobody, too: a name that is not there must take as long.
        browser, place = await asyncio.to_thread(self._accounts.is_known, user, device, address)
        keys = _keys(name, address, device if browser else "", place)
        now = self._clock()
        if (wait := max(self._throttle.wait_s(key, now) for key in keys)) > 0:
            self.refusals += 1
            return Later(wait)
        trials = [self._throttle.tried(key, now, free) for key, free in keys.items()]
        try:
            agreed = len(password) <= MOST and await self._passwords.agree(
                stored, password, known=browser
            )
        except TooBusy:
            # Nobody looked at the password: a crowd of strangers must make no user wait.
            for trial in trials:
                self._throttle.take_back(trial)
            raise
        if not agreed or user is None:
            self.refusals += 1
            if user is not None:
                self._later(self._note_refusal(name, address))
            return Refused()
        first, *others = trials
        self._throttle.forgive(first.key)
        for trial in others:
            self._throttle.take_back(trial)
        token, known = await asyncio.to_thread(self._accounts.begin, user, address, device)
        await asyncio.to_thread(self._audit.door, name, address, "log_in", "confirmed")
        return Entered(token, known, user.role)

    def _later(self, work: Coroutine[None, None, None]) -> None:
        # Not waited for: that it is written only of names that exist must not show in the time.
        task = asyncio.create_task(work)
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def _note_refusal(self, name: str, address: str) -> None:
        try:
            await asyncio.to_thread(self._audit.door, name, address, "log_in", "refused")
        except StoreUnavailable as fault:
            log.warning("a refused log-in is not on record", extra={"fault": str(fault)})

    async def leave(self, session: Session, address: str) -> None:
        """End a session."""
        await asyncio.to_thread(self._accounts.end, session)
        who = session.user.name
        await asyncio.to_thread(self._audit.door, who, address, "log_out", "confirmed")


def _keys(name: str, address: str, device: str, place: bool) -> dict[Key, int]:
    """Give the keys that count, each with how many failures are free; the closest first."""
    if device:
        return {("device", device): FREE}
    closest: dict[Key, int] = {("pair", address, name): FREE}
    return closest if place else closest | {("address", address): FREE_OF_ADDRESS}
