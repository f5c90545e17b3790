"""What is wrong with who sits when, over midnight too; the demonstration roster is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_manager.roster.checks import remarks
from queue_manager.roster.demo import demo_roster, demo_sittings, fresh_pin
from queue_manager.roster.model import Leave, Person, Roster, RosterTerms, Shift, Sitting
from queue_manager.roster.pin import fault_of
from queue_manager.roster.planning import MOST_IN_A_WEEK, plan
from queue_manager.roster.times import on_now, seated
from sahayata.district.roster_terms import roster_terms_of
from sahayata.settings import load
from tests.unit.roster.conftest import MONDAY, TUESDAY, terms_with

BOTH = {"food": 0, "psych": 0}
PEOPLE = {e: Person(e, f"N{e}", "अ", BOTH) for e in ("201", "202", "203", "204")}
FULL = frozenset(
    Sitting(day, shift, extension)
    for day in (MONDAY, TUESDAY)
    for shift, extension in (("morning", "201"), ("evening", "202"), ("night", "203"))
)


def wrong(
    sittings: frozenset[Sitting] = FULL,
    people: Mapping[str, Person] = PEOPLE,
    terms: RosterTerms | None = None,
    days: int = 2,
) -> list[str]:
    found = remarks(Roster(people, sittings), terms or terms_with(), MONDAY, days)
    return [f"{one.day or 'always'} {one.trouble}: {one.words}" for one in found]


def test_a_roster_with_somebody_everywhere_is_right() -> None:
    assert wrong() == []


def test_a_shift_without_anybody_and_a_queue_below_its_minimum_are_told() -> None:
    terms = terms_with(minimum={"psych": {"evening": 2}, "food": {"night": 0}})
    food = {**PEOPLE, "203": Person("203", "N203", "अ", {"food": 0})}
    assert wrong(FULL - {Sitting(MONDAY, "morning", "201")}, food, terms, days=1) == [
        "2026-06-01 empty: nobody sits in morning",
        "2026-06-01 uncovered: psych in evening: 1 sit there, 2 have to",
        "2026-06-01 uncovered: psych in night: 0 sit there, 1 have to",
    ]


def test_who_is_on_leave_covers_nothing() -> None:
    away = {**PEOPLE, "201": Person("201", "Anju", "अ", BOTH, leave=(Leave(TUESDAY, TUESDAY),))}
    assert wrong(people=away) == [
        "2026-06-02 empty: nobody sits in morning",
        "2026-06-02 leave: 201 Anju is on leave and sits in morning",
    ]


def test_rest_is_counted_from_end_to_beginning_over_midnight() -> None:
    tired = FULL | {Sitting(TUESDAY, "morning", "203"), Sitting(TUESDAY, "evening", "201")}
    assert wrong(tired) == [
        "2026-06-02 rest: 201 N201 has 0 h of rest after morning of 2026-06-02, 8 h are needed",
        "2026-06-02 rest: 203 N203 has 0 h of rest after night of 2026-06-01, 8 h are needed",
    ]


def test_sitting_twice_at_once_is_told_over_midnight_too() -> None:
    terms = terms_with({"day": (6, 18), "night": (18, 6), "early": (4, 12)})
    double = frozenset(
        Sitting(day, shift, who)
        for day, shift, who in (
            (MONDAY, "day", "201"),
            (MONDAY, "night", "202"),
            (MONDAY, "early", "203"),
            (TUESDAY, "early", "202"),
            (TUESDAY, "day", "203"),
            (TUESDAY, "night", "204"),
        )
    )
    assert wrong(double, terms=terms) == [
        "2026-06-02 double: 202 N202 sits in early and in night of 2026-06-01",
    ]


def test_hours_without_a_shift_are_told_once() -> None:
    terms = terms_with({"morning": (8, 14), "night": (22, 6)})
    sits = frozenset(s for s in FULL if s.shift != "evening")
    assert wrong(sits, terms=terms) == [
        "always gap: no shift from 06:00 to 08:00",
        "always gap: no shift from 14:00 to 22:00",
    ]
    assert wrong(frozenset(), {}, terms_with({"office": (9, 17)}), days=1) == [
        "always gap: no shift from 00:00 to 09:00",
        "always gap: no shift from 17:00 to 24:00",
        "2026-06-01 empty: nobody sits in office",
    ]


def test_what_the_district_has_no_more_is_told() -> None:
    old = {**PEOPLE, "204": Person("204", "N204", "अ", {"travel": 0})}
    assert wrong(FULL | {Sitting(MONDAY, "noon", "204")}, old) == [
        "always no_queue: 204 N204 serves travel, which is no queue any more",
        "2026-06-01 no_shift: 204 sits in noon, which is no shift any more",
    ]


def test_a_shift_of_the_whole_day_lasts_it() -> None:
    whole = Shift("day", 0, 24 * 60, {})
    assert whole.minutes == 24 * 60
    assert Shift("night", 22 * 60, 6 * 60, {}).minutes == 8 * 60


def ist(day: date, hour: int, minute: int = 0) -> datetime:
    zone = ZoneInfo("Asia/Kolkata")
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "here"),
    [
        (ist(TUESDAY, 5, 59), "203"),
        (ist(TUESDAY, 6), "201"),
        (ist(TUESDAY, 14), "202"),
        (ist(TUESDAY, 22), "203"),
    ],
)
def test_who_has_to_sit_now(now: datetime, here: str) -> None:
    assert list(on_now(Roster(PEOPLE, FULL), terms_with(), now)) == [here]


def test_who_is_on_leave_does_not_have_to_sit() -> None:
    away = {**PEOPLE, "201": Person("201", "Anju", "अ", BOTH, leave=(Leave(MONDAY, MONDAY),))}
    assert not on_now(Roster(away, FULL), terms_with(), ist(MONDAY, 7))


DISTRICT = roster_terms_of(load(environment={}).district)


def test_the_demonstration_roster_is_one_of_forty() -> None:
    made = demo_roster(DISTRICT, MONDAY)
    assert made.people is not None
    assert len(made.people) == 40
    assert {*range(201, 209), *range(221, 225), *range(241, 245)} <= {int(e) for e in made.people}
    assert sum(person.supervisor for person in made.people.values()) == 2
    assert len({person.name for person in made.people.values()}) == 40
    assert made.pins.keys() == made.people.keys()
    assert not any(fault_of(pin, extension) for extension, pin in made.pins.items())
    assert made.pins != demo_roster(DISTRICT, MONDAY).pins


@pytest.mark.parametrize("day", [MONDAY + timedelta(days=n) for n in range(0, 35, 5)])
def test_the_demonstration_plan_has_nothing_wrong_on_any_day(day: date) -> None:
    made = demo_roster(DISTRICT, day)
    assert made.people is not None
    assert made.sittings is not None
    roster = Roster(made.people, made.sittings)
    assert remarks(roster, DISTRICT, day - timedelta(days=1), 15) == ()
    assert len({s.day for s in made.sittings}) == 15
    for hour in range(24):
        assert on_now(roster, DISTRICT, ist(day, hour))
    weeks = Counter((s.extension, (s.day - day).days // 7) for s in made.sittings)
    assert max(weeks.values()) <= MOST_IN_A_WEEK


def test_another_district_gets_a_demonstration_too() -> None:
    made = demo_roster(terms_with(), MONDAY)
    assert made.people is not None
    assert {queue for person in made.people.values() for queue in person.queues} == {
        "food",
        "psych",
    }
    assert "231" not in made.people


def test_a_pin_that_is_too_easy_is_drawn_again() -> None:
    digits = iter([1, 1, 1, 1, 1, 2, 3, 4, 4, 0, 7, 1])
    assert fresh_pin("201", lambda _: next(digits)) == "4071"


@settings(max_examples=40)
@given(st.integers(1, 12), st.integers(0, 4), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_a_plan_never_seats_anybody_twice_on_leave_or_without_rest(
    count: int, needed: int, first: date
) -> None:
    people = {
        str(200 + n): Person(
            str(200 + n), "N", "अ", BOTH if n % 2 else {"food": 1}, leave=(Leave(first, first),)
        )
        for n in range(count)
    }
    terms = terms_with(minimum={q: dict.fromkeys(("morning", "night"), needed) for q in BOTH})
    sits = plan(Roster(people), terms, first, 10)
    troubles = {one.trouble for one in remarks(Roster(people, sits), terms, first, 10)}
    assert troubles <= {"empty", "uncovered"}
    for one in seated(sits, terms).values():
        assert len({s.sitting.day for s in one}) == len(one)
    assert demo_sittings(Roster(people), terms, first) == demo_sittings(
        Roster(people), terms, first
    )
