"""What the district says about a call, and what is said for values known only in the call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ivr.call import QueueLoad
from ivr.desk import TicketStatus
from ivr.flow.session import CallTicket, Session
from ivr.flow.speech import spoken
from tests.support.fake_call import ARRIVED
from tests.unit.flow.flows_in import VIEW

IST = timezone(timedelta(hours=5, minutes=30))
SESSION = Session(entry="inbound", node="start")


@pytest.mark.parametrize(
    ("pin", "fits"),
    [
        ("122001", True),
        ("560001", False),
        ("022001", False),
        ("12200", False),
        ("1220011", False),
        ("12200#", False),
        ("१२२००१", False),
        ("", False),
    ],
)
def test_a_pin_code_is_six_digits_of_the_district(pin: str, fits: bool) -> None:
    assert VIEW.pin_code_fits(pin) is fits


def test_without_prefixes_any_pin_code_of_the_country_fits() -> None:
    assert replace(VIEW, pin_codes=()).pin_code_fits("560001")
    assert not replace(VIEW, pin_codes=()).pin_code_fits("060001")


def test_hours_of_a_queue_before_those_of_all_and_holidays_before_both() -> None:
    view = replace(
        VIEW,
        timezone=IST,
        hours={"default": ((0, 1440),), "food": ((540, 1020),)},
        holidays=frozenset({date(2026, 8, 15)}),
    )
    evening = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)  # 18:00
    assert view.hours_fact("general", evening) == "open"
    assert view.hours_fact("food", evening) == "closed"
    assert view.hours_fact("food", datetime(2026, 6, 1, 3, 30, tzinfo=UTC)) == "open"  # 9:00
    assert view.hours_fact("food", datetime(2026, 6, 1, 11, 30, tzinfo=UTC)) == "closed"  # 17:00
    # 14 August 19:00 UTC is the 15th in India.
    assert view.hours_fact("general", datetime(2026, 8, 14, 19, 0, tzinfo=UTC)) == "holiday"
    assert VIEW.hours_fact("general", evening) == "closed"


def test_parts_of_the_day_are_those_of_the_district() -> None:
    view = replace(VIEW, timezone=IST)
    parts = [view.part_of_day(datetime(2026, 6, 1, hour, 0, tzinfo=IST)) for hour in range(24)]
    assert parts == (
        ["night"] * 4 + ["morning"] * 8 + ["afternoon"] * 4 + ["evening"] * 4 + ["night"] * 4
    )


@pytest.mark.parametrize(
    ("waiting", "operators", "free", "fact"),
    [
        (0, 0, 0, "unstaffed"),
        (50, 0, 0, "unstaffed"),
        (10, 5, 0, "long"),
        (9, 5, 0, "busy"),
        (1, 5, 1, "busy"),
        (0, 5, 1, "free"),
    ],
)
def test_the_load_of_a_queue(waiting: int, operators: int, free: int, fact: str) -> None:
    assert VIEW.load_fact("food", QueueLoad(waiting, operators, free)) == fact


def test_what_a_caller_out_of_a_queue_is_speaking_of() -> None:
    assert VIEW.category_of("food") == "food"
    assert VIEW.category_of("general") == "other"
    assert VIEW.category_of("no_such_queue") == "other"
    assert VIEW.queue_of("psych") == "psych"
    assert VIEW.queue_of("no_such_category") == ""


def test_recording_is_forbidden_in_doubt() -> None:
    assert VIEW.queue_records("food")
    assert not VIEW.queue_records("psych")
    assert not VIEW.queue_records("no_such_queue")
    assert not VIEW.category_records("no_such_category")
    shared = replace(
        VIEW,
        categories={**VIEW.categories, "grief": replace(VIEW.categories["psych"], queue="food")},
    )
    assert not shared.queue_records("food")


def said(*prompts: str, session: Session = SESSION) -> tuple[str, ...]:
    return spoken(prompts, session, VIEW, ARRIVED)


@pytest.mark.parametrize(
    "value",
    [
        "{ticket_number}",
        "{limit}",
        "{deadline}",
        "{status}",
        "{status_details}",
        "{category}",
        "{digits:pin}",
        "{pin_code:pin}",
        "{number:persons}",
        "{waiting:food}",
    ],
)
def test_a_value_that_is_not_known_is_silent(value: str) -> None:
    assert said("hello", value) == ("hello",)


def test_answers_are_said_by_digit_or_as_a_count() -> None:
    session = replace(SESSION, answers=(("pin", "12*0"), ("persons", "205"), ("odd", "12#")))
    assert said("{digits:pin}", session=session) == ("n_1", "n_2", "n_0")
    assert said("{pin_code:pin}", session=session) == ("n_1", "n_2", "n_0")
    assert said("{number:persons}", session=session) == ("n_2", "n_sau", "n_5")
    assert said("{number:odd}", session=session) == ()


def test_a_pin_code_is_said_by_three_digits() -> None:
    session = replace(SESSION, answers=(("pin", "122001"),))
    groups = ("n_1", "n_2", "n_2", "pause_short", "n_0", "n_0", "n_1")
    assert said("{pin_code:pin}", session=session) == groups


def test_a_promise_is_said_as_duration_and_time() -> None:
    ticket = CallTicket("4821300000", 90, ARRIVED + timedelta(minutes=90))
    session = replace(SESSION, ticket=ticket, category="food", waiting=(("food", 12),))
    assert said("{limit}", session=session) == ("t_dedh", "t_ghante")
    assert said("{deadline}", session=session)[0] == "t_aaj"
    assert said("{category}", "{waiting:food}", session=session) == ("category_food", "n_12")


def status(**fields: object) -> Session:
    told = TicketStatus("4821300000", "open", own=True, category="food")
    return replace(SESSION, looked_up=replace(told, **fields))  # type: ignore[arg-type]


def test_a_state_without_a_sentence_of_its_own_is_still_a_sentence() -> None:
    assert said("{status}", session=status(state="brand_new")) == ("state_unknown",)


def test_a_stranger_hears_no_details() -> None:
    session = status(own=False, opened_at=ARRIVED, promised_by=ARRIVED)
    assert said("{status_details}", session=session) == ()


def test_a_finished_ticket_promises_nothing_more() -> None:
    session = status(state="closed", promised_by=ARRIVED + timedelta(hours=1))
    assert said("{status_details}", session=session) == ("status_about", "category_food")


def test_a_category_of_another_district_is_left_out() -> None:
    assert said("{status_details}", session=status(category="boats")) == ()
