"""The room's process by a clock that is ahead, so that a half-hour ends while it is measured.

``python -m benchmarks.room_process SECONDS …``: the half-hour ends so many seconds after the
beginning; the rest is what ``sahayata.processes.room`` is told.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from queue_manager.journal.store import HALF_HOUR, half_hour_of
from sahayata import stores
from sahayata.processes import life, room


def main() -> int:
    """Run the room."""
    ends_in = timedelta(seconds=float(sys.argv.pop(1)))
    true_now = stores.now
    began = true_now()
    ahead = half_hour_of(began) + 2 * HALF_HOUR - ends_in - began
    stores.now = lambda: true_now() + ahead
    return life.main("room", room.work)


if __name__ == "__main__":
    sys.exit(main())
