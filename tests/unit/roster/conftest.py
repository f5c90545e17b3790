"""A small district, its terms, and a roster store on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from queue_manager.roster.model import RosterTerms, Shift
from queue_manager.roster.pin import Pins
from queue_manager.roster.store import RosterStore

MONDAY = date(2026, 6, 1)
TUESDAY = MONDAY + timedelta(days=1)
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=ZoneInfo("Asia/Kolkata")).astimezone(UTC)
PINS = Pins(b"k" * 32)


def terms_with(
    shifts: Mapping[str, tuple[int, int]] | None = None,
    minimum: Mapping[str, Mapping[str, int]] | None = None,
) -> RosterTerms:
    """Two queues; three shifts unless others are given (hours of the day)."""
    hours = shifts or {"morning": (6, 14), "evening": (14, 22), "night": (22, 6)}
    return RosterTerms(
        zone=ZoneInfo("Asia/Kolkata"),
        shifts={
            name: Shift(name, start * 60, end * 60, {"en": name})
            for name, (start, end) in hours.items()
        },
        queues=("food", "psych"),
        rest=timedelta(hours=8),
        minimum=minimum or {},
        reserved=frozenset({"1950"}),
    )


@pytest.fixture
def terms() -> RosterTerms:
    return terms_with()


@pytest.fixture
def rosters(store: Engine, terms: RosterTerms) -> RosterStore:
    return RosterStore(store, PINS, terms, lambda: NOON)


def write(folder: Path, text: str, name: str = "roster.csv") -> Path:
    """Write a file as a person would."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
