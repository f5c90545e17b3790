"""The browsers that a user logged in with before, in a transaction of the caller's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from console.schema import devices
from console.tokens import mark, new_token

KNOWN_FOR: Final = timedelta(days=180)
MOST_DEVICES: Final = 20


def is_known(connection: Connection, user: int, token: str, now: datetime) -> bool:
    """Tell whether the user logged in before in the browser that holds this token."""
    wanted = select(devices.c.id).where(
        devices.c.user == user,
        devices.c.token_mark == mark(token),
        devices.c.seen_at > now - KNOWN_FOR,
    )
    return connection.scalar(wanted) is not None


def remember(connection: Connection, user: int, now: datetime, *, instead_of: str) -> str:
    """Return a new token for a browser, in the place of its old one; the oldest are forgotten."""
    token = new_token()
    connection.execute(insert(devices), {"user": user, "token_mark": mark(token), "seen_at": now})
    connection.execute(
        delete(devices).where(devices.c.user == user, devices.c.token_mark == mark(instead_of))
    )
    newest = (
        select(devices.c.id)
        .where(devices.c.user == user)
        .order_by(devices.c.id.desc())
        .limit(MOST_DEVICES)
    )
    kept = list(connection.scalars(newest))
    connection.execute(delete(devices).where(devices.c.user == user, devices.c.id.not_in(kept)))
    return token


def forget(connection: Connection, user: int, *, but: str = "") -> None:
    """Forget every browser of a user, ``but`` the one that holds a token."""
    connection.execute(
        delete(devices).where(devices.c.user == user, devices.c.token_mark != mark(but))
    )
