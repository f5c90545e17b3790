"""The tables of the roster. ``database.migrations`` makes them; a test holds the two equal."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from database.columns import BIG, Utc, id_column, metadata

operators: Final = Table(
    "operators",
    metadata,
    id_column(),
    Column("extension", String(8), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("name_hi", String(80), nullable=False),
    Column("pin_mark", String(128), nullable=False),
    Column("languages", String(80), nullable=False),
    Column("supervisor", Boolean(), nullable=False),
    Column("left_on", Date()),
)
"""One row for each extension that was ever on the roster; ``left_on`` is of who is there no more.
``pin_mark`` is keyed and tells nothing without the secrets."""

operator_queues: Final = Table(
    "operator_queues",
    metadata,
    Column("operator", BIG, ForeignKey("operators.id"), primary_key=True),
    Column("queue", String(32), primary_key=True),
    Column("penalty", Integer(), nullable=False),
)
"""Which queues an operator serves; the lowest penalty is rung first."""

operator_leave: Final = Table(
    "operator_leave",
    metadata,
    id_column(),
    Column("operator", BIG, ForeignKey("operators.id"), nullable=False, index=True),
    Column("first", Date(), nullable=False),
    Column("last", Date(), nullable=False),
)
"""Days on which an operator is not there, both ends included."""

sittings: Final = Table(
    "sittings",
    metadata,
    id_column(),
    Column("day", Date(), nullable=False),
    Column("shift", String(32), nullable=False),
    Column("operator", BIG, ForeignKey("operators.id"), nullable=False, index=True),
    UniqueConstraint("day", "shift", "operator", name="uq_sittings_day_shift_operator"),
    Index("ix_sittings_day", "day"),
)
"""Who sits when. ``day`` is the day of the district on which the shift begins."""

roster_changes: Final = Table(
    "roster_changes",
    metadata,
    id_column(),
    Column("at", Utc(), nullable=False),
    Column("who", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("why", String(200), nullable=False),
    Column("body", Text(), nullable=False),
)
"""Append-only: every import and swap, with who did it."""
