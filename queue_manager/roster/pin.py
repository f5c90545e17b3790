"""PINs of operators: which ones are taken, and the mark that is kept of each.

A PIN has so few digits that no slow hash keeps it from somebody who holds the database: a million
trials are soon done. What does is a key that is not in the database. So the mark is keyed
(BLAKE2b), and a trial takes microseconds of a caller's patience (docs/adr/0062).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from itertools import pairwise
from typing import Final

SHORTEST: Final = 4
LONGEST: Final = 8
_SALT_BYTES: Final = 16
_PERSON: Final = b"sahayata pin"


def fault_of(pin: str, extension: str) -> str:
    """Say why a PIN cannot be taken; "" when it can."""
    if not re.fullmatch(rf"[0-9]{{{SHORTEST},{LONGEST}}}", pin):
        return f"a PIN has {SHORTEST} to {LONGEST} digits"
    if len(set(pin)) == 1 or _runs(pin):
        return "this PIN is too easy to guess"
    if pin in (extension, extension[::-1]):
        return "a PIN must not be the extension itself"
    return ""


def _runs(pin: str) -> bool:
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return steps in ({1}, {-1})


class Pins:
    """Makes and compares marks. ``key`` has 16 to 64 bytes and must not be in the database."""

    def __init__(self, key: bytes) -> None:
        if not 16 <= len(key) <= 64:
            raise ValueError("the key of the PINs has 16 to 64 bytes")
        self._key = key
        self._nobody = self.mark("", "")

    def mark(self, extension: str, pin: str) -> str:
        """Return what may be kept of a PIN; different each time."""
        salt = secrets.token_bytes(_SALT_BYTES)
        return f"{salt.hex()}:{self._digest(salt, extension, pin)}"

    def fits(self, mark: str | None, extension: str, pin: str) -> bool:
        """Tell whether the PIN is right; takes as long where there is no mark."""
        salt, _, kept = (mark or self._nobody).partition(":")
        try:
            found = self._digest(bytes.fromhex(salt), extension, pin)
        except ValueError:
            return False  # a damaged mark lets nobody in
        return hmac.compare_digest(found, kept) and bool(mark)

    def _digest(self, salt: bytes, extension: str, pin: str) -> str:
        said = f"{extension}:{pin}".encode()
        return hashlib.blake2b(
            said, digest_size=32, key=self._key, salt=salt, person=_PERSON
        ).hexdigest()
