"""How an action ended. Nothing here says that the room has changed: its events do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """Asterisk said yes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Asterisk said no, in these words; nothing was done."""

    words: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer in time, or the link was lost while waiting: done or not, nobody knows.

    ``sent`` is false when it never left this machine's hands, so that it was surely not done. It
    is never sent again by itself.
    """

    words: str
    sent: bool = True


Outcome = Done | Refused | Unknown
