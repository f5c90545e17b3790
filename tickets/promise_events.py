"""What becomes of the promise: officers and verifiers work on a matter, and the citizen judges it.

An event is written once and never changed: see ``tickets.events``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class ConfirmationAnswer(StrEnum):
    """What the citizen pressed when we asked whether the matter is solved."""

    DONE = "done"
    NOT_DONE = "not_done"
    PARTLY = "partly"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """An officer of a level has the matter now."""

    level: int
    officer: str
    kind: Literal["handed_over"] = "handed_over"


@dataclass(frozen=True, slots=True)
class ReportedSolved:
    """The officer says it is solved; nobody has asked the citizen yet."""

    report: str
    kind: Literal["reported_solved"] = "reported_solved"


@dataclass(frozen=True, slots=True)
class CrossCheckBegun:
    """A verifier looks at what was reported."""

    verifier: str
    kind: Literal["cross_check_begun"] = "cross_check_begun"


@dataclass(frozen=True, slots=True)
class CrossChecked:
    """The verifier found it solved, or not."""

    solved: bool
    note: str = ""
    kind: Literal["cross_checked"] = "cross_checked"


@dataclass(frozen=True, slots=True)
class ConfirmationBegun:
    """We begin to call the citizen."""

    kind: Literal["confirmation_begun"] = "confirmation_begun"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The citizen answered our call and pressed a key."""

    answer: ConfirmationAnswer
    kind: Literal["confirmed"] = "confirmed"


@dataclass(frozen=True, slots=True)
class NotReached:
    """Nobody answered an attempt; ``last`` when there will be no other."""

    attempt: int
    last: bool = False
    kind: Literal["not_reached"] = "not_reached"


@dataclass(frozen=True, slots=True)
class WaitingBegun:
    """Only the citizen can take the matter further; the clock stops."""

    reason: str
    kind: Literal["waiting_begun"] = "waiting_begun"


@dataclass(frozen=True, slots=True)
class WaitingEnded:
    """The citizen did; the clock runs on."""

    kind: Literal["waiting_ended"] = "waiting_ended"


@dataclass(frozen=True, slots=True)
class Disposed:
    """L-2 closes the matter with a report, though the citizen does not call it solved."""

    report: str
    kind: Literal["disposed"] = "disposed"


@dataclass(frozen=True, slots=True)
class Reopened:
    """A ticket that was over is taken up again."""

    reason: str
    kind: Literal["reopened"] = "reopened"
