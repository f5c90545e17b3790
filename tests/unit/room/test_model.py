"""The model that the room's tests act on: held to what holds of the real Asterisk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from queue_manager.events import RoomEvent
from queue_manager.room.ports import Acting
from tests.support.acting import (
    Hearing,
    members_are_changed_and_told,
    what_cannot_be_is_refused,
)
from tests.support.app_queue import AppQueue
from tests.support.small_room import ModelActions, ModelLink


class Told:
    """All that the model told."""

    def __init__(self) -> None:
        self.told: list[RoomEvent] = []

    async def until(self, true: Callable[[RoomEvent], bool], after: int = 0) -> RoomEvent:
        async with asyncio.timeout(5):
            while True:
                for event in self.told[after:]:
                    if true(event):
                        return event
                await asyncio.sleep(0)


@pytest.mark.parametrize("holds", [members_are_changed_and_told, what_cannot_be_is_refused])
async def test_it_does_and_refuses_what_asterisk_does(
    holds: Callable[[Acting, Hearing], asyncio.Future[None]],
) -> None:
    truth, ear = AppQueue(["psych", "medical"]), Told()
    truth.sit(0.0, "244", "psych", 0)
    link = ModelLink(truth)
    running = asyncio.create_task(link.run(ear.told.append))
    await asyncio.sleep(0)
    await holds(ModelActions(link), ear)
    running.cancel()


async def test_what_came_of_it_is_told_after_the_answer() -> None:
    truth, ear = AppQueue(["psych"]), Told()
    link = ModelLink(truth)
    running = asyncio.create_task(link.run(ear.told.append))
    await asyncio.sleep(0)
    mark = len(ear.told)
    await ModelActions(link).add_member("psych", "244", 0, "x")
    assert ear.told[mark:] == []
    await asyncio.sleep(0)
    assert len(ear.told[mark:]) == 1
    running.cancel()
