"""The tables of the console. ``database.migrations`` makes them; a test holds the two equal."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table

from database.columns import BIG, Utc, id_column, metadata

users: Final = Table(
    "console_users",
    metadata,
    id_column(),
    Column("name", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password", String(200), nullable=False),
    Column("created_at", Utc(), nullable=False),
)
"""Who may log in; ``password`` is an argon2id hash, ``name`` is in small letters."""

sessions: Final = Table(
    "console_sessions",
    metadata,
    id_column(),
    Column("user", BIG, ForeignKey("console_users.id", ondelete="CASCADE"), nullable=False),
    Column("token_mark", String(64), nullable=False, unique=True),
    Column("address", String(64), nullable=False),
    Column("created_at", Utc(), nullable=False),
    Column("expires_at", Utc(), nullable=False),
    Column("ended_at", Utc()),
    Index("ix_console_sessions_user_created_at", "user", "created_at"),
)
"""One row for each log-in. The token itself is in the browser only; here is its SHA-256."""

devices: Final = Table(
    "console_devices",
    metadata,
    id_column(),
    Column("user", BIG, ForeignKey("console_users.id", ondelete="CASCADE"), nullable=False),
    Column("token_mark", String(64), nullable=False, unique=True),
    Column("seen_at", Utc(), nullable=False),
    Index("ix_console_devices_user", "user"),
)
"""Browsers in which a user logged in before: strangers' failures do not delay them."""

audit: Final = Table(
    "console_audit",
    metadata,
    id_column(),
    Column("at", Utc(), nullable=False),
    Column("who", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("what", String(32), nullable=False),
    Column("whom", String(64), nullable=False),
    Column("queue", String(32), nullable=False),
    Column("why", String(200), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("said", String(200), nullable=False),
    Column("answers", BIG, ForeignKey("console_audit.id"), index=True),
)
"""Append-only. A deed has two rows: ``asked`` before it is done, and one that ``answers`` it."""
