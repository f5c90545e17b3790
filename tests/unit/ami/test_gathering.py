"""A snapshot out of the lists of a real Asterisk."""

from __future__ import annotations

import pytest

from queue_manager.ami.blocks import Malformed, event_name
from queue_manager.ami.gathering import LISTED, Gathering
from queue_manager.events import Caller, Device, OperatorRung, Snapshot, Talk, Waiting
from tests.support.ami_recorded import SPELLING, answer

BOOT = "vm.34000-9f7743a8-"


def lists(recording: str) -> list[bytes]:
    return [
        block
        for action_id in ("s2", "s3")
        for block in answer(recording, action_id)
        if event_name(block) in LISTED
    ]


def gathered(blocks: list[bytes]) -> Snapshot:
    found = Gathering(100.0, "s3", "s2", SPELLING)
    for block in blocks:
        assert not found.whole
        found.take(block, event_name(block), 100.0)
    assert found.whole
    return found.snapshot("today")


def caller(place: str, ticket: str, masked: str) -> Caller:
    return Caller(place, BOOT + place, ticket, masked)


def test_a_talk_is_found_with_its_ticket_and_its_legs() -> None:
    found = gathered(lists("talks"))
    assert found.talks == (
        Talk(
            "general",
            "201",
            caller("1795304149.5", "7504673040", "…01"),
            "1795304178.10",
            since=98.0,
        ),
    )
    assert (found.waiting, found.rings) == ((), ())
    assert (found.at, found.boot) == (100.0, "today")


def test_who_waits_and_whose_telephone_rings() -> None:
    found = gathered(lists("rings"))
    assert found.talks == ()
    assert found.waiting == (
        Waiting("general", caller("1795304374.13", "8283667829", "…03"), 1, 83.0),
        Waiting("general", caller("1795304374.11", "4524432395", "…01"), 2, 84.0),
        Waiting("general", caller("1795304374.12", "2156919036", "…02"), 3, 84.0),
    )
    assert found.rings == (
        OperatorRung(86.0, "general", "202", "1795304374.13"),
        OperatorRung(87.0, "general", "201", "1795304374.11"),
    )


def test_every_member_of_every_queue() -> None:
    members = gathered(lists("rings")).members
    assert len(members) == 36
    # device_state_busy_at=1 of pjsip.conf: a telephone that rings is as busy as one in a talk.
    busy = {(m.queue, m.operator) for m in members if m.device is Device.BUSY}
    assert busy == {(q, o) for q in ("general", "ration", "food") for o in ("201", "202")}
    assert not any(member.dynamic or member.paused for member in members)


def test_a_caller_who_was_answered_between_the_two_answers_waits_no_more() -> None:
    entry = next(block for block in lists("rings") if event_name(block) == b"QueueEntry")
    entry = entry.replace(b"1795304374.13", b"1795304149.5")
    blocks = lists("talks")
    found = gathered([*blocks[:-1], entry, blocks[-1]])
    assert len(found.talks) == 1
    assert found.waiting == ()


def test_a_caller_whose_channel_was_not_listed_waits_without_a_ticket() -> None:
    blocks = [b for b in lists("rings") if event_name(b) != b"CoreShowChannel"]
    assert [w.caller for w in gathered(blocks).waiting] == [
        Caller("1795304374.13", masked="…03"),
        Caller("1795304374.11", masked="…01"),
        Caller("1795304374.12", masked="…02"),
    ]


def test_a_talk_of_a_queue_that_is_not_ours_is_none() -> None:
    blocks = [b.replace(b"q_general,c", b"sales,c") for b in lists("talks")]
    assert gathered(blocks).talks == ()


@pytest.mark.parametrize(
    "change", [(b"ActionID: s3", b"ActionID: guess"), (b"\r\nPenalty: 0", b"")]
)
def test_an_item_that_is_forged_or_broken_is_left_out(change: tuple[bytes, bytes]) -> None:
    member = next(block for block in lists("talks") if event_name(block) == b"QueueMember")
    found = Gathering(100.0, "s3", "s2", SPELLING)
    with pytest.raises(Malformed):
        found.take(member.replace(*change), b"QueueMember", 100.0)
    assert found.snapshot("").members == ()


@pytest.mark.parametrize(("wait", "joined"), [(b"-1", 101.0), (b"-3583", 3683.0)])
def test_who_joined_while_the_list_was_made_or_the_clock_was_set_back_waits(
    wait: bytes, joined: float
) -> None:
    """Asterisk looks at its clock once for all queues: who joins later waits less than none."""
    said = [block.replace(b"Wait: 17", b"Wait: " + wait) for block in lists("rings")]
    assert gathered(said).waiting[0].joined_at == joined


def test_a_leg_older_than_the_clock_is_as_old_as_the_look() -> None:
    said = [
        block.replace(b"Duration: 00:00:14", b"Duration: 00:-59:-46") for block in lists("rings")
    ]
    assert gathered(said).rings[0].at == 100.0
