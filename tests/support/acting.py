"""What holds of whoever changes queues, the model of these tests and the real Asterisk alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from queue_manager.ami.outcomes import Done, Refused
from queue_manager.events import Device, Member, MemberGone, MemberIs, RoomEvent
from queue_manager.room.ports import Acting


class Hearing(Protocol):
    """What is told of it."""

    told: list[RoomEvent]

    async def until(self, true: Callable[[RoomEvent], bool], after: int = 0) -> RoomEvent:
        """Wait for the first event that is so."""
        ...


async def members_are_changed_and_told(do: Acting, ear: Hearing) -> None:
    """244 sits in psych and not in medical: each change is accepted, and told by an event."""
    mark = len(ear.told)
    assert await do.add_member("medical", "244", 3, "सीता देवी", pause_reason="tea") == Done()
    added = await ear.until(lambda e: _of_medical(e) is not None, mark)
    assert _of_medical(added) == Member(
        "medical", "244", 3, True, "tea", _device(added), in_call=False, dynamic=True
    )
    changes: list[tuple[Awaitable[object], Callable[[Member], bool]]] = [
        (do.resume("244"), lambda member: not member.paused),
        (do.pause("244", "training"), lambda member: member.pause_reason == "training"),
        (do.set_penalty("medical", "244", 7), lambda member: member.penalty == 7),
    ]
    for asked, shown in changes:
        mark = len(ear.told)
        assert await asked == Done()
        await ear.until(lambda e, so=shown: (m := _of_medical(e)) is not None and so(m), mark)  # type: ignore[misc]
    assert await do.remove_member("medical", "244") == Done()
    await ear.until(lambda e: e == MemberGone(e.at, "medical", "244"), mark)
    assert await do.resume("244") == Done()
    await ear.until(lambda e: isinstance(e, MemberIs) and not e.member.paused, mark)


async def what_cannot_be_is_refused(do: Acting, ear: Hearing) -> None:
    """244 sits in psych and not in medical: each is refused in Asterisk's words, and not told."""
    mark = len(ear.told)
    refused = [
        await do.remove_member("medical", "244"),
        await do.remove_member("nowhere", "244"),
        await do.add_member("psych", "244", 0, "x"),
        await do.add_member("nowhere", "244", 0, "x"),
        await do.set_penalty("medical", "244", 1),
        await do.pause("999", "tea"),
        await do.resume("999"),
    ]
    assert refused == [
        Refused("Unable to remove interface: Not there"),
        Refused("Unable to remove interface from queue: No such queue"),
        Refused("Unable to add interface: Already there"),
        Refused("Unable to add interface to queue: No such queue"),
        Refused("Invalid interface, queuename or penalty"),
        Refused("Interface not found"),
        Refused("Interface not found"),
    ]
    assert not [event for event in ear.told[mark:] if isinstance(event, MemberIs | MemberGone)]


def _of_medical(event: RoomEvent) -> Member | None:
    if isinstance(event, MemberIs) and event.member.queue == "medical":
        return event.member
    return None


def _device(event: RoomEvent) -> Device:
    assert isinstance(event, MemberIs)
    return event.member.device
