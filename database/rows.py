"""What both databases do the same way but spell differently."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> int | str | None:
    """Insert a row unless one like it is there; return its primary key, ``None`` if it was there.

    "Like it" is whatever a unique constraint of the table says.
    """
    found: int | str | None = connection.scalar(_insert_new(connection.dialect.name, table), values)
    return found


@cache  # to build a statement costs more than to run it
def _insert_new(dialect: str, table: Table) -> Executable:
    kind = postgresql if dialect == "postgresql" else sqlite
    insert = kind.insert(table).on_conflict_do_nothing()
    statement: Executable = insert.returning(*table.primary_key.columns)
    return statement
