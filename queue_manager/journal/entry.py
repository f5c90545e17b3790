"""One line of the journal."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What happened. A *visit* is one stay of one caller in one queue."""

    JOINED = "joined"
    ANSWERED = "answered"
    """``seconds`` is the wait; ``operator`` is who answered."""
    ABANDONED = "abandoned"
    """``seconds`` is the wait."""
    LEFT = "left"
    """Waits no more; ``seconds`` is the wait. With nothing else said of the visit: alive, by the
    time limit or a key. Asterisk tells it of every visit, in no fixed order with ``ANSWERED`` or
    ``ABANDONED``, so those outrank it when a journal is read."""
    CALL_BACK = "call_back"
    """The caller of a visit that ``LEFT`` asked to be called back."""
    VANISHED = "vanished"
    """A visit that was gone after a gap: nobody saw how it ended. Outranked by whatever is found
    out later."""
    RUNG = "rung"
    MISSED = "missed"
    """``seconds`` is how long it rang."""
    COMPLETED = "completed"
    """``seconds`` is the talk, hold in it; ``detail`` is who ended it. ``None`` and ``unseen`` of a
    talk that was over after a gap."""
    WRAPPED = "wrapped"
    """The operator ended the wrap-up of the visit; ``seconds`` is how long it took."""
    DISPOSITION = "disposition"
    """How ``operator`` says that the call of the visit ended: ``detail``, ``helped``."""
    MARKED = "marked"
    """``operator`` calls the visit ``detail``: ``blank`` or ``abusive``."""
    STATE = "state"
    """``operator`` changed to the state ``detail``, with the reason of a pause: ``paused:tea``;
    "" where it is not known from then on."""
    GAP_BEGAN = "gap_began"
    """From here on nothing was known, of no operator and of no visit; ``detail`` is why."""
    GAP_ENDED = "gap_ended"
    """``seconds`` is how long nothing was known. The states of all operators follow, told anew."""


class Entry(NamedTuple):
    """What happened once. A tuple, as a busy half-hour of a large helpline has 16,000 of them.

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
