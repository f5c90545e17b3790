"""Who may log in and who is logged in, on the store. All of it blocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from console import browsers
from console import sessions as of_users
from console.schema import devices, sessions, users
from console.tokens import mark
from console.users import Role, Session, User
from database.engine import reading, writing


class NameTaken(Exception):
    """There is such a user already."""


class NoSuchUser(Exception):
    """There is no such user."""


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
            _change(connection, user, password_hash)
            browsers.forget(connection, user)
            of_users.end_all(connection, user, self._now())

    def change_own(self, session: Session, password_hash: str, device: str) -> None:
        """Change the password of who is logged in; every other session and browser ends."""
        user = session.user.id
        with writing(self._engine) as connection:
            _change(connection, user, password_hash)
            browsers.forget(connection, user, but=device)
            of_users.end_all(connection, user, self._now(), but=session.id)

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
            browser = browsers.is_known(connection, wanted, device, now)
            return browser, of_users.was_at(connection, wanted, address, now)

    def begin(self, user: User, address: str, known: str = "") -> tuple[str, str]:
        """Begin a session; return its token, and one that makes the browser known.

        ``known`` is the token that the browser had; the new one is in its place.
        """
        now = self._now()
        with writing(self._engine) as connection:
            token = of_users.begin(connection, user, address, now)
            return token, browsers.remember(connection, user.id, now, instead_of=known)

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


def _change(connection: Connection, user: int, password_hash: str) -> None:
    connection.execute(update(users).where(users.c.id == user).values(password=password_hash))


def _user(row: Any) -> User:  # noqa: ANN401 - SQLAlchemy gives rows no type
    return User(row.id, row.name, Role(row.role), row.created_at)
