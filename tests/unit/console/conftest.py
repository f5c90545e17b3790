"""The store for these tests, on SQLite and PostgreSQL."""

from tests.support.ticket_store import (
    migrated_postgres,
    migrated_sqlite,
    postgres,
    store,
    store_url,
    stores,
)

__all__ = ["migrated_postgres", "migrated_sqlite", "postgres", "store", "store_url", "stores"]
