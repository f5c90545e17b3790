"""Half-hours and days: a half-hour is UTC's, a day is of the district's own calendar.

A day holds the half-hours that begin in it, so a zone whose days begin within a half-hour of UTC
(Nepal's) has its days moved by a quarter of an hour; India's is not such a zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from queue_manager.journal.store import HALF_HOUR, half_hour_of

__all__ = [
    "HALF_HOUR",
    "day_begins",
    "day_ends",
    "day_of",
    "half_hour_of",
    "half_hours",
    "next_half_hour",
]


def next_half_hour(moment: datetime) -> datetime:
    """Return the first beginning of a half-hour at or after a moment."""
    begun = half_hour_of(moment)
    return begun if begun == moment else begun + HALF_HOUR


def half_hours(since: datetime, until: datetime) -> Iterator[datetime]:
    """Return every beginning of a half-hour in ``[since, until)``."""
    start = next_half_hour(since)
    while start < until:
        yield start
        start += HALF_HOUR


def day_of(moment: datetime, zone: tzinfo) -> date:
    """Return the day that a moment lies in."""
    return moment.astimezone(zone).date()


def day_begins(day: date, zone: tzinfo) -> datetime:
    """Return the first beginning of a half-hour of a day, UTC."""
    return next_half_hour(datetime.combine(day, time.min, zone).astimezone(UTC))


def day_ends(day: date, zone: tzinfo) -> datetime:
    """Return when the next day begins."""
    return day_begins(day + timedelta(days=1), zone)
