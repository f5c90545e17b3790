"""Who may log in, their sessions, and the browsers they used before. All of it blocks."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from console.schema import devices, sessions, users
from database.engine import reading, writing

NAME: Final = re.compile(r"[^\s\x00-\x1f\x7f<>&\"'`/\\]{1,40}")
SHIFT: Final = timedelta(hours=12)
WALL: Final = timedelta(days=90)
"""A screen on a wall has nobody to log in each morning; it can only look."""
KNOWN_FOR: Final = timedelta(days=180)
ADDRESS_KNOWN_FOR: Final = timedelta(days=30)
MOST_DEVICES: Final = 20


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


class NameTaken(Exception):
    """There is such a user already."""


class NoSuchUser(Exception):
    """There is no such user."""


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


def mark(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Accounts:
    """The tables of users, sessions and devices. Everything may raise ``StoreUnavailable``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def add(self, name: str, role: Role, password_hash: str) -> None:
        """Add a user. Raises ``NameTaken``."""
        row = {"name": name, "role": role.value, "password": password_hash}
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(users), row | {"created_at": self._now()})
        except IntegrityError as taken:
            raise NameTaken(name) from taken

    def remove(self, name: str) -> None:
        """Remove a user, and end every session of theirs. Raises ``NoSuchUser``."""
        with writing(self._engine) as connection:
            user = _id_of(connection, name)
            for table in (sessions, devices):
                connection.execute(delete(table).where(table.c.user == user))
            connection.execute(delete(users).where(users.c.id == user))

    def set_password(self, name: str, password_hash: str) -> None:
        """Change a password, and end every session. Raises ``NoSuchUser``."""
        with writing(self._engine) as connection:
            user = _id_of(connection, name)
            connection.execute(
                update(users).where(users.c.id == user).values(password=password_hash)
            )
            connection.execute(delete(devices).where(devices.c.user == user))
            connection.execute(
                update(sessions)
                .where(sessions.c.user == user, sessions.c.ended_at.is_(None))
                .values(ended_at=self._now())
            )

    def change_own(self, session: Session, password_hash: str, device: str) -> None:
        """Change the password of who is logged in; every other session and browser ends."""
        user = session.user.id
        with writing(self._engine) as connection:
            connection.execute(
                update(users).where(users.c.id == user).values(password=password_hash)
            )
            connection.execute(
                delete(devices).where(devices.c.user == user, devices.c.token_mark != mark(device))
            )
            connection.execute(
                update(sessions)
                .where(
                    sessions.c.user == user,
                    sessions.c.id != session.id,
                    sessions.c.ended_at.is_(None),
                )
                .values(ended_at=self._now())
            )

    def all(self) -> list[User]:
        """List the users by name."""
        with reading(self._engine) as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.name))]

    def find(self, name: str) -> tuple[User, str] | None:
        """Find a user with the hash of the password."""
        with reading(self._engine) as connection:
            row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
            return (_user(row), row.password) if row else None

    def is_known(self, user: User | None, device: str, address: str) -> tuple[bool, bool]:
        """Tell whether the user logged in before in this browser, and from this address."""
        now, wanted = self._now(), user.id if user else 0
        with reading(self._engine) as connection:
            browser = connection.scalar(
                select(devices.c.id).where(
                    devices.c.user == wanted,
                    devices.c.token_mark == mark(device),
                    devices.c.seen_at > now - KNOWN_FOR,
                )
            )
            place = connection.scalar(
                select(sessions.c.id)
                .where(
                    sessions.c.user == wanted,
                    sessions.c.address == address,
                    sessions.c.created_at > now - ADDRESS_KNOWN_FOR,
                )
                .limit(1)
            )
        return browser is not None, place is not None

    def begin(self, user: User, address: str, known: str = "") -> tuple[str, str]:
        """Begin a session; return its token, and one that makes the browser known.

        ``known`` is the token that the browser had; the new one is in its place.
        """
        token, device, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), self._now()
        with writing(self._engine) as connection:
            connection.execute(
                delete(sessions).where(
                    sessions.c.user == user.id, sessions.c.expires_at < now - WALL
                )
            )
            connection.execute(
                insert(sessions),
                {
                    "user": user.id,
                    "token_mark": mark(token),
                    "address": address,
                    "created_at": now,
                    "expires_at": now + user.role.lasts,
                },
            )
            connection.execute(
                insert(devices), {"user": user.id, "token_mark": mark(device), "seen_at": now}
            )
            connection.execute(
                delete(devices).where(
                    devices.c.user == user.id, devices.c.token_mark == mark(known)
                )
            )
            newest = (
                select(devices.c.id)
                .where(devices.c.user == user.id)
                .order_by(devices.c.id.desc())
                .limit(MOST_DEVICES)
            )
            kept = list(connection.scalars(newest))
            connection.execute(
                delete(devices).where(devices.c.user == user.id, devices.c.id.not_in(kept))
            )
        return token, device

    def session(self, token: str) -> Session | None:
        """Find the session of a token, if it still holds."""
        wanted = (
            select(users, sessions.c.id.label("session"), sessions.c.expires_at)
            .join_from(sessions, users)
            .where(
                sessions.c.token_mark == mark(token),
                sessions.c.ended_at.is_(None),
                sessions.c.expires_at > self._now(),
            )
        )
        with reading(self._engine) as connection:
            row = connection.execute(wanted).one_or_none()
        return Session(row.session, _user(row), row.expires_at) if row else None

    def end(self, session: Session) -> None:
        """End a session."""
        with writing(self._engine) as connection:
            connection.execute(
                update(sessions).where(sessions.c.id == session.id).values(ended_at=self._now())
            )


def _id_of(connection: Connection, name: str) -> int:
    found = connection.scalar(select(users.c.id).where(users.c.name == name))
    if found is None:
        raise NoSuchUser(name)
    return int(found)


def _user(row: Any) -> User:  # noqa: ANN401 - SQLAlchemy gives rows no type
    return User(row.id, row.name, Role(row.role), row.created_at)
