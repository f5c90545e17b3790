"""What the room asks of duty; and what the district decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from queue_manager.duty.declared import Change, Declared


@dataclass(frozen=True, slots=True)
class PauseReason:
    """Why operators pause."""

    id: str
    digit: str
    """The key that stands for it; "" of one that no operator chooses."""
    names: Mapping[str, str]
    """By language."""


@dataclass(frozen=True, slots=True)
class DutyTerms:
    """What the district decided about pauses, wrap-up and missed calls."""

    pause_reasons: tuple[PauseReason, ...]
    wrap_up: timedelta
    """How long a wrap-up lasts unless the operator ends it; nothing means none."""
    missed_calls: int
    """After so many rings in a row without an answer an operator is paused; 0 for never."""


class Duty(Protocol):
    """What operators declared, kept over any restart. Synchronous: ask it in a thread."""

    def declared(self) -> Mapping[str, Declared]:
        """Return what each operator of the roster declared last, by extension.

        One who never declared anything, or has left the roster, is signed off. Queues that the
        district has no more are left out. Raises ``database.engine.StoreUnavailable``.
        """

    def declare(self, extension: str, change: Change, *, by: str, why: str = "") -> Declared:
        """Make a change durable with who did it and why; return what holds now.

        ``by`` is an extension, the name of a user of the console, or ``room`` for what happens by
        itself. A change that changes nothing leaves no line in the history.

        Raises:
            NotPossible: it makes no sense now, or nobody on the roster has the extension.
            database.engine.StoreUnavailable: nothing was changed.
        """
