"""What the dialplan tells about a call, with every kind of caller id."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import CallFacts
from ivr.desk import QueueOutcome
from ivr.fastagi.facts import queue_visit, read_facts
from ivr.fastagi.protocol import BadHeader, HeaderReader
from tests.support.plays_asterisk import header_block

NOW = datetime(2026, 6, 1, 10, 10, tzinfo=UTC)


def facts(script: str, caller: str = "unknown") -> CallFacts:
    complete = HeaderReader().feed(header_block(script, caller=caller))
    assert complete is not None
    return read_facts(complete[0], NOW)


def test_a_call_that_arrives() -> None:
    script = "inbound?call_id=cell-a-6a-17.4&dialled=1950&language=mr&sip=abc-1@10.0.0.1"
    assert facts(script, "+919812345678") == CallFacts(
        call_id="cell-a-6a-17.4",
        caller="+919812345678",
        dialled="1950",
        language="mr",
        entry="inbound",
        arrived_at=NOW,
        sip_call_id="abc-1@10.0.0.1",
    )


def test_a_call_that_leaves_a_queue() -> None:
    script = "from_queue?call_id=a&ticket=4821093475&queue=food&entry=queue_key&recorded=0"
    found = facts(script)
    assert (found.entry, found.ticket, found.queue) == ("queue_key", "4821093475", "food")
    assert found.parameters == {"recorded": "0"}
    assert found.language == "hi"


@pytest.mark.parametrize(
    "caller",
    [
        "unknown",
        "anonymous",
        "9" * 60,
        '"98"',
        "98+12",
        "+",
        "रमेश",
        "sip:98@x",
        "98 12",
        "-1",
        "٩٨١٢",
    ],
)
def test_an_odd_caller_id_is_none_and_the_call_goes_on(caller: str) -> None:
    assert facts("inbound?call_id=a", caller).caller == ""


@pytest.mark.parametrize(
    "query",
    ["", "call_id=", "call_id=a/b", "call_id=" + "a" * 129, "call_id=a b", "dialled=1950"],
)
def test_without_a_call_id_it_was_not_our_dialplan(query: str) -> None:
    with pytest.raises(BadHeader):
        facts(f"inbound?{query}")


@pytest.mark.parametrize(
    ("key", "value", "attribute"),
    [
        ("ticket", "482109347", "ticket"),
        ("ticket", "1" * 30, "ticket"),
        ("ticket", "48210934a5", "ticket"),
        ("queue", "food) x", "queue"),
        ("queue", "Food", "queue"),
        ("dialled", "19a", "dialled"),
        ("sip", "a<b", "sip_call_id"),
        ("sip", "a" * 129, "sip_call_id"),
    ],
)
def test_a_value_that_does_not_fit_counts_as_empty(key: str, value: str, attribute: str) -> None:
    assert getattr(facts(f"inbound?call_id=a&{key}={value}"), attribute) == ""


@given(st.text(st.characters(exclude_characters="\n&=", codec="utf-8"), max_size=80))
def test_nothing_unbounded_or_unclean_gets_in(value: str) -> None:
    try:
        found = facts(f"inbound?call_id=a&queue={value}&operator={value}", value)
    except BadHeader:
        return
    text = found.caller + found.queue + found.parameters.get("operator", "")
    assert len(text) <= 21 + 32 + 64
    assert text.isascii()
    assert set(text).isdisjoint("\"'\\ ,;${}()")


@pytest.mark.parametrize(
    ("rest", "outcome", "waited", "talked"),
    [
        ("status=&abandoned=&operator=PJSIP/201&wait=7&total=67", QueueOutcome.SERVED, 7, 60),
        ("status=&abandoned=TRUE&operator=&wait=&total=40", QueueOutcome.ABANDONED, 40, 0),
        ("abandoned=TRUE&operator=PJSIP/201&wait=7&total=40", QueueOutcome.ABANDONED, 40, 0),
        ("status=TIMEOUT&total=300", QueueOutcome.TIMED_OUT, 300, 0),
        ("status=TIMEOUT&abandoned=TRUE&total=300", QueueOutcome.TIMED_OUT, 300, 0),
        ("status=JOINEMPTY&total=0", QueueOutcome.NOBODY, 0, 0),
        ("status=LEAVEUNAVAIL&total=9", QueueOutcome.NOBODY, 9, 0),
        ("status=FULL", QueueOutcome.NOBODY, 0, 0),
        ("status=&total=12", QueueOutcome.LEFT, 12, 0),
        ("operator=PJSIP/201&wait=70&total=60", QueueOutcome.SERVED, 70, 0),
        ("operator=PJSIP/201&wait=x&total=9999999", QueueOutcome.SERVED, 0, 0),
    ],
)
def test_how_a_stay_in_a_queue_ended(
    rest: str, outcome: QueueOutcome, waited: int, talked: int
) -> None:
    visit = queue_visit(facts(f"after_queue?call_id=a&queue=food&{rest}"), 1000.0)
    assert (visit.outcome, visit.waited_s, visit.talked_s) == (outcome, waited, talked)
    assert bool(visit.operator) == (outcome is QueueOutcome.SERVED)


@pytest.mark.parametrize(
    ("rest", "waited", "talked"),
    [
        ("wait=7&total=67", 7, 60),  # not moved
        ("wait=3607&total=3667", 7, 60),  # forward, while the caller waited
        ("wait=7&total=3667", 7, 60),  # forward, while they talked
        ("wait=-3593&total=-3533", 7, 60),  # back, while the caller waited
        ("wait=7&total=-3533", 7, 60),  # back, while they talked
        ("wait=3607&total=67", 67, 0),  # there and back: nothing says when
        ("wait=-3593&total=67", 0, 67),
        ("wait=8&total=69", 8, 61),  # cut to whole seconds
    ],
)
def test_a_clock_that_was_moved_makes_no_stay_longer_or_shorter(
    rest: str, waited: int, talked: int
) -> None:
    handed_over = "operator=PJSIP/201&since=933"
    visit = queue_visit(facts(f"after_queue?call_id=a&queue=food&{handed_over}&{rest}"), 1000.9)
    assert (visit.waited_s, visit.talked_s) == (waited, talked)


@pytest.mark.parametrize("since", ["", "&since=", "&since=x", "&since=-5", "&since=99999999999"])
def test_without_the_moment_of_handing_over_spans_are_at_least_not_negative(since: str) -> None:
    visit = queue_visit(facts(f"after_queue?call_id=a&queue=food&total=-3590{since}"), 1000.0)
    assert (visit.waited_s, visit.talked_s) == (0, 0)
