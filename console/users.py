"""Users of the console and their sessions, as values: who somebody is, and what they may do."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

NAME: Final = re.compile(r"[^\s\x00-\x1f\x7f<>&\"'`/\\]{1,40}")
SHIFT: Final = timedelta(hours=12)
WALL: Final = timedelta(days=90)
"""A screen on a wall has nobody to log in each morning; it can only look."""


class Role(StrEnum):
    """What a user may do."""

    VIEWER = "viewer"
    """Look at the wall."""
    SUPERVISOR = "supervisor"
    """See tickets, and act on operators."""
    ADMIN = "admin"
    """Read the record of deeds, too."""

    @property
    def acts(self) -> bool:
        """Whether this one may do deeds."""
        return self is not Role.VIEWER

    @property
    def lasts(self) -> timedelta:
        """How long a log-in is good for."""
        return WALL if self is Role.VIEWER else SHIFT


@dataclass(frozen=True, slots=True)
class User:
    """One who may log in."""

    id: int
    name: str
    role: Role
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Who is logged in, and until when."""

    id: int
    user: User
    expires_at: datetime


def clean_name(name: str) -> str:
    """Return the name as it is stored. Raises ``ValueError``."""
    plain = unicodedata.normalize("NFC", name).strip().casefold()
    if not NAME.fullmatch(plain) or not plain.isprintable():
        raise ValueError("a name has 1 to 40 letters, digits or signs, and no spaces")
    return plain
