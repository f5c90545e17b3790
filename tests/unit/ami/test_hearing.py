"""Each event of a real Asterisk becomes one of the room's, or none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_manager.ami.blocks import Malformed, event_name
from queue_manager.ami.hang_ups import HangUpAsked
from queue_manager.ami.hearing import READERS
from queue_manager.events import (
    Caller,
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    ChannelGone,
    Completed,
    Connected,
    Device,
    HoldChanged,
    Member,
    MemberGone,
    MemberIs,
    OperatorRung,
    RingMissed,
    RoomEvent,
)
from tests.support.ami_recorded import HEARING, event, live_events

FIRST = Caller("1795304149.6", "vm.34000-9f7743a8-1795304149.6", "5644968795", "…02")
SITA = Member("psych", "208", 3, True, "tea", Device.UNAVAILABLE, in_call=False, dynamic=True)


def heard(block: bytes, at: float = 7.5) -> RoomEvent | HangUpAsked:
    event = HEARING.hear(block, event_name(block), at)
    assert event is not None
    return event


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (event("talks", "QueueCallerJoin"), CallerJoined(7.5, "general", FIRST, 1)),
        (event("talks", "QueueCallerLeave"), CallerLeft(7.5, "general", FIRST.channel)),
        (
            event("rings", "QueueCallerAbandon"),
            CallerAbandoned(7.5, "general", "1795304374.13"),
        ),
        (event("talks", "AgentCalled"), OperatorRung(7.5, "general", "201", FIRST.channel)),
        (
            event("rings", "AgentRingNoAnswer"),
            RingMissed(7.5, "general", "202", "1795304374.13", 20.0),
        ),
        (
            event("talks", "AgentCalled").replace(b"AgentCalled", b"AgentDump"),
            RingMissed(7.5, "general", "201", FIRST.channel, 0.0),
        ),
        (
            event("talks", "AgentConnect"),
            Connected(7.5, "general", "201", FIRST, "1795304164.8", 3, 0),
        ),
        (
            event("talks", "AgentComplete"),
            Completed(7.5, "general", "201", FIRST.channel, 13, "operator"),
        ),
        (event("rings", "QueueMemberPause", 1), MemberIs(7.5, SITA)),
        (event("rings", "QueueMemberRemoved"), MemberGone(7.5, "psych", "208")),
        (event("talks", "Hangup"), ChannelGone(7.5, "1795304164.8")),
        (
            event("talks", "Hangup").replace(b"Event: Hangup", b"Event: HangupRequest"),
            HangUpAsked(7.5, "1795304164.8"),
        ),
        (
            event("talks", "Hangup").replace(b"Event: Hangup", b"Event: SoftHangupRequest"),
            HangUpAsked(7.5, "1795304164.8"),
        ),
        (
            event("talks", "Hangup").replace(b"Event: Hangup", b"Event: Hold"),
            HoldChanged(7.5, "1795304164.8", held=True),
        ),
        (
            event("talks", "Hangup").replace(b"Event: Hangup", b"Event: Unhold"),
            HoldChanged(7.5, "1795304164.8", held=False),
        ),
    ],
)
def test_an_event_is_told_in_the_words_of_the_room(
    block: bytes, expected: RoomEvent | HangUpAsked
) -> None:
    assert heard(block) == expected


@pytest.mark.parametrize("recording", ["talks", "rings"])
def test_every_event_that_the_listener_is_sent_is_understood(recording: str) -> None:
    events = live_events(recording)
    unread = [block for block in events if event_name(block) not in READERS]
    assert [event_name(block) for block in unread] == [b"FullyBooted"]
    told = [heard(block) for block in events if block not in unread]
    assert len(told) > 50


@pytest.mark.parametrize(
    ("said", "told"), [("caller", "caller"), ("agent", "operator"), ("transfer", "transfer")]
)
def test_who_ended_a_talk(said: str, told: str) -> None:
    block = event("talks", "AgentComplete").replace(b"Reason: agent", f"Reason: {said}".encode())
    completed = heard(block)
    assert isinstance(completed, Completed)
    assert completed.ended_by == told


def every_kind() -> list[bytes]:
    found = {event_name(block): block for name in ("talks", "rings") for block in live_events(name)}
    return [block for name, block in found.items() if name in READERS]


@pytest.mark.parametrize("block", every_kind(), ids=lambda block: event_name(block).decode())
def test_a_field_that_is_missing_or_stands_twice_never_gives_a_wrong_event(block: bytes) -> None:
    right = heard(block)
    lines = block.split(b"\r\n")
    for place, line in enumerate(lines[1:], start=1):
        without = b"\r\n".join(lines[:place] + lines[place + 1 :])
        twice = b"\r\n".join([*lines[: place + 1], line, *lines[place + 1 :]])
        assert told(twice) in (right, None), line
        if not line.startswith(b"ChanVariable"):  # a call may have no ticket
            assert told(without) in (right, None, nameless(right)), line


def nameless(right: RoomEvent | HangUpAsked) -> RoomEvent | HangUpAsked:
    """The end of a talk whose channels Asterisk has forgotten: told without any."""
    return replace(right, channel="") if isinstance(right, Completed) else right


def told(block: bytes) -> RoomEvent | HangUpAsked | None:
    try:
        return heard(block)
    except Malformed:
        return None


@pytest.mark.parametrize("block", every_kind(), ids=lambda block: event_name(block).decode())
def test_an_event_slipped_into_a_value_is_heard_as_neither(block: bytes) -> None:
    for line in (b"Event: QueueMemberRemoved", b"Queue: q_food", b"Uniqueid: 1.1", b"Interface: x"):
        lines = block.split(b"\r\n")
        if not any(one.startswith(line[: line.index(b":") + 1]) for one in lines):
            continue
        for place in range(1, len(lines) + 1):
            forged = b"\r\n".join([*lines[:place], line, *lines[place:]])
            assert told(forged) in (heard(block), None), (line, place)


@pytest.mark.parametrize("block", every_kind(), ids=lambda block: event_name(block).decode())
def test_a_value_that_asterisk_never_writes_is_malformed_or_means_nothing(block: bytes) -> None:
    right = heard(block)
    lines = block.split(b"\r\n")
    for place, line in enumerate(lines[1:], start=1):
        name, _, _ = line.partition(b": ")
        strange = b"\r\n".join([*lines[:place], name + b": ;\xff\xe0$", *lines[place + 1 :]])
        found = told(strange)
        assert ";" not in str(found)
        # A call may have no ticket and no number, a pause no reason that we know.
        if not line.startswith((b"ChanVariable", b"CallerIDNum", b"PausedReason", b"Membership")):
            assert found in (right, None), line


def test_a_call_without_ticket_or_number_is_a_call_all_the_same() -> None:
    block = event("talks", "QueueCallerJoin")
    block = block.replace(b"CallerIDNum: 9810000002", b"CallerIDNum: <unknown>")
    block = block.replace(b"SAHAYATA_TICKET=5644968795", b"SAHAYATA_TICKET=")
    block = block.replace(FIRST.call_id.encode(), b"forged id")
    assert heard(block) == CallerJoined(7.5, "general", Caller(FIRST.channel), 1)
