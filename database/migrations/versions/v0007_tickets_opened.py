"""The tickets of a day are found by when they were opened, for the figures of promises."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NAME: Final = "ix_tickets_opened_at"


def upgrade() -> None:
    """Add the index."""
    op.create_index(NAME, "tickets", ["opened_at"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index(NAME, "tickets")
