"""The first tables: calls, tickets with their numbers and history, and what guards them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT: Final = sa.DateTime(timezone=True)

_SQLITE: Final = (
    """CREATE TRIGGER ticket_events_no_update BEFORE UPDATE ON ticket_events
    BEGIN SELECT RAISE(ABORT, 'the history of a ticket is append-only'); END""",
    """CREATE TRIGGER ticket_events_no_delete BEFORE DELETE ON ticket_events
    BEGIN SELECT RAISE(ABORT, 'the history of a ticket is append-only'); END""",
)
_POSTGRESQL: Final = (
    """CREATE FUNCTION ticket_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the history of a ticket is append-only'; END $$""",
    """CREATE TRIGGER ticket_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ticket_events FOR EACH STATEMENT EXECUTE FUNCTION ticket_events_append_only()""",
)


def upgrade() -> None:
    """Make the tables, the counters and the triggers."""
    _make_calls()
    _make_tickets()
    _make_guards()
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Remove everything."""
    for table in (
        "ticket_numbers",
        "ticket_events",
        "call_backs",
        "tickets",
        "calls",
        "status_attempts",
        "number_blocks",
        "key_marks",
        "intake",
        "counters",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ticket_events_append_only()")


def _make_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("sip_call_id", sa.String(length=128), nullable=False),
        sa.Column("caller_sealed", sa.String(length=160), nullable=True),
        sa.Column("caller_index", sa.String(length=32), nullable=True),
        sa.Column("dialled", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("entry", sa.String(length=48), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("category", sa.String(length=48), nullable=False),
        sa.Column("queue", sa.String(length=48), nullable=False),
        sa.Column("ending", sa.String(length=32), nullable=False),
        sa.Column("last_node", sa.String(length=48), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("queue_how", sa.String(length=16), nullable=False),
        sa.Column("wait_s", sa.Float(), nullable=True),
        sa.Column("talk_s", sa.Float(), nullable=True),
        sa.Column("operator", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("call_id", name="uq_calls_call_id"),
    )
    op.create_index(
        "ix_calls_caller_index_arrived_at", "calls", ["caller_index", "arrived_at"], unique=False
    )
    op.create_index("ix_calls_sip_call_id", "calls", ["sip_call_id"], unique=False)


def _make_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("call", BIG, nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=48), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("queue", sa.String(length=48), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("caller_index", sa.String(length=32), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=True),
        sa.Column("promised_by", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_tickets_call"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("call", name="uq_tickets_call"),
        sa.UniqueConstraint("number", name="uq_tickets_number"),
    )
    op.create_index("ix_tickets_caller_index_id", "tickets", ["caller_index", "id"], unique=False)
    op.create_table(
        "call_backs",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("call", BIG, nullable=False),
        sa.Column("ticket", BIG, nullable=True),
        sa.Column("recording", sa.String(length=512), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_call_backs_call"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_call_backs_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_call_backs"),
        sa.UniqueConstraint("call", "recording", name="uq_call_backs_call_recording"),
    )
    op.create_index("ix_call_backs_ticket", "call_backs", ["ticket"], unique=False)
    op.create_table(
        "ticket_events",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("ticket", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_ticket_events_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_events"),
    )
    op.create_index("ix_ticket_events_ticket_id", "ticket_events", ["ticket", "id"], unique=False)
    op.create_table(
        "ticket_numbers",
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("ticket", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_ticket_numbers_ticket"),
        sa.PrimaryKeyConstraint("number", name="pk_ticket_numbers"),
    )
    op.create_index("ix_ticket_numbers_ticket", "ticket_numbers", ["ticket"], unique=False)


def _make_guards() -> None:
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "intake",
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_intake"),
    )
    op.create_table(
        "key_marks",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_key_marks"),
    )
    op.create_table(
        "number_blocks",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("start", BIG, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_number_blocks"),
        sa.UniqueConstraint("start", name="uq_number_blocks_start"),
    )
    op.create_table(
        "status_attempts",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("caller_index", sa.String(length=32), nullable=True),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_status_attempts"),
    )
    op.create_index("ix_status_attempts_at", "status_attempts", ["at"], unique=False)
    op.create_index("ix_status_attempts_call_id", "status_attempts", ["call_id"], unique=False)
    op.bulk_insert(
        counters, [{"name": "numbers", "value": 0}, {"name": "status_attempts", "value": 0}]
    )
