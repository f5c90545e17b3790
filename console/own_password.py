"""Changing one's own password: the old one is asked, and every other session ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from console.accounts import Accounts
from console.audit import Audit
from console.door import Later
from console.passwords import MOST, Passwords, TooBusy, Unfit, as_typed, fit
from console.throttle import Key, Throttle
from console.users import Session
from queue_manager.room.orders import Outcome

WHAT: Final = "password"


class Said(StrEnum):
    """How it ended; each is a word of the page."""

    CHANGED = "password_changed"
    WRONG = "password_wrong"
    UNLIKE = "password_unlike"
    UNFIT = "password_unfit"
    SAME = "password_same"


class OwnPassword:
    """Changes passwords of who is logged in."""

    def __init__(
        self,
        accounts: Accounts,
        audit: Audit,
        passwords: Passwords,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts, self._audit, self._passwords = accounts, audit, passwords
        self._clock, self._throttle = clock, Throttle()

    async def change(
        self, session: Session, given: tuple[str, str, str], address: str, device: str
    ) -> Said | Later:
        """Change it; ``given`` are the password until now and the new one, twice.

        A password that is wrong has to be waited for longer each time, by session: who found a
        screen unlocked cannot guess. Raises ``TooBusy`` and ``StoreUnavailable``; what cannot be
        put on record is not done.
        """
        old, new, again = given
        user, key = session.user, ("session", str(session.id))
        if as_typed(new) != as_typed(again):
            return Said.UNLIKE
        try:
            plain = fit(new, user.name)
        except Unfit:
            return Said.UNFIT
        if (wait := self._throttle.wait_s(key, self._clock())) > 0:
            return Later(wait)
        if not await self._is(old, user.name, key):
            await asyncio.to_thread(
                self._audit.door, user.name, address, WHAT, Outcome.REFUSED.value
            )
            return Said.WRONG
        if as_typed(old) == plain:
            return Said.SAME
        hashed = await asyncio.to_thread(self._passwords.hash, plain)
        number = await asyncio.to_thread(
            self._audit.door, user.name, address, WHAT, Outcome.ASKED.value
        )
        await asyncio.to_thread(self._accounts.change_own, session, hashed, device)
        await asyncio.to_thread(self._audit.ended, number, user.name, WHAT, Outcome.CONFIRMED.value)
        return Said.CHANGED

    async def _is(self, old: str, name: str, key: Key) -> bool:
        trial = self._throttle.tried(key, self._clock())
        found = await asyncio.to_thread(self._accounts.find, name)
        stored = found[1] if found is not None else None
        try:
            right = len(old) <= MOST and await self._passwords.agree(stored, old, known=True)
        except TooBusy:
            self._throttle.take_back(trial)  # nobody looked at it
            raise
        if right:
            self._throttle.forgive(key)
        return right
