"""The store of tickets for these tests."""

from tests.support.ticket_store import (
    clock,
    desk,
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
    "desk",
    "migrated_postgres",
    "migrated_sqlite",
    "postgres",
    "register",
    "store",
    "store_url",
    "stores",
]
