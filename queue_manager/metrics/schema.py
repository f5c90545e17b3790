"""The tables of roll-ups: sums by half-hour and by day, for queues and for operators.

They hold nothing that the journal does not say, and may be emptied at any time.
"""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any, Final

from sqlalchemy import Column, Date, Float, Integer, String, Table
from sqlalchemy.types import TypeEngine

from database.columns import Utc, metadata
from queue_manager.journal.schema import NAME_LENGTH
from queue_manager.metrics.operator_time import OperatorTime
from queue_manager.metrics.tally import Tally


def _sums(of: type[Tally | OperatorTime]) -> list[Column[Any]]:
    return [Column(field.name, _kind(field), nullable=False) for field in fields(of)]


def _kind(field: Field[Any]) -> TypeEngine[Any]:
    return Integer() if field.type == "int" else Float()


def _table(name: str, start: TypeEngine[Any], whose: str, of: type[Tally | OperatorTime]) -> Table:
    return Table(
        name,
        metadata,
        Column("start", start, primary_key=True),
        Column(whose, String(NAME_LENGTH), primary_key=True),
        *_sums(of),
    )


queue_half_hours: Final = _table("queue_half_hours", Utc(), "queue", Tally)
queue_days: Final = _table("queue_days", Date(), "queue", Tally)
"""``start`` is the day of the district's own calendar."""
operator_half_hours: Final = _table("operator_half_hours", Utc(), "operator", OperatorTime)
operator_days: Final = _table("operator_days", Date(), "operator", OperatorTime)
