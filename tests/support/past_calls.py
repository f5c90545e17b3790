"""A busy hour of the same day a week ago, in the journal of an instance that has not begun."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from queue_manager.events import RoomEvent
from queue_manager.journal import store as journal_store
from queue_manager.journal.derive import Ledger
from queue_manager.staffing.replay import VirtualClock
from tests.support.journals import completed, connected, empty_room, joined, left, told

APART_S: Final = 45.0
TALK_S: Final = 30.0


def add_a_busy_hour(engine: Engine, now: datetime) -> None:
    """Let food have been called all the time from half an hour before ``now`` to two hours after.

    Every caller was answered at once: enough talks to foretell today from.
    """
    begins = now - timedelta(weeks=1, minutes=30)
    story: list[RoomEvent] = [empty_room(0.0)]
    for number in range(200):
        at, channel = 1.0 + number * APART_S, f"past-{number}"
        story += [joined(at, channel), left(at + 5, channel), connected(at + 5, "201", channel)]
        story.append(completed(at + 5 + TALK_S, "201", channel))
    journal_store.add(engine, told(story, Ledger(VirtualClock(begins))))
