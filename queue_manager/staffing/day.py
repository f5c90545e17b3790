"""A planned day: needed against rostered, and where to move whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from queue_manager.metrics import calendar
from queue_manager.staffing.plan import Move, Need


@dataclass(frozen=True, slots=True)
class StaffingDay:
    """A day, half-hour by half-hour."""

    day: date
    needs: tuple[Need, ...]
    moves: tuple[Move, ...]
    begins: datetime
    """The first half-hour, in the district's zone."""
    names_hi: Mapping[str, str] = field(default_factory=dict)
    """Extension -> the name in Hindi of who is moved."""

    def starts(self, half_hour: int) -> datetime:
        """Return when a half-hour begins, in the district's zone."""
        return self.begins + half_hour * calendar.HALF_HOUR
