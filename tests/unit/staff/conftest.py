"""A store for these tests, on SQLite and on PostgreSQL."""

from tests.support.ticket_store import (
    clock,
    migrated_postgres,
    migrated_sqlite,
    postgres,
    register,
    store,
    store_url,
    stores,
)

__all__ = [
    "clock",
    "migrated_postgres",
    "migrated_sqlite",
    "postgres",
    "register",
    "store",
    "store_url",
    "stores",
]
