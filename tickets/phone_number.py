"""Telephone numbers: one spelling, stored encrypted, found again by a keyed index.

The number itself can be read only with the encryption key, and two numbers compared only with the
index key. What goes into a log is ``masked``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import phonenumbers
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_LONGEST: Final = 20
_ALLOWED: Final = frozenset("0123456789+ -()")
_NONCE_BYTES: Final = 12
_PURPOSE: Final = b"sahayata telephone"
_SHOWN: Final = 3


class WrongKey(Exception):
    """What is in the store was not written with this key."""


@dataclass(frozen=True, slots=True)
class SealedPhone:
    """A telephone number as the store has it."""

    sealed: str
    """``<key id>.<nonce and ciphertext, base64url>``: AES-GCM, another nonce every time."""
    index: str
    """Equal for equal numbers, 32 hex digits; tells nothing without the index key."""


def normalise(raw: str, region: str) -> str | None:
    """Return a number as E.164 (``+919811012345``), ``None`` when it is none.

    ``region`` (``IN``) is how a number without a country code is read. Anything may be given:
    withheld, words, other scripts, sixty characters; it is never an error.
    """
    if len(raw) > _LONGEST or not raw or not _ALLOWED.issuperset(raw):
        return None
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    # Possible, not valid: a series opened last month is missing from the tables of this library.
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE or not number.national_number:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(number: str) -> str:
    """Return what a log may hold of a number: its last three digits, "withheld" for none."""
    digits = [c for c in number if c.isascii() and c.isdigit()]
    if not digits:
        return "withheld"
    return "…" + "".join(digits[-_SHOWN:] if len(digits) > 2 * _SHOWN else "")


class PhoneBook:
    """Seals and opens telephone numbers.

    ``keys`` are AES keys of 32 bytes by a short id; numbers are sealed with ``current`` and opened
    with the one they name, so that a key can be replaced without a stop. ``index_key`` has at least
    32 bytes and cannot be replaced without writing every index anew.
    """

    def __init__(
        self, keys: Mapping[str, bytes], *, current: str, index_key: bytes, region: str
    ) -> None:
        if current not in keys:
            raise ValueError(f"there is no telephone key called {current!r}")
        if bad := [name for name in keys if not (name.isascii() and name.isalnum())]:
            raise ValueError(f"the id of a telephone key is letters and digits: {bad[0]!r}")
        if len(index_key) < 32 or any(len(key) != 32 for key in keys.values()):
            raise ValueError("telephone keys have 32 bytes")
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._current = current
        self._index_key = index_key
        self._region = region
        self.key_marks: Mapping[str, str] = {
            "phone index": key_mark(index_key),
            **{f"phone {name}": key_mark(key) for name, key in keys.items()},
        }
        """A mark of each key by its name, to notice a wrong one before anything is written."""

    def seal(self, raw: str) -> SealedPhone | None:
        """Return the stored form of a caller's number, ``None`` when it is no number."""
        number = normalise(raw, self._region)
        if number is None:
            return None
        nonce = os.urandom(_NONCE_BYTES)
        body = nonce + self._ciphers[self._current].encrypt(nonce, number.encode(), _PURPOSE)
        return SealedPhone(
            f"{self._current}.{base64.urlsafe_b64encode(body).decode()}", self._index(number)
        )

    def index(self, raw: str) -> str | None:
        """Return the index of a caller's number alone, ``None`` when it is no number."""
        number = normalise(raw, self._region)
        return None if number is None else self._index(number)

    def open(self, sealed: str) -> str:
        """Return the number in E.164. Raises ``WrongKey``."""
        name, _, body = sealed.partition(".")
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise WrongKey(f"there is no telephone key called {name[:16]!r}")
        try:
            content = base64.urlsafe_b64decode(body)
            return cipher.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], _PURPOSE).decode()
        except (InvalidTag, ValueError) as fault:
            raise WrongKey(f"the telephone key {name!r} does not open this number") from fault

    def _index(self, number: str) -> str:
        return hmac.digest(self._index_key, number.encode(), hashlib.sha256)[:16].hex()


def key_mark(key: bytes) -> str:
    """Return something that tells keys apart and does not tell the key."""
    return hmac.digest(key, b"sahayata key mark", hashlib.sha256)[:8].hex()
