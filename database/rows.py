"""What both databases do the same way but spell differently."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

from database.prepared import Prepared


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> int | str | None:
    """Insert a row unless one like it is there; return its primary key, ``None`` if it was there.

    "Like it" is whatever a unique constraint of the table says.
    """
    made = _insert_new(table, tuple(values)).one(connection, values)
    found: int | str | None = made[0] if made else None
    return found


@cache
def _insert_new(table: Table, columns: tuple[str, ...]) -> Prepared:
    def make(dialect: str) -> Insert:
        kind = postgresql if dialect == "postgresql" else sqlite
        insert: Insert = kind.insert(table).on_conflict_do_nothing()
        return insert.returning(*table.primary_key.columns)

    return Prepared(make, columns)
