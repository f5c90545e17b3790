"""Putting transactions in a line: where two at once would each see room for one more."""

from __future__ import annotations

import zlib

from sqlalchemy import Connection, text


def in_a_line(connection: Connection, what: str) -> None:
    """Wait until no other transaction that writes ``what`` goes on, and keep others waiting.

    SQLite has one writer at a time anyway; PostgreSQL holds an advisory lock to the end of the
    transaction.
    """
    if connection.dialect.name == "postgresql":
        lock = zlib.crc32(what.encode())
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
