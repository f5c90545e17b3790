"""Where the wallboard's figures and names come from: the journal and the roster."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from console.feeds import crew_document, day_document
from console.journal_figures import JournalFigures
from console.ports import Day, Gap
from console.roster_crew import RosterCrew
from queue_manager.events import LinkLoss, LinkLost, RoomEvent
from queue_manager.journal.store import add
from queue_manager.metrics.figures import Figures
from queue_manager.metrics.terms import MetricTerms
from queue_manager.roster.model import Leave, Person, Roster, RosterTerms, Shift, Sitting
from tests.support.journals import (
    MIDNIGHT,
    abandoned,
    connected,
    empty_room,
    joined,
    left,
    moment,
    told,
)

IST = ZoneInfo("Asia/Kolkata")
HOUR = 3600.0


def day_of(store: Engine, events: list[RoomEvent], now: float) -> Day:
    add(store, told(events))
    figures = Figures(store, MetricTerms(), IST, lambda: moment(now))
    return JournalFigures(store, figures, IST, ("food", "ration")).today(moment(now))


def answered(at: float, channel: str) -> list[RoomEvent]:
    return [joined(at, channel), left(at + 7, channel), connected(at + 7, "201", channel)]


def lost(at: float, channel: str) -> list[RoomEvent]:
    return [joined(at, channel), left(at + 60, channel), abandoned(at + 60, channel)]


def test_the_day_is_counted_by_hour_by_queue_and_for_the_last_half_hour(store: Engine) -> None:
    events = [
        empty_room(),
        *answered(2 * HOUR, "a"),
        *lost(2 * HOUR + 100, "b"),
        *answered(9 * HOUR, "c"),
        *answered(9.4 * HOUR, "d"),
    ]
    day = day_of(store, events, 9.5 * HOUR)
    assert [(hour.hour, hour.offered) for hour in day.hours if hour.offered] == [(2, 2), (9, 2)]
    assert len(day.hours) == 10
    total = day.total.today
    assert (total.offered, total.answered, total.abandoned) == (4, 3, 1)
    assert total.service_level == 0.75
    assert total.asa_s == pytest.approx(7.0)
    assert day.total.recent.offered == 2
    assert day.queues["food"].today == total
    assert day.queues["ration"].today.service_level is None
    assert day_document(day, IST)["as_of"] == "09:30:00"


def test_a_gap_is_where_nothing_was_known(store: Engine) -> None:
    events: list[RoomEvent] = [
        empty_room(),
        LinkLost(3 * HOUR, 3 * HOUR, LinkLoss.ENDED),
        empty_room(3.5 * HOUR),
        LinkLost(8 * HOUR, 8 * HOUR, LinkLoss.SILENT),
    ]
    day = day_of(store, events, 9 * HOUR)
    assert day.gaps == (Gap(3.0, 3.5), Gap(8.0, 9.0))


def test_a_gap_of_yesterday_begins_with_the_day(store: Engine) -> None:
    events: list[RoomEvent] = [
        empty_room(-2 * HOUR),
        LinkLost(-HOUR, -HOUR, LinkLoss.ENDED),
        empty_room(0.5 * HOUR),
    ]
    assert day_of(store, events, 2 * HOUR).gaps == (Gap(0.0, 0.5),)


def test_before_anything_happened_there_is_nothing(store: Engine) -> None:
    day = day_of(store, [], 0.0)
    assert (day.hours, day.gaps, day.total.today.offered) == ((), (), 0)
    assert day.total.today.service_level is None
    assert moment(0.0) == MIDNIGHT


NIGHT = Shift("night", 22 * 60, 6 * 60, {"hi": "रात", "en": "Night"})
MORNING = Shift("morning", 6 * 60, 14 * 60, {"hi": "सुबह", "en": "Morning"})


class OneRoster:
    """A roster that stands still."""

    def __init__(self, *sittings: Sitting, leave: tuple[Leave, ...] = ()) -> None:
        people = {
            extension: Person(extension, f"Name {extension}", "नाम", {"food": 0}, leave=leave)
            for extension in ("201", "202")
        }
        self.roster = Roster(people, frozenset(sittings))

    def read(self) -> Roster:
        return self.roster


def expected(roster: OneRoster, now: datetime) -> list[tuple[str, str, str]]:
    terms = RosterTerms(
        IST, {"night": NIGHT, "morning": MORNING}, ("food",), rest=timedelta(hours=8)
    )
    document = crew_document(RosterCrew(roster, terms).crew(now), IST)
    return [(one["extension"], one["shift"]["en"], one["since"]) for one in document["expected"]]


def ist(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=IST).astimezone(UTC)


def test_a_night_shift_is_of_the_day_on_which_it_began() -> None:
    roster = OneRoster(
        Sitting(date(2026, 6, 1), "night", "201"), Sitting(date(2026, 6, 2), "morning", "202")
    )
    assert expected(roster, ist(1, 21, 59)) == []
    assert expected(roster, ist(1, 23)) == [("201", "Night", "22:00")]
    assert expected(roster, ist(2, 5, 59)) == [("201", "Night", "22:00")]
    assert expected(roster, ist(2, 6)) == [("202", "Morning", "06:00")]
    assert expected(roster, ist(2, 14)) == []


def test_who_is_on_leave_or_left_is_not_expected() -> None:
    day = date(2026, 6, 2)
    away = OneRoster(Sitting(day, "morning", "201"), leave=(Leave(day, day),))
    assert expected(away, ist(2, 8)) == []
    assert expected(OneRoster(Sitting(day, "morning", "299")), ist(2, 8)) == []
    assert expected(OneRoster(Sitting(day, "evening", "201")), ist(2, 8)) == []
