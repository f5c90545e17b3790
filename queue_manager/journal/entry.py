"""One line of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What happened. A *visit* is one stay of one caller in one queue."""

    JOINED = "joined"
    ANSWERED = "answered"
    """``seconds`` is the wait; ``operator`` is who answered."""
    ABANDONED = "abandoned"
    """``seconds`` is the wait."""
    LEFT = "left"
    """Alive, by the time limit or a key; ``seconds`` is the wait."""
    CALL_BACK = "call_back"
    """The caller of a visit that ``LEFT`` asked to be called back."""
    VANISHED = "vanished"
    """A visit that was gone after a gap: nobody saw how it ended."""
    RUNG = "rung"
    MISSED = "missed"
    """``seconds`` is how long it rang."""
    COMPLETED = "completed"
    """``seconds`` is the talk, hold in it; ``detail`` is who ended it."""
    STATE = "state"
    """``operator`` changed to the state ``detail``, with the reason of a pause: ``paused:tea``."""
    GAP_BEGAN = "gap_began"
    GAP_ENDED = "gap_ended"
    """``seconds`` is how long nothing was known."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened once.

    ``key`` is the same for the same happening however often it is told, so that a duplicate adds
    nothing. ``visit`` is the caller's channel and the time it joined. ``at`` is UTC.
    """

    key: str
    at: datetime
    kind: Kind
    queue: str = ""
    operator: str = ""
    visit: str = ""
    call_id: str = ""
    ticket: str = ""
    seconds: float | None = None
    detail: str = ""
