"""The sessions of users, in a transaction of the caller's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from console.schema import sessions
from console.tokens import mark, new_token
from console.users import WALL, User

ADDRESS_KNOWN_FOR: Final = timedelta(days=30)


def begin(connection: Connection, user: User, address: str, now: datetime) -> str:
    """Begin one and return its token; those long over are forgotten."""
    token = new_token()
    connection.execute(
        delete(sessions).where(sessions.c.user == user.id, sessions.c.expires_at < now - WALL)
    )
    row = {"user": user.id, "token_mark": mark(token), "address": address, "created_at": now}
    connection.execute(insert(sessions), row | {"expires_at": now + user.role.lasts})
    return token


def end_all(connection: Connection, user: int, now: datetime, *, but: int | None = None) -> None:
    """End every session of a user, ``but`` for one."""
    running = update(sessions).where(sessions.c.user == user, sessions.c.ended_at.is_(None))
    if but is not None:
        running = running.where(sessions.c.id != but)
    connection.execute(running.values(ended_at=now))


def was_at(connection: Connection, user: int, address: str, now: datetime) -> bool:
    """Tell whether the user logged in from this address of late."""
    wanted = select(sessions.c.id).where(
        sessions.c.user == user,
        sessions.c.address == address,
        sessions.c.created_at > now - ADDRESS_KNOWN_FOR,
    )
    return connection.scalar(wanted.limit(1)) is not None
