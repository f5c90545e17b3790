"""The tables of duty. ``database.migrations`` makes them; a test holds the two equal."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from database.columns import BIG, Utc, id_column, metadata

duty: Final = Table(
    "duty",
    metadata,
    Column("extension", String(8), primary_key=True),
    Column("change", BIG, nullable=False),
    Column("signed_on", Boolean(), nullable=False),
    Column("since", Utc(), nullable=False),
    Column("queues", Text(), nullable=False),
    Column("pause_reason", String(32), nullable=False),
    Column("paused_since", Utc()),
    Column("wrap_up_until", Utc()),
    Column("missed", Integer(), nullable=False),
)
"""A cache of the history: what each operator declared last. ``change`` is the line of
``duty_changes`` that made it so."""

duty_changes: Final = Table(
    "duty_changes",
    metadata,
    id_column(),
    Column("extension", String(8), nullable=False),
    Column("at", Utc(), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("who", String(64), nullable=False),
    Column("why", String(200), nullable=False),
    Column("body", Text(), nullable=False),
    Index("ix_duty_changes_extension_id", "extension", "id"),
)
"""Append-only: each change with who did it and why, and how it was afterwards."""

pin_attempts: Final = Table(
    "pin_attempts",
    metadata,
    id_column(),
    Column("telephone", String(64), nullable=False),
    Column("extension", String(8), nullable=False),
    Column("admitted", Boolean(), nullable=False),
    Column("at", Utc(), nullable=False, index=True),
    Index("ix_pin_attempts_telephone_at", "telephone", "at"),
)
"""Who tried a PIN from where, for as long as that counts against a limit. ``telephone`` is an
extension or a keyed mark, never a number."""
