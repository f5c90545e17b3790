"""Users of the console, their sessions and browsers, and the append-only record of deeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and the triggers that keep the record."""
    op.create_table(
        "console_users",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_console_users"),
        sa.UniqueConstraint("name", name="uq_console_users_name"),
    )
    _make_of_user(
        "console_sessions",
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
    )
    op.create_index(
        "ix_console_sessions_user_created_at",
        "console_sessions",
        ["user", "created_at"],
        unique=False,
    )
    _make_of_user("console_devices", sa.Column("seen_at", MOMENT, nullable=False))
    op.create_index("ix_console_devices_user", "console_devices", ["user"], unique=False)
    op.create_table(
        "console_audit",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("whom", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("answers", BIG, nullable=True),
        sa.ForeignKeyConstraint(["answers"], ["console_audit.id"], name="fk_console_audit_answers"),
        sa.PrimaryKeyConstraint("id", name="pk_console_audit"),
    )
    op.create_index("ix_console_audit_answers", "console_audit", ["answers"], unique=False)
    for statement in _guards(postgresql=op.get_bind().dialect.name == "postgresql"):
        op.execute(statement)


def downgrade() -> None:
    """Remove everything."""
    for table in ("console_audit", "console_devices", "console_sessions", "console_users"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION console_audit_append_only()")


def _make_of_user(table: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user", BIG, nullable=False),
        sa.Column("token_mark", sa.String(length=64), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["user"], ["console_users.id"], name=f"fk_{table}_user", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("token_mark", name=f"uq_{table}_token_mark"),
    )


def _guards(*, postgresql: bool) -> Iterator[str]:
    if not postgresql:
        for change in ("UPDATE", "DELETE"):
            yield f"""CREATE TRIGGER console_audit_no_{change.lower()}
                BEFORE {change} ON console_audit
                BEGIN SELECT RAISE(ABORT, 'the record of deeds is append-only'); END"""
        return
    yield """CREATE FUNCTION console_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the record of deeds is append-only'; END $$"""
    yield """CREATE TRIGGER console_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
        ON console_audit FOR EACH STATEMENT EXECUTE FUNCTION console_audit_append_only()"""
