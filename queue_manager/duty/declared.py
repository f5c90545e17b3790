"""What an operator declared, and what may follow: pure, as everything that decides.

Times are UTC on the wall clock, as they are kept over a restart of the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

WRAP_UP: Final = "wrap_up"
"""The pause reason of a wrap-up."""
MISSED_CALLS: Final = "missed_calls"
"""The pause reason of who missed too many calls in a row."""


def _none() -> Mapping[str, int]:
    return MappingProxyType({})


class NotPossible(Exception):
    """The change makes no sense now; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What one operator declared last."""

    extension: str
    since: datetime
    """When the operator signed on, or off."""
    signed_on: bool = False
    queues: Mapping[str, int] = field(default_factory=_none)
    """The queues signed on to with the penalty in each; none of who is signed off."""
    pause_reason: str = ""
    """"" of who is not paused."""
    paused_since: datetime | None = None
    wrap_up_until: datetime | None = None
    """When the wrap-up ends by itself; it may lie in the past while nobody ended it."""
    missed: int = 0
    """Rings in a row that were not answered, since the last talk, pause or sign-on."""

    @property
    def reason(self) -> str:
        """What Asterisk has to hold against ringing this operator; "" when nothing."""
        return self.pause_reason or (WRAP_UP if self.wrap_up_until is not None else "")


@dataclass(frozen=True, slots=True)
class SignOn:
    """Begin to serve queues; without any: those of the roster. Who is paused stays paused."""

    queues: Mapping[str, int] = field(default_factory=_none)
    kind = "sign_on"


@dataclass(frozen=True, slots=True)
class SignOff:
    """Serve no queue any more."""

    kind = "sign_off"


@dataclass(frozen=True, slots=True)
class Pause:
    """Be rung no more until ``Resume``; a wrap-up is over with it."""

    reason: str
    kind = "pause"


@dataclass(frozen=True, slots=True)
class Resume:
    """End a pause, whatever its reason, and a wrap-up with it."""

    kind = "resume"


@dataclass(frozen=True, slots=True)
class WrapUp:
    """Finish the last call until a moment; of who is paused nothing changes."""

    until: datetime
    kind = "wrap_up"


@dataclass(frozen=True, slots=True)
class Ready:
    """End the wrap-up, early or because its time is over."""

    kind = "ready"


@dataclass(frozen=True, slots=True)
class Missed:
    """One more ring was not answered."""

    kind = "missed"


@dataclass(frozen=True, slots=True)
class Answered:
    """A call was answered: nothing was missed in a row."""

    kind = "answered"


@dataclass(frozen=True, slots=True)
class Move:
    """Serve these queues instead of those served now."""

    queues: Mapping[str, int]
    kind = "move"


Change = SignOn | SignOff | Pause | Resume | WrapUp | Ready | Missed | Answered | Move


def after(declared: Declared, change: Change, at: datetime) -> Declared:
    """Return what holds after a change; the same object when it changes nothing.

    Raises:
        NotPossible: the operator is signed off, would serve no queue, or a pause has no reason.
    """
    _require_sense(declared, change)
    match change:
        case SignOn(queues) if not declared.signed_on:
            return Declared(declared.extension, at, signed_on=True, queues=_frozen(queues))
        case SignOff() if declared.signed_on:
            return Declared(declared.extension, at)
        case SignOn(queues) | Move(queues) if dict(queues) != dict(declared.queues):
            return replace(declared, queues=_frozen(queues))
        case Pause(reason) if reason != declared.pause_reason:
            paused = replace(declared, wrap_up_until=None, missed=0)
            return replace(paused, pause_reason=reason, paused_since=at)
        case Resume() if declared.reason:
            return replace(
                declared, pause_reason="", paused_since=None, wrap_up_until=None, missed=0
            )
        case WrapUp(until) if not declared.pause_reason and until != declared.wrap_up_until:
            return replace(declared, wrap_up_until=until)
        case Ready() if declared.wrap_up_until is not None:
            return replace(declared, wrap_up_until=None)
        case Missed():
            return replace(declared, missed=declared.missed + 1)
        case Answered() if declared.missed:
            return replace(declared, missed=0)
        case _:
            return declared


def _require_sense(declared: Declared, change: Change) -> None:
    if not declared.signed_on and not isinstance(change, SignOn | SignOff):
        raise NotPossible(f"{declared.extension} is not signed on")
    match change:
        case SignOn(queues) | Move(queues) if not queues:
            raise NotPossible(f"{declared.extension} would serve no queue")
        case Pause(reason) if not reason:
            raise NotPossible("a pause needs its reason")


def _frozen(queues: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType(dict(queues))
