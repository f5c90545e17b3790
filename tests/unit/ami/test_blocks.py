"""Bytes become the same blocks wherever the reads fall, and blocks the same fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_manager.ami.blocks import (
    Blocks,
    Malformed,
    Picker,
    TooLong,
    event_name,
    fields,
    variable,
)
from tests.support.ami_recorded import event, recorded

MOST = 4096
PIECE = (
    event("rings", "QueueMemberAdded") + b"\r\n\r\n" + event("rings", "QueueEntry") + b"\r\n\r\n"
)
"""With a Hindi name in it: three bytes a letter."""


def test_the_same_blocks_for_a_cut_at_every_byte() -> None:
    whole = Blocks(MOST).feed(PIECE)
    assert len(whole) == 2
    for cut in range(len(PIECE) + 1):
        blocks = Blocks(MOST)
        assert blocks.feed(PIECE[:cut]) + blocks.feed(PIECE[cut:]) == whole


def test_no_letter_is_lost_byte_by_byte() -> None:
    blocks = Blocks(MOST)
    found = [
        block for place in range(len(PIECE)) for block in blocks.feed(PIECE[place : place + 1])
    ]
    assert fields(found[0])["MemberName"] == "सीता देवी"


@given(st.lists(st.integers(0, 60_000), max_size=30))
def test_a_whole_recording_in_any_pieces(cuts: list[int]) -> None:
    data = recorded("rings")
    blocks, found, start = Blocks(MOST), [], 0
    for cut in sorted(cuts):
        found += blocks.feed(data[start:cut])
        start = max(start, cut)
    assert found + blocks.feed(data[start:]) == Blocks(MOST).feed(data)


def test_a_block_without_an_end_is_refused() -> None:
    blocks = Blocks(100)
    assert blocks.feed(b"x" * 100) == []
    with pytest.raises(TooLong):
        blocks.feed(b"x")


def test_many_whole_blocks_at_once_are_not_too_long() -> None:
    assert len(Blocks(100).feed(b"Event: A\r\n\r\n" * 50)) == 50


@pytest.mark.parametrize(
    ("block", "name"),
    [
        (b"Event: Hangup\r\nCause: 16", b"Hangup"),
        (b"Event: Hangup", b"Hangup"),
        (b"Response: Success\r\nEvent: Hangup", b""),
        (b"", b""),
    ],
)
def test_the_name_of_an_event(block: bytes, name: bytes) -> None:
    assert event_name(block) == name


def test_what_is_picked_is_what_stands_there() -> None:
    pick = Picker(("Uniqueid", "DestUniqueid", "Queue"), ("SAHAYATA_TICKET",))
    assert pick(event("talks", "AgentConnect")) == {
        "Uniqueid": "1795304149.6",
        "DestUniqueid": "1795304164.8",
        "Queue": "q_general",
        variable("SAHAYATA_TICKET"): "5644968795",
    }
    assert pick(b"Event: X\r\nQueue: \r\nQueueX: 1\r\nXQueue: 2\r\nA: Queue: 3") == {"Queue": ""}
    assert pick(b"Event: X\r\nQueue: a\xff\nQueue: b") == {"Queue": "a\ufffd\nQueue: b"}


@pytest.mark.parametrize(
    "slipped_in", [b"Queue: q_food", b"Event: Hangup", b"ChanVariable: SAHAYATA_TICKET=1"]
)
def test_what_is_picked_stands_there_once(slipped_in: bytes) -> None:
    pick = Picker(("Uniqueid", "Queue"), ("SAHAYATA_TICKET",))
    with pytest.raises(Malformed):
        pick(event("talks", "AgentConnect") + b"\r\n" + slipped_in)


def test_an_empty_value_and_a_value_with_a_colon() -> None:
    assert fields(b"A: \r\nB:\r\nC: x: y") == {"A": "", "B": "", "C": "x: y"}


def test_what_is_no_utf8_is_replaced() -> None:
    assert fields(b"Event: X\r\nName: a\xff\xe0b")["Name"] == "a\ufffd\ufffdb"


@pytest.mark.parametrize(
    "block",
    [
        b"Event: Hangup\r\nCallerIDNum: 1\r\nEvent: QueueMemberStatus",
        b"Event: Hangup\r\nUniqueid: 1.1\r\nUniqueid: 2.2",
        b"Event: Hangup\r\nno field at all",
    ],
)
def test_a_line_that_was_slipped_in_is_no_field(block: bytes) -> None:
    with pytest.raises(Malformed):
        fields(block)
