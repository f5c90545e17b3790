"""What the dialplan looks up agrees with what the conversation in Python knows."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import product
from math import prod

import pytest

from ivr import hindi
from ivr.call import QueueLoad
from ivr.fallback import MODULES, generate
from ivr.fallback.clock import clock
from ivr.fallback.spoken import FORMATS, SHORTEST_BYTES, TOLERANCE_BYTES, damage
from ivr.fallback.tables import BYTES_A_SECOND, bytes_of, count, hours, least_bytes, load
from ivr.voice import codecs
from ivr.voice.inventory import TOLERANCE_S
from tests.unit.fallback.dialplans import LIMITS, VIEW, contexts, source

DAY = {
    "kind": "branch",
    "fact": "part_of_day",
    "cases": {"night": "end"},
    "otherwise": "operator",
}
TEXT = generate(source(day=DAY))
CONTEXTS = contexts(TEXT)
ROW = re.compile(r"exten => (\S+),1,Return\((.*)\)")


def test_every_minute_of_the_day_is_said_as_python_says_it() -> None:
    rows: dict[str, str] = dict(ROW.findall(clock("hi")))
    for minute in range(24 * 60):
        at = time(minute // 60, minute % 60)
        asked = at.strftime("%H%M")
        # Asterisk takes an extension that fits exactly before a pattern.
        said = rows[asked] if asked in rows else rows[f"_{asked[:2]}XX"]
        said = said.replace("$[${EXTEN:2} + 0]", str(at.minute))
        assert said == "&".join(f"hi/{p}" for p in hindi.clock_time(at).prompts), asked


def extension(context: str, name: str) -> str:
    return CONTEXTS[context].partition(f"exten => {name},1,")[2].partition("\nexten")[0]


@pytest.mark.parametrize("name", VIEW.categories)
def test_a_category_brings_its_queue_and_its_promise(name: str) -> None:
    text, limit = extension("sub-fallback-about", name), LIMITS[name]
    assert f"Set(SAHAYATA_CATEGORY_QUEUE={VIEW.categories[name].queue})" in text
    seconds = "" if limit is None else str(int(limit.total_seconds()))
    assert f"Set(SAHAYATA_LIMIT={seconds})" in text
    said = ("pause_short",) if limit is None else hindi.duration(limit).prompts
    assert f"Set(SAHAYATA_SAY_LIMIT={'&'.join(f'hi/{p}' for p in said)})" in text
    recorded = "yes" if VIEW.categories[name].recorded else "no"
    assert f"Set(SAHAYATA_MAY_RECORD={recorded})" in text


def test_out_of_a_queue_every_category_of_it_has_to_allow_a_recording() -> None:
    assert "MAY_RECORD=yes" in extension("sub-fallback-from", "queue_food")
    assert "MAY_RECORD=no" in extension("sub-fallback-from", "queue_psych")
    assert "MAY_RECORD=no" in extension("sub-fallback-from", "i")
    assert "Gosub(sub-fallback-about,other,1)" in extension("sub-fallback-from", "queue_general")


def fact_of_hours(queue: str, local: datetime) -> str:
    """Read the table as Asterisk would; the last minute of a span counts in (pbx_timing.c)."""
    text = hours(VIEW, "Asia/Kolkata").partition(f"exten => queue_{queue},1,")[2]
    for line in text.partition("\nexten")[0].splitlines():
        if f'= "{local:%Y-%m-%d}"]?holiday' in line:
            return "holiday"
        if found := re.search(r"GotoIfTime\(([^,]*),\*,\*,\*,Asia/Kolkata\?open\)", line):
            begin, _, end = found[1].partition("-")
            if begin == "*" or begin <= f"{local:%H:%M}" <= end:
                return "open"
    return "closed"


@pytest.mark.parametrize("queue", VIEW.queues)
def test_hours_and_holidays_are_those_of_the_district(queue: str) -> None:
    view = source().view
    begin = datetime(2026, 8, 14, 12, 0, tzinfo=UTC)
    for minute in range(0, 3 * 24 * 60, 5):
        for now in (begin + timedelta(minutes=minute), begin + timedelta(minutes=minute - 1)):
            local = now.astimezone(view.timezone)
            assert fact_of_hours(queue, local) == view.hours_fact(queue, now), now


@pytest.mark.parametrize("operators", [0, 1, 3])
@pytest.mark.parametrize("waiting", [0, 1, 2, 9, 10, 50])
@pytest.mark.parametrize("free", [0, 1, 2])
def test_the_load_of_a_queue_is_judged_as_in_python(
    operators: int, waiting: int, free: int
) -> None:
    known = {
        "QUEUE_WAITING_COUNT(q_food)": waiting,
        "QUEUE_MEMBER(q_food,logged)": operators,
        "QUEUE_MEMBER(q_food,ready)": free,
        "SAHAYATA_WAITING_food": waiting,
    }
    text = load(VIEW).partition("exten => queue_food,1,")[2].partition("\nexten")[0]
    for name, value in known.items():
        text = text.replace(f"${{{name}}}", str(value))
    for left, relation, right, label in re.findall(r"\$\[(\d+) (<|>|>=) (\d+)\]\?(\w+)", text):
        true = {"<": int.__lt__, ">": int.__gt__, ">=": int.__ge__}[relation](int(left), int(right))
        if true:
            answer = re.search(rf"n\({label}\),Return\((\w+)\)", text)
            assert answer
            break
    else:
        answer = re.search(r"n,Return\((\w+)\)", text)
        assert answer
    assert answer[1] == VIEW.load_fact("food", QueueLoad(waiting, operators, free))


def test_part_of_day_has_every_hour() -> None:
    for hour in range(24):
        at = datetime(2026, 6, 1, hour, tzinfo=UTC)
        assert extension("sub-fallback-day", f"{hour:02}") == f"Return({VIEW.part_of_day(at)})"


@pytest.mark.parametrize("number", [0, 7, 99, 100, 101, 1000, 12_345, 1_00_00_001, 99_99_99_999])
def test_a_count_is_composed_as_python_composes_it(number: int) -> None:
    """The steps of the subroutine, done by hand."""
    text, left, said = count("hi"), number, []
    for ones, unit in re.findall(r"MATH\(\$\{left\}/(\d+),int\).*\n.*&(hi/n_\w+)\)\)", text):
        many, left = divmod(left, int(ones))
        said += [f"hi/n_{many}", unit] if many else []
    said += [f"hi/n_{left}"] if left or not number else []
    assert said == [f"hi/{p}" for p in hindi.number(number).prompts]


def test_the_number_is_spoken_in_three_groups() -> None:
    spoken = re.search(r"SAHAYATA_SAY_NUMBER=(hi/n_.*)\)", CONTEXTS["sub-fallback-number"])
    assert spoken
    groups = spoken[1].split("&hi/pause_short&")
    assert [group.count("hi/n_") for group in groups] == [3, 3, 4]
    assert re.findall(r"SAHAYATA_TICKET:(\d):1", spoken[1]) == list("0123456789")


LEAST = least_bytes(0.4)


@pytest.mark.parametrize("sizes", list(product((None, 0, 800, LEAST - 1, LEAST, 3600), repeat=3)))
def test_a_recording_is_judged_as_the_server_judges_it(sizes: tuple[int | None, ...]) -> None:
    """One file of it must be there, and none of them cut short; asked with the sizes filled in."""
    question = damage("/s/hi/n_5", str(LEAST))
    for ending, size in zip(FORMATS, sizes, strict=True):
        question = question.replace(f"${{STAT(e,/s/hi/n_5.{ending})}}", str(int(size is not None)))
        question = question.replace(f"${{STAT(s,/s/hi/n_5.{ending})}}", str(size or 0))
    inner = question.removeprefix("$[").removesuffix("]")
    terms = [re.fullmatch(r"(.+) (=|<) (.+)", term) for term in inner.split(" | ")]
    asked = [(total(t[1]), t[2], total(t[3])) for t in terms if t is not None]
    assert len(asked) == len(terms) == 1 + len(FORMATS)
    damaged = any(one < other if how == "<" else one == other for one, how, other in asked)
    there = [size for size in sizes if size is not None]
    assert damaged == (not there or min(there) < LEAST)


def total(expression: str) -> int:
    """Work out a sum of products."""
    return sum(prod(int(factor) for factor in part.split("*")) for part in expression.split("+"))


def test_recordings_are_looked_for_in_every_format_a_caller_may_have() -> None:
    assert FORMATS == codecs.TELEPHONE
    assert BYTES_A_SECOND == codecs.BYTES_A_SECOND
    assert TOLERANCE_BYTES == TOLERANCE_S * codecs.BYTES_A_SECOND


def test_a_recording_must_be_as_long_as_it_was_made() -> None:
    rows = dict(ROW.findall(bytes_of({"greeting": 1.5, "n_5": 0.3, "tick": 0.01})))
    assert rows == {
        "made_greeting": "11600",
        "made_n_5": "2000",
        "made_tick": "1",
        "i": str(SHORTEST_BYTES),
    }


def test_only_what_the_dialplan_can_play_is_measured() -> None:
    seconds = {"bye": 1.0, "n_42": 1.0, "m_7": 1.0, "room_is_full": 1.0}
    text = contexts(generate(replace(source(), seconds=seconds)))["sub-fallback-bytes"]
    assert set(dict(ROW.findall(text))) == {"made_bye", "made_n_42", "made_m_7", "i"}


def test_a_number_we_had_given_is_looked_at_before_it_is_told() -> None:
    told = {"kind": "say", "prompts": ["number_is", "{ticket_number}"], "next": "end"}
    begin = contexts(generate(source(told=told)))["sub-fallback-begin"]
    whole = "Gosub(sub-fallback-whole,s,1(${SAHAYATA_SAY_NUMBER},hi/number_is))"
    assert f"{whole}\n same => n,Playback(${{GOSUB_RETVAL}})" in begin


def test_a_table_that_nobody_asks_is_left_out() -> None:
    assert "sub-fallback-day" in CONTEXTS
    assert "sub-fallback-hours" not in CONTEXTS
    assert "sub-fallback-load" not in CONTEXTS


def test_nothing_is_left_to_be_filled_in() -> None:
    assert not re.search(r"@[a-z_]+@", TEXT)
    assert all(f"${{IFMODULE({name}.so)}}" in TEXT for name in MODULES)


def test_what_a_stranger_may_write_is_filtered_before_it_stands_in_a_list() -> None:
    for line in TEXT.splitlines():
        if "AGI(" in line:
            for name in ("CALL_ID", "CALLER", "DIALLED", "LANGUAGE", "SIP", "TICKET", "QUEUE"):
                assert re.search(rf"FILTER\([^,]+,\$\{{SAHAYATA_{name}\}}\)", line), (name, line)
                assert line.count(f"${{SAHAYATA_{name}}}") == 1
