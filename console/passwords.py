"""Passwords: what one must be, and argon2id in threads of its own so that the page never waits."""

from __future__ import annotations

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError, VerifyMismatchError

LEAST: Final = 12
MOST: Final = 200
MOST_IN_LINE: Final = 8
"""Strangers whose passwords wait to be looked at; the next is told to come back."""


class Unfit(ValueError):
    """The password may not be used; the message says why."""


class TooBusy(Exception):
    """More passwords wait to be looked at than this machine can do."""


def fit(password: str, name: str) -> str:
    """Return the password as it is hashed. Raises ``Unfit``."""
    plain = as_typed(password)
    if not LEAST <= len(plain) <= MOST:
        raise Unfit(f"a password has {LEAST} to {MOST} characters")
    if len(set(plain)) < 5 or name.casefold() in plain.casefold():
        raise Unfit("this password is too easily guessed")
    return plain


def as_typed(password: str) -> str:
    """Make the same letters the same, however a keyboard composes them."""
    return unicodedata.normalize("NFC", password)


class Passwords:
    """Hashes and compares. Strangers wait in one short line, known browsers in another."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="argon2")
        self._lines = {known: asyncio.Semaphore(1) for known in (True, False)}
        self._in_line = {True: 0, False: 0}
        # Compared with when the name is not known: both take as long.
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Hash one; blocks for a tenth of a second."""
        return self._hasher.hash(password)

    async def agree(self, stored: str | None, password: str, *, known: bool) -> bool:
        """Tell whether this is the password; of ``None`` never, and in the same time.

        Raises ``TooBusy``.
        """
        if self._in_line[known] >= MOST_IN_LINE:
            raise TooBusy
        self._in_line[known] += 1
        try:
            async with self._lines[known]:
                loop = asyncio.get_running_loop()
                same = await loop.run_in_executor(self._threads, self._same, stored, password)
        finally:
            self._in_line[known] -= 1
        return same and stored is not None

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _same(self, stored: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(stored or self._nobody, as_typed(password)[: MOST + 1])
        except VerifyMismatchError:
            return False
        except VerificationError as damaged:
            raise ValueError("a stored password is damaged; set it anew") from damaged
