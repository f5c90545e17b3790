"""The journal of the room, and the roll-ups made from it."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT: Final = sa.DateTime(timezone=True)

_COUNTS: Final = (
    *("offered", "answered", "answered_in_time", "answered_unseen"),
    *("abandoned", "abandoned_short", "abandoned_in_time", "timed_out", "called_back"),
    *("waiting", "waiting_late", "vanished", "handled", "missed"),
)
_SECONDS: Final = (
    *("wait_answered_s", "wait_abandoned_s", "wait_timed_out_s", "wait_called_back_s"),
    *("talk_s", "wrap_s"),
)
_STATES: Final = (*("talking_s", "holding_s", "wrap_up_s", "available_s", "ringing_s", "paused_s"),)

_SQLITE: Final = (
    """CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
_POSTGRESQL: Final = (
    """CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    """CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON journal FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()""",
)


def upgrade() -> None:
    """Make the journal with its triggers, and what lies beside it."""
    op.create_table(
        "journal",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("queue", sa.String(length=48), nullable=False),
        sa.Column("operator", sa.String(length=48), nullable=False),
        sa.Column("visit", sa.String(length=96), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("ticket", sa.String(length=10), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("detail", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sa.UniqueConstraint("key", name="uq_journal_key"),
    )
    op.create_index("ix_journal_kind_at", "journal", ["kind", "at"], unique=False)
    op.create_index("ix_journal_operator_at", "journal", ["operator", "at"], unique=False)
    op.create_index("ix_journal_visit", "journal", ["visit"], unique=False)
    op.create_index("ix_journal_call_id", "journal", ["call_id"], unique=False)
    op.create_table(
        "journal_marks",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_journal_marks"),
    )
    op.create_table(
        "dirty_half_hours",
        sa.Column("start", MOMENT, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("start", name="pk_dirty_half_hours"),
    )
    for size, moment in (("half_hours", MOMENT), ("days", sa.Date())):
        _make_rollups(size, moment)
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Remove everything."""
    for size in ("days", "half_hours"):
        op.drop_table(f"queue_{size}")
        op.drop_table(f"operator_{size}")
    for table in ("dirty_half_hours", "journal_marks", "journal"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION journal_append_only()")


def _make_rollups(size: str, start: sa.types.TypeEngine[Any]) -> None:
    op.create_table(
        f"queue_{size}",
        sa.Column("start", start, nullable=False),
        sa.Column("queue", sa.String(length=48), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        *(sa.Column(name, sa.Float(), nullable=False) for name in _SECONDS),
        sa.PrimaryKeyConstraint("start", "queue", name=f"pk_queue_{size}"),
    )
    op.create_table(
        f"operator_{size}",
        sa.Column("start", start, nullable=False),
        sa.Column("operator", sa.String(length=48), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in _STATES),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("answered", "missed")),
        sa.PrimaryKeyConstraint("start", "operator", name=f"pk_operator_{size}"),
    )
