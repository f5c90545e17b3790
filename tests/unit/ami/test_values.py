"""What comes in is held against a pattern, and what goes out cannot add a line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_manager.ami import values
from queue_manager.ami.blocks import Malformed
from queue_manager.ami.values import UnsafeValue


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("9812345678", "…78"),
        ("+919812345678", "…78"),
        ("201", ""),
        ("<unknown>", ""),
        ("", ""),
        ("98123\u0967\u0968", ""),
        ("98123456 78", ""),
        ("anonymous12", ""),
    ],
)
def test_of_a_number_two_digits_are_shown_at_most(number: str, shown: str) -> None:
    assert values.masked(number) == shown


@pytest.mark.parametrize("name", ["food", "q_", "q_Food", "q_food;x", "q_" + "x" * 33, "", "q_a\n"])
def test_a_queue_that_is_none_of_ours(name: str) -> None:
    with pytest.raises(Malformed):
        values.queue_of(name, "q_")


@pytest.mark.parametrize("interface", ["PJSIP/", "PJSIP/20x", "Local/201@x", "SIP/201", "201", ""])
def test_an_interface_that_is_no_operators(interface: str) -> None:
    with pytest.raises(Malformed):
        values.extension_of(interface)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (values.channel_id, "1.1 x"),
        (values.channel_id, ""),
        (values.whole, "-1"),
        (values.whole, "१"),
        (values.whole, "12345678901"),
        (values.seconds, "--1"),
        (values.seconds, "-"),
        (values.duration_s, "1:2:3"),
        (values.duration_s, "00:00:--1"),
        (values.duration_s, "00:61:00"),
    ],
)
def test_a_value_that_asterisk_does_not_write(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(Malformed):
        read(text)


def test_a_span_may_be_less_than_nothing_after_a_clock_was_set_back() -> None:
    assert [values.seconds(text) for text in ("0", "17", "-3583")] == [0, 17, -3583]
    assert [values.duration_s(text) for text in ("-1:00:00", "00:-59:-5", "00:00:-1")] == [0, 0, 0]


def test_what_is_no_ticket_call_id_or_reason_is_none() -> None:
    assert [values.ticket_of(text) for text in ("8199499438", "819949943", "x")] == [
        "8199499438",
        "",
        "",
    ]
    assert [values.call_id_of(text) for text in ("vm.1-a-2.3", "a b", "x" * 129)] == [
        "vm.1-a-2.3",
        "",
        "",
    ]
    assert [values.reason_of(text) for text in ("tea", "Tea time", "x" * 33)] == ["tea", "", ""]


@pytest.mark.parametrize(
    "value",
    [
        "lunch\r\nAction: Originate",
        "a\nb",
        "a\rb",
        "a\x00b",
        "a\x85b",
        "a\u2028b",
        "a\ud800b",
        "a\x7f",
        "x" * 257,
    ],
)
def test_a_value_that_could_add_a_line_is_refused(value: str) -> None:
    with pytest.raises(UnsafeValue):
        values.clean(value)


@given(st.text(max_size=256))
def test_what_is_clean_is_one_line_of_utf8(value: str) -> None:
    try:
        cleaned = values.clean(value)
    except UnsafeValue:
        return
    assert cleaned.encode().decode().splitlines() in ([cleaned], [])


def test_a_hindi_name_goes_out_as_it_is() -> None:
    assert values.clean("सीता देवी") == "सीता देवी"


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (values.interface, "201/x"),
        (values.interface, "201\r\n"),
        (values.interface, ""),
        (values.reason, ""),
        (values.reason, "tea\r\nx"),
        (values.reason, "Tea"),
        (values.word, "a,b"),
        (values.word, ""),
        (values.plain, "a,b=c"),
        (values.plain, "${SHELL(x)}"),
    ],
)
def test_a_value_of_an_action_out_of_its_pattern(write: Callable[[str], str], text: str) -> None:
    with pytest.raises(UnsafeValue):
        write(text)


def test_a_queue_of_an_action() -> None:
    assert values.queue_name("food", "q_") == "q_food"
    with pytest.raises(UnsafeValue):
        values.queue_name("food\r\nx", "q_")
