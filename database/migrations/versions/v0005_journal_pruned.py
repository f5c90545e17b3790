"""Lines of the journal may be removed when roll-ups stand for them; smaller indexes."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXES: Final = (
    ("ix_journal_operator_at", ["operator", "at"], "kind = 'state'"),
    ("ix_journal_visit", ["visit"], "visit <> ''"),
    ("ix_journal_call_id", ["call_id"], "kind = 'joined'"),
)

_SQLITE: Final = (
    "DROP TRIGGER journal_no_delete",
    # No comparison is true where nothing was pruned yet, and no line may go then.
    """CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
    WHEN (old.at < (SELECT max(until) FROM journal_pruned)) IS NOT TRUE
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
_SQLITE_BACK: Final = (
    "DROP TRIGGER journal_no_delete",
    """CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
_POSTGRESQL: Final = (
    "DROP TRIGGER journal_append_only ON journal",
    """CREATE TRIGGER journal_append_only BEFORE UPDATE OR TRUNCATE
    ON journal FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()""",
    """CREATE FUNCTION journal_pruned_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM gone
                   WHERE (at < (SELECT max(until) FROM journal_pruned)) IS NOT TRUE) THEN
            RAISE EXCEPTION 'the journal is append-only';
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER journal_pruned_only AFTER DELETE ON journal
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION journal_pruned_only()""",
)
_POSTGRESQL_BACK: Final = (
    "DROP TRIGGER journal_pruned_only ON journal",
    "DROP FUNCTION journal_pruned_only()",
    "DROP TRIGGER journal_append_only ON journal",
    """CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON journal FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()""",
)


def upgrade() -> None:
    """Make what says how far the journal is pruned, and let what lies before it go."""
    op.create_table(
        "journal_pruned",
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_within_s", sa.Float(), nullable=False),
        sa.Column("short_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("until", name="pk_journal_pruned"),
    )
    for name, columns, of in INDEXES:
        op.drop_index(name, "journal")
        some = sa.text(of)
        op.create_index(name, "journal", columns, sqlite_where=some, postgresql_where=some)
    for statement in _POSTGRESQL if _on_postgresql() else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Let nothing be removed again."""
    for statement in _POSTGRESQL_BACK if _on_postgresql() else _SQLITE_BACK:
        op.execute(statement)
    for name, columns, _ in INDEXES:
        op.drop_index(name, "journal")
        op.create_index(name, "journal", columns)
    op.drop_table("journal_pruned")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
