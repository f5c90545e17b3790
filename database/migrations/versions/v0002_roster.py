"""The roster of operators, who sits when, and what each declared to be doing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT: Final = sa.DateTime(timezone=True)
APPEND_ONLY: Final = ("roster_changes", "duty_changes")


def upgrade() -> None:
    """Make the tables, and the triggers that keep the histories."""
    _make_roster()
    _make_duty()
    for statement in _guards(postgresql=op.get_bind().dialect.name == "postgresql"):
        op.execute(statement)


def downgrade() -> None:
    """Remove everything."""
    for table in (
        "sittings",
        "operator_leave",
        "operator_queues",
        "operators",
        "roster_changes",
        "duty",
        "duty_changes",
        "pin_attempts",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION room_append_only()")


def _guards(*, postgresql: bool) -> Iterator[str]:
    if postgresql:
        yield """CREATE FUNCTION room_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'this history is append-only'; END $$"""
    for table in APPEND_ONLY:
        if postgresql:
            yield f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
                ON {table} FOR EACH STATEMENT EXECUTE FUNCTION room_append_only()"""
            continue
        for change in ("UPDATE", "DELETE"):
            yield f"""CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}
                BEGIN SELECT RAISE(ABORT, 'this history is append-only'); END"""


def _make_roster() -> None:
    op.create_table(
        "operators",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("extension", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_hi", sa.String(length=80), nullable=False),
        sa.Column("pin_mark", sa.String(length=128), nullable=False),
        sa.Column("languages", sa.String(length=80), nullable=False),
        sa.Column("supervisor", sa.Boolean(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_operators"),
        sa.UniqueConstraint("extension", name="uq_operators_extension"),
    )
    op.create_table(
        "operator_queues",
        sa.Column("operator", BIG, nullable=False),
        sa.Column("queue", sa.String(length=32), nullable=False),
        sa.Column("penalty", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["operator"], ["operators.id"], name="fk_operator_queues_operator"),
        sa.PrimaryKeyConstraint("operator", "queue", name="pk_operator_queues"),
    )
    op.create_table(
        "operator_leave",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("operator", BIG, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["operator"], ["operators.id"], name="fk_operator_leave_operator"),
        sa.PrimaryKeyConstraint("id", name="pk_operator_leave"),
    )
    op.create_index("ix_operator_leave_operator", "operator_leave", ["operator"], unique=False)
    op.create_table(
        "sittings",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("operator", BIG, nullable=False),
        sa.ForeignKeyConstraint(["operator"], ["operators.id"], name="fk_sittings_operator"),
        sa.PrimaryKeyConstraint("id", name="pk_sittings"),
        sa.UniqueConstraint("day", "shift", "operator", name="uq_sittings_day_shift_operator"),
    )
    op.create_index("ix_sittings_day", "sittings", ["day"], unique=False)
    op.create_index("ix_sittings_operator", "sittings", ["operator"], unique=False)
    op.create_table(
        "roster_changes",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roster_changes"),
    )


def _make_duty() -> None:
    op.create_table(
        "duty",
        sa.Column("extension", sa.String(length=8), nullable=False),
        sa.Column("change", BIG, nullable=False),
        sa.Column("signed_on", sa.Boolean(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("queues", sa.Text(), nullable=False),
        sa.Column("pause_reason", sa.String(length=32), nullable=False),
        sa.Column("paused_since", MOMENT, nullable=True),
        sa.Column("wrap_up_until", MOMENT, nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("extension", name="pk_duty"),
    )
    op.create_table(
        "duty_changes",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("extension", sa.String(length=8), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_duty_changes"),
    )
    op.create_index(
        "ix_duty_changes_extension_id", "duty_changes", ["extension", "id"], unique=False
    )
    op.create_table(
        "pin_attempts",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("telephone", sa.String(length=64), nullable=False),
        sa.Column("extension", sa.String(length=8), nullable=False),
        sa.Column("admitted", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pin_attempts"),
    )
    op.create_index("ix_pin_attempts_at", "pin_attempts", ["at"], unique=False)
    op.create_index(
        "ix_pin_attempts_telephone_at", "pin_attempts", ["telephone", "at"], unique=False
    )
