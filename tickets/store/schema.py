"""The tables of tickets. ``database.migrations`` makes them; a test holds the two equal.

Times are UTC. Order comes from ids, never from times: a clock may be set back. What exists once
for each call or record is held by a unique constraint, so that many processes may write at once.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from database.columns import BIG, Utc, id_column, metadata

calls: Final = Table(
    "calls",
    metadata,
    id_column(),
    Column("call_id", String(128), nullable=False, unique=True),
    Column("sip_call_id", String(128), nullable=False, index=True),
    Column("caller_sealed", String(160)),
    Column("caller_index", String(32)),
    Column("dialled", String(32), nullable=False),
    Column("language", String(16), nullable=False),
    Column("entry", String(48), nullable=False),
    Column("arrived_at", Utc(), nullable=False),
    Column("category", String(48), nullable=False),
    Column("queue", String(48), nullable=False),
    Column("ending", String(32), nullable=False),
    Column("last_node", String(48), nullable=False),
    Column("ended_at", Utc()),
    Column("queue_how", String(16), nullable=False),
    Column("wait_s", Float()),
    Column("talk_s", Float()),
    Column("operator", String(64), nullable=False),
    Index("ix_calls_caller_index_arrived_at", "caller_index", "arrived_at"),
)
"""One row for each call, however many sessions it has; the last session's ending stands."""

tickets: Final = Table(
    "tickets",
    metadata,
    id_column(),
    Column("call", BIG, ForeignKey("calls.id"), nullable=False, unique=True),
    Column("number", String(10), nullable=False, unique=True),
    Column("category", String(48), nullable=False),
    Column("confidential", Boolean(), nullable=False),
    Column("queue", String(48), nullable=False),
    Column("state", String(24), nullable=False),
    Column("level", Integer(), nullable=False),
    Column("round", Integer(), nullable=False),
    Column("caller_index", String(32)),
    Column("opened_at", Utc(), nullable=False),
    Column("limit_minutes", Integer()),
    Column("promised_by", Utc()),
    Index("ix_tickets_caller_index_id", "caller_index", "id"),
    Index("ix_tickets_opened_at", "opened_at"),
)
"""A cache of the history, except for the call and the telephone it came from."""

ticket_numbers: Final = Table(
    "ticket_numbers",
    metadata,
    Column("number", String(10), primary_key=True),
    Column("ticket", BIG, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", Utc(), nullable=False),
)
"""Every number that leads to a ticket. The fall-back may have told a call a second one."""

ticket_events: Final = Table(
    "ticket_events",
    metadata,
    id_column(),
    Column("ticket", BIG, ForeignKey("tickets.id"), nullable=False),
    Column("at", Utc(), nullable=False),
    Column("who", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Text(), nullable=False),
    Index("ix_ticket_events_ticket_id", "ticket", "id"),
    Index(
        "ix_ticket_events_confirmed",
        "at",
        sqlite_where=text("kind = 'confirmed'"),
        postgresql_where=text("kind = 'confirmed'"),
    ),
)
"""The history: rows are added and nothing else, held by triggers."""

number_blocks: Final = Table(
    "number_blocks",
    metadata,
    id_column(),
    Column("holder", String(128), nullable=False),
    Column("start", BIG, nullable=False, unique=True),
    Column("size", Integer(), nullable=False),
    Column("at", Utc(), nullable=False),
)
"""Who was leased which part of the sequence of ticket numbers."""

counters: Final = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BIG, nullable=False),
)
"""Rows that are changed by one transaction at a time: ``numbers`` is the next free place of the
sequence, ``status_attempts`` puts the counting of attempts in a line."""

intake: Final = Table(
    "intake",
    metadata,
    Column("record_id", String(64), primary_key=True),
    Column("at", Utc(), nullable=False),
)
"""Records that have been taken in, from the desk or from the spool: each once."""

status_attempts: Final = Table(
    "status_attempts",
    metadata,
    id_column(),
    Column("call_id", String(128), nullable=False, index=True),
    Column("caller_index", String(32)),
    Column("own", Boolean(), nullable=False),
    Column("told", Boolean(), nullable=False),
    Column("at", Utc(), nullable=False, index=True),
)
"""Who asked for a status by number, for as long as that counts against a limit."""

call_backs: Final = Table(
    "call_backs",
    metadata,
    id_column(),
    Column("call", BIG, ForeignKey("calls.id"), nullable=False),
    Column("ticket", BIG, ForeignKey("tickets.id"), index=True),
    Column("recording", String(512), nullable=False),
    Column("seconds", Float(), nullable=False),
    Column("at", Utc(), nullable=False),
    UniqueConstraint("call", "recording", name="uq_call_backs_call_recording"),
)
"""Wishes to be called back; ``recording`` is the spoken message, "" without one."""

key_marks: Final = Table(
    "key_marks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("mark", String(32), nullable=False),
)
"""A mark of each key in use, so that a wrong one is noticed before anything is written with it."""
