"""What the room needs of others. Concrete classes satisfy these as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from queue_manager.ami.counters import Counters
from queue_manager.ami.outcomes import Outcome
from queue_manager.events import RoomEvent
from queue_manager.journal.writer import Writing
from queue_manager.live.picture import Picture

Steady = Callable[[], float]
"""The steady clock, ``time.monotonic``."""


class Listening(Protocol):
    """``queue_manager.ami.link.Link``."""

    counters: Counters

    @property
    def last_byte_at(self) -> float:
        """When Asterisk was last heard, on the steady clock."""

    async def run(self, put: Callable[[RoomEvent], None]) -> None:
        """Tell what happens until cancelled."""

    def look_again(self) -> None:
        """Have a further snapshot told."""


class Acting(Protocol):
    """``queue_manager.ami.actions.Actions``."""

    async def run(self) -> None:
        """Stay connected until cancelled."""

    async def add_member(
        self, queue: str, operator: str, penalty: int, name: str, *, pause_reason: str = ""
    ) -> Outcome:
        """Put an operator into a queue."""

    async def remove_member(self, queue: str, operator: str) -> Outcome:
        """Take an operator out of a queue."""

    async def pause(self, operator: str, reason: str) -> Outcome:
        """Pause an operator in all queues."""

    async def resume(self, operator: str) -> Outcome:
        """End an operator's pause."""

    async def set_penalty(self, queue: str, operator: str, penalty: int) -> Outcome:
        """Change how late an operator is chosen."""


class Ending(Protocol):
    """``queue_manager.room.wrap_up_ends.WrapUpEnds``."""

    def end_at(self, extension: str, at: datetime | None) -> None:
        """Have a wrap-up ended whatever becomes of us; ``None``: not any more."""


class Returning(Protocol):
    """``queue_manager.room.came_back.CameBack``; blocks, raises nothing."""

    def read(self) -> Mapping[str, datetime]:
        """Return who came back with Asterisk alone, and when."""

    def forget(self, extension: str) -> None:
        """Let go of one that was heeded."""


class Recording(Protocol):
    """``queue_manager.journal.recorder.Recorder``."""

    def note(self, before: Picture, event: RoomEvent, after: Picture) -> None:
        """Write down what an event means."""

    def beat(self, at: float, picture: Picture) -> None:
        """Say that up to ``at`` everything was noted."""

    def state(self) -> Writing:
        """Tell how the writing fares."""
