"""Every slip in the file of a district is named, with its line and in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.district.written import OURS, faults_of


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('short_code: "1950"', "short_code: 1950", 'short_code: write it in quotes: "1950"'),
        ("country: IN ", "colour: red\n  country: IN ", "colour: is not a setting here"),
        ("ring: 15 s", "ring: quickly", "'quickly' is no duration"),
        ("ring: 15 s", "ring: 0 s", "queues.medical.ring: must be from 5 s to 2 min"),
        ("wait_limit: 3 min", "wait_limit: 1 s", "medical.wait_limit: must be from 10 s to 2 h"),
        ("recorded: false, at_once", "recorded: true, at_once", "never recorded"),
        ("timezone: Asia/Kolkata", "timezone: Asia/Gurugram", "'Asia/Gurugram' is unknown"),
        ("country: IN", "country: Bharat", "'Bharat' is unknown"),
        ("{l1: 2 h, l2: 4 h}", "{l1: 5 h, l2: 4 h}", "not more than l2"),
        ('"00:00-24:00"', '"17:00-09:00"', "ends before it begins"),
        ("holidays: []", "holidays: [2026-08-15]", 'holidays.0: must be quoted: "2026-08-15"'),
        ("holidays: []", 'holidays: ["2026-02-30"]', "'2026-02-30' is no day of the calendar"),
        ("holidays: []", "holidays: [15]", "holidays.0: 15 is no day of the calendar"),
        (
            'code: "1950"',
            'code: "1"',
            "short_code: '1' is no short code: two to six digits, in quotes",
        ),
        ('["122", "123"]', '["0x"]', "pin_codes.0: '0x' is no beginning of a PIN code"),
        ("languages: [hi]", "languages: []", "helpline.languages: must not be empty"),
        ("languages: [hi]", "languages: hi", "helpline.languages: must be a list"),
        (
            "known_caller_days: 7",
            "known_caller_days: 999",
            "known_caller_days: must be at most 365",
        ),
        ("known_caller_days: 7", "known_caller_days: many", "'many' is no whole number"),
        ("limit: {l1: 2 h, l2: 4 h}", "limit: nothing", "food.limit: 'nothing' is no promise"),
        ("limit: {l1: 2 h, l2: 4 h}", "limit: {l1: 2 h}", "food.limit.l2: is missing"),
        ("limit: {l1: 2 h", "limit: {l1: soon", "food.limit.l1: 'soon' is no duration"),
        ("recorded: true}", "recorded: maybe}", "food.recorded: 'maybe' is neither true nor false"),
        ("format: 1", "format: 2", "format: must be 1"),
        ("target: 80", "target: 800", "metrics.target: must be at most 99"),
        ("repeat_within: 7 d", "repeat_within: 999 d", "repeat_within: must be from 1 d to 365 d"),
        ("waiting: 2 min}", "waiting: 1 s}", "red.waiting: must be from 5 s to 12 h"),
        ("  rest: 8 h", "  rest: 3 d", "roster.rest: must be from 0 s to 2 d"),
        ('"221-224"', '"21-22"', "an extension has three to five digits"),
        ('{key: "2"', '{key: "22"', "meal.key: '22' is no key: one digit, in quotes"),
        (
            "  general: {name",
            "  General: {name",
            "queues.General: 'General' is no name here: small",
        ),
        ('en: "Food"}', "en: 5}", 'food.name.en: write it in quotes: "5"'),
        ('en: "Food"}', "en: [a]}", "food.name.en: ['a'] is no text"),
        ('en: "Food"}', 'en: ""}', "food.name.en: must not be empty"),
        ('{hi: "भोजन", en: "Food"}', "भोजन", "categories.food.name: must be a table"),
        ('extensions: "221-224"', 'extensions: "206-224"', "extension 207 stands twice"),
        ("queue: psych,", "queue: psy,", "there is no queue 'psy'"),
        ("  default: [", "  foods: [", "there is no queue of this name"),
        ("  other: ", "  others: ", "other is missing"),
        (
            "queue: general, limit: {l1: 1 d, l2: 7 d},   recorded: true}\n  info",
            "queue: general, limit: none, recorded: true, ticket: false}\n  info",
            "other.ticket: must give a ticket",
        ),
        (
            "languages: [hi]",
            "languages: [hi, bn]",
            "languages.1: 'bn' is no language here: numbers and times are spoken in: hi",
        ),
        ('district: {hi: "गुरुग्राम", ', "district: {", "helpline.district: is missing in 'hi'"),
        ("queues: [psych]", "queues: [psych, none]", "seats.2.queues.1: there is no queue 'none'"),
        ('"221-224"', '"1950"', "seats.1.extensions: 1950 is the short code itself"),
        ('"221-224"', '"224-221"', "'224-221' is no run of extensions"),
        (
            "strategy: rrmemory, ring: 15 s",
            "strategy: fair, ring: 15 s",
            "strategy: 'fair' is none of ringall",
        ),
        ('hours: "22:00-06:00"', 'hours: "22:00"', "'22:00' is no span of hours"),
        ('hours: "22:00-06:00"', 'hours: "06:00-06:00"', 'a whole day is "00:00-24:00"'),
        ("    food:    {morning", "    foods:   {morning", "minimum.foods: there is no queue"),
        ("{morning: 4, ev", "{dawn: 4, ev", "minimum.food.dawn: there is no shift"),
        ('{key: "2"', '{key: "1"', "pauses.meal.key: key 1 stands for another pause"),
        ('{key: "2"', "{key: 2", 'pauses.meal.key: write it in quotes: "2"'),
        ("    tea:  ", "    wrap_up:", "pauses.wrap_up: has a meaning of its own"),
        ("missed_calls: 3", "missed_calls: -1", "roster.missed_calls: must be at least 0"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in OURS
    faults = faults_of(tmp_path, OURS.replace(old, new, 1))
    assert any(expected in fault for fault in faults), faults
    assert all(fault.startswith("district.yaml:") for fault in faults)


def test_all_slips_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    text = OURS.replace('short_code: "1950"', "short_code: 1950").replace("ring: 15 s", "ring: x")
    lines = {fault.split(":")[1] for fault in faults_of(tmp_path, text)}
    wanted = {
        str(number)
        for number, line in enumerate(text.splitlines(), 1)
        if "short_code: 1950" in line or "ring: x" in line
    }
    assert lines == wanted


def test_many_faults_are_told_together_in_words_that_are_not_our_librarys(tmp_path: Path) -> None:
    text = OURS
    for old, new in (
        ("format: 1", "format: 1\nformat: 1"),
        ("timezone: Asia/Kolkata", "timezone: Asia/Gurugram"),
        ("country: IN", "country: Bharat"),
        ('short_code: "1950"', 'short_code: "1"'),
        ("recorded: false, at_once", "recorded: true, at_once"),
        ("ring: 15 s", "ring: 0 s"),
        ("{l1: 2 h, l2: 4 h}", "soon"),
    ):
        text = text.replace(old, new, 1)
    told = faults_of(tmp_path, text)
    assert len(told) == 7
    for word in ("Input", "String", "pattern", "timedelta", "function-", "literal[", "[key]"):
        assert not any(word in fault for fault in told), told


def test_without_queues_it_is_not_told_of_everybody_who_names_one(tmp_path: Path) -> None:
    told = faults_of(tmp_path, OURS.replace("\nqueues:\n", "\nqueues: many\nothers:\n", 1))
    assert [fault.split(": ", 1)[1] for fault in told] == [
        "queues: must be a table",
        "others: is not a setting here; check the spelling",
    ]


def test_what_does_not_agree_is_told_beside_faults_of_single_settings(tmp_path: Path) -> None:
    text = OURS.replace('short_code: "1950"', "short_code: 1950")
    text = text.replace("queues: [psych]", "queues: [psyche]").replace(
        "queue: food,", "queue: foo,"
    )
    told = [fault.split(":")[1:3] for fault in faults_of(tmp_path, text)]
    assert [where.strip() for _, where in told] == [
        "helpline.short_code",
        "categories.food.queue",
        "seats.2.queues.0",
    ]
    lines = [text.splitlines()[int(line) - 1] for line, _ in told]
    assert "1950" in lines[0]
    assert "foo," in lines[1]
    assert "psyche" in lines[2]


def test_a_name_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, OURS.replace("format: 1", "format: 1\nformat: 1", 1))
    assert faults == ['district.yaml:4: found duplicate key "format"; a name may stand once only']
