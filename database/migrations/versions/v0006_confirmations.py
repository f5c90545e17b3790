"""What citizens said when they were asked is found by its time, among all that happened."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAME: Final = "ix_ticket_events_confirmed"
SOME: Final = sa.text("kind = 'confirmed'")


def upgrade() -> None:
    """Add the index; it holds these events only."""
    op.create_index(NAME, "ticket_events", ["at"], sqlite_where=SOME, postgresql_where=SOME)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(NAME, "ticket_events")
