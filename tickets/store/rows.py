"""What both databases do the same way but spell differently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> int | None:
    """Insert a row unless one like it is there, and return its id; ``None`` when it is there.

    "Like it" is whatever a unique constraint of the table says. For a table without an ``id`` the
    value of a new row is 0.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    if "id" not in table.c:
        return 0 if connection.execute(statement).rowcount == 1 else None
    found: int | None = connection.scalar(statement.returning(table.c.id))
    return found
