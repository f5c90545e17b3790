"""The outlook of a running room: what becomes of each queue when more operators take a break."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine

from queue_manager.metrics import calendar
from queue_manager.staffing.demand import Demand
from queue_manager.staffing.outlook import Outlook, State, after_break
from queue_manager.staffing.plan import Seat, shared
from sahayata.district import District
from sahayata.staffing import expected_demand

SERVING: Final = frozenset({"available", "ringing", "talking", "holding", "wrap_up"})


def outlooks_of(
    district: District, picture: dict[str, Any], demand: dict[str, Demand], extra: int
) -> dict[str, Outlook]:
    """Return the outlook of each queue from the document of the room (docs/adr/0060)."""
    rules = district.metrics
    seats = [
        Seat(one["extension"], "", frozenset(one["queues"]))
        for one in picture["operators"]
        if one["state"] in SERVING
    ]
    serve = shared(seats, demand)
    waiting = {one["name"]: len(one["waiting"]) for one in picture["queues"]}
    found = {}
    for queue, expected in demand.items():
        state = State(
            operators=serve[queue],
            waiting=waiting.get(queue, 0),
            demand=expected,
            within_s=rules.answer_within.total_seconds(),
            target=rules.target / 100,
        )
        people = sum(queue in seat.queues for seat in seats)
        # Of each who pauses the queue loses the part that it has of them.
        part = serve[queue] / people if people else 0.0
        found[queue] = after_break(state, extra * part)
    return found


def demand_now(district: District, engine: Engine, now: datetime) -> dict[str, Demand]:
    """Return what the half-hour of ``now`` brings. Raises ``StoreUnavailable``."""
    zone = district.helpline.zone
    day = calendar.day_of(now, zone)
    half = (calendar.half_hour_of(now) - calendar.day_begins(day, zone)) // calendar.HALF_HOUR
    return {
        queue: halves[min(half, len(halves) - 1)]
        for queue, halves in expected_demand(district, engine, day).items()
    }
