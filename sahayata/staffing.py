"""Staff for a day of the district: what is needed, who is rostered, where to move whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import Engine

from queue_manager.metrics import calendar
from queue_manager.room.wire import Whole
from queue_manager.roster.model import Roster, RosterTerms
from queue_manager.staffing.breaks import Goal, at_work_in, if_one_left
from queue_manager.staffing.day import StaffingDay
from queue_manager.staffing.demand import HALF_HOURS, Demand
from queue_manager.staffing.forecast import forecast
from queue_manager.staffing.foresight import Foresight
from queue_manager.staffing.outlook import Outlook
from queue_manager.staffing.plan import Seat, moves, plan
from sahayata import stores
from sahayata.district.model import District
from sahayata.district.roster_terms import roster_terms_of
from sahayata.figures import open_figures, scheduled


def staffing_day(district: District, engine: Engine, roster: Roster, day: date) -> StaffingDay:
    """Plan a day. Raises ``database.engine.StoreUnavailable``."""
    zone, goal = district.helpline.zone, goal_of(district)
    expected = expected_demand(district, engine, day)
    seats = seats_of(roster, roster_terms_of(district), day)
    needs = plan(expected, seats, target=goal.target, within_s=goal.within_s)
    begins = calendar.day_begins(day, zone).astimezone(zone)
    moved = moves(needs, seats)
    names_hi = {move.extension: roster.people[move.extension].name_hi for move in moved}
    return StaffingDay(day, needs, moved, begins, names_hi)


def expected_demand(
    district: District, engine: Engine, day: date
) -> Mapping[str, Sequence[Demand]]:
    """Return what a day will bring. Raises ``database.engine.StoreUnavailable``."""
    figures = open_figures(district, engine)
    return forecast(figures, day, district.helpline.zone, shares_of(district))


def open_foresight(district: District, engine: Engine) -> Foresight:
    """Give what the coming half-hour brings; who wants to know it runs it."""
    return Foresight(
        lambda day: expected_demand(district, engine, day), district.helpline.zone, stores.now
    )


def goal_of(district: District) -> Goal:
    """Return what the district wants every queue to reach."""
    rules = district.metrics
    return Goal(rules.target / 100, rules.answer_within.total_seconds())


class DistrictStaffing:
    """``console.ports.Staffing`` of a district; ``roster`` reads who sits when."""

    def __init__(self, district: District, engine: Engine, roster: Callable[[], Roster]) -> None:
        self.goal = goal_of(district)
        self._district, self._engine, self._roster = district, engine, roster
        self._foresight = open_foresight(district, engine)

    def day(self, day: date) -> StaffingDay:
        """Plan a day. Raises ``database.engine.StoreUnavailable``."""
        return staffing_day(self._district, self._engine, self._roster(), day)

    def today(self) -> date:
        """Tell the day that it is in the district."""
        return calendar.day_of(stores.now(), self._district.helpline.zone)

    def coming(self) -> dict[str, Demand]:
        """Tell what the queues of which anything can be foretold get."""
        return self._foresight.coming()

    async def look_ahead(self) -> None:
        """Keep what is coming known, for ever."""
        await self._foresight.run()


def if_away(district: District, foresight: Foresight) -> Callable[[Whole, str], dict[str, Outlook]]:
    """Give what tells the outlook of the queues of one operator without them."""
    goal = goal_of(district)

    def outlooks(whole: Whole, operator: str) -> dict[str, Outlook]:
        return if_one_left(at_work_in(whole), foresight.coming(), goal, operator)

    return outlooks


def shares_of(district: District) -> dict[str, float]:
    """Return the share of each queue in a usual day: as its least staff in the roster's rules."""
    least = district.roster.minimum
    return {queue: float(sum(least.get(queue, {}).values()) or 1) for queue in district.queues}


def seats_of(roster: Roster, terms: RosterTerms, day: date) -> tuple[tuple[Seat, ...], ...]:
    """Return who has to sit for the whole of each half-hour of a day."""
    begins, ends = calendar.day_begins(day, terms.zone), calendar.day_ends(day, terms.zone)
    plan_of_day = scheduled(roster, terms, begins, ends)
    found = []
    for half in range(HALF_HOURS):
        start = begins + half * calendar.HALF_HOUR
        end = start + calendar.HALF_HOUR
        found.append(
            tuple(
                Seat(extension, roster.people[extension].name, _queues(roster, extension))
                for extension, spans in plan_of_day.items()
                if any(since <= start and end <= until for since, until in spans)
            )
        )
    return tuple(found)


def _queues(roster: Roster, extension: str) -> frozenset[str]:
    return frozenset(roster.people[extension].queues)
