"""A store with three operators on the roster, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert

from database.engine import writing
from queue_manager.duty.store import DutyStore
from queue_manager.roster.schema import operator_queues, operators

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
QUEUES = {"201": {"food": 1, "ration": 3}, "202": {"food": 2}, "203": {"psych": 1}}


class Hand:
    """The hand of a clock: stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def roster(store: Engine) -> Engine:
    """Put 201 and 202 on the roster, and 203 who has left it."""
    with writing(store) as connection:
        for extension, queues in QUEUES.items():
            gone = date(2026, 5, 31) if extension == "203" else None
            person = {"extension": extension, "name": "A", "name_hi": "अ", "pin_mark": ""}
            person |= {"languages": "hi", "supervisor": False, "left_on": gone}  # type: ignore[dict-item]
            made = connection.execute(insert(operators).values(person))
            assert made.inserted_primary_key is not None
            for queue, penalty in queues.items():
                served = {"operator": made.inserted_primary_key[0], "queue": queue}
                connection.execute(insert(operator_queues).values(**served, penalty=penalty))
    return store


@pytest.fixture
def duty(roster: Engine, hand: Hand) -> DutyStore:
    return DutyStore(roster, ("food", "ration", "psych"), hand)
