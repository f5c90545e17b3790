"""The table of the journal, and the two small ones beside it.

Rows of ``journal`` are added, and removed when they are older than ``journal_pruned`` says; nothing
else, held by triggers. ``key`` is unique: what is told twice is there once.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, Index, String, Table, text

from database.columns import Utc, id_column, metadata
from queue_manager.journal.visits import VISIT_LENGTH

KEY_LENGTH: Final = 160
CALL_ID_LENGTH: Final = 128
NAME_LENGTH: Final = 48
DETAIL_LENGTH: Final = 64
TICKET_LENGTH: Final = 10


def _some(name: str, *columns: str, of: str) -> Index:
    """Return an index of some rows: a question must have the very words of ``of`` to use it."""
    return Index(name, *columns, sqlite_where=text(of), postgresql_where=text(of))


OF_STATES: Final = "kind = 'state'"
OF_JOININGS: Final = "kind = 'joined'"
OF_VISITS: Final = "visit <> ''"

journal: Final = Table(
    "journal",
    metadata,
    id_column(),
    Column("key", String(KEY_LENGTH), nullable=False, unique=True),
    Column("at", Utc(), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("queue", String(NAME_LENGTH), nullable=False),
    Column("operator", String(NAME_LENGTH), nullable=False),
    Column("visit", String(VISIT_LENGTH), nullable=False),
    Column("call_id", String(CALL_ID_LENGTH), nullable=False),
    Column("ticket", String(TICKET_LENGTH), nullable=False),
    Column("seconds", Float()),
    Column("detail", String(DETAIL_LENGTH), nullable=False),
    Index("ix_journal_kind_at", "kind", "at"),
    _some("ix_journal_operator_at", "operator", "at", of=OF_STATES),
    _some("ix_journal_visit", "visit", of=OF_VISITS),
    _some("ix_journal_call_id", "call_id", of=OF_JOININGS),
)
"""One row for each ``queue_manager.journal.entry.Entry``."""

journal_marks: Final = Table(
    "journal_marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", Utc(), nullable=False),
)
"""``heard``: up to when the journal says all there was. What came after it, and is not in it, was
lost with the process that should have written it: the next one notes that span as a gap."""

journal_pruned: Final = Table(
    "journal_pruned",
    metadata,
    Column("until", Utc(), primary_key=True),
    Column("answer_within_s", Float(), nullable=False),
    Column("short_s", Float(), nullable=False),
)
"""Up to when the roll-ups stand for the journal, and by which thresholds they were counted: one row
for each span of the same ones, from the row before it. A day before the last is the latest that a
line may be removed of."""

dirty_half_hours: Final = Table(
    "dirty_half_hours",
    metadata,
    Column("start", Utc(), primary_key=True),
    Column("mark", String(32), nullable=False),
)
"""Half-hours whose roll-up is older than the journal. ``mark`` differs each time one is marked, so
that who has just worked one out takes back no mark that came meanwhile."""
