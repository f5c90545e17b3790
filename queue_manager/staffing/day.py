"""A planned day: needed against rostered, and where to move whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from queue_manager.metrics import calendar
from queue_manager.staffing.levels import Levels, of_all
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

    def levels(self) -> dict[str, Levels]:
        """Return what those rostered come to in each queue, of all callers of the day."""
        found = {}
        for queue in dict.fromkeys(need.queue for need in self.needs):
            own = [need for need in self.needs if need.queue == queue]
            whole = of_all((need.demand.calls, need.level) for need in own)
            if whole is not None:
                found[queue] = whole
        return found

    def starts(self, half_hour: int) -> datetime:
        """Return when a half-hour begins, in the district's zone."""
        return self.begins + half_hour * calendar.HALF_HOUR
