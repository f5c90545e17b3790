"""What others ask of the room, and what became of it: in the words of docs/adr/0060."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """What a supervisor does to an operator."""

    SIGN_ON = "sign_on"
    """By the operator's own telephone and PIN alone."""
    SIGN_OFF = "sign_off"
    PAUSE = "pause"
    RESUME = "resume"
    READY = "ready"
    """End wrap-up."""
    MOVE = "move"
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


BY_EAR = frozenset({Deed.LISTEN, Deed.WHISPER, Deed.BARGE})
"""Deeds that ring a telephone of the supervisor's first."""


class Outcome(StrEnum):
    """What became of a deed, as AMI showed it."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Nobody could tell: it may have been done."""


@dataclass(frozen=True, slots=True)
class Order:
    """A deed with all that belongs to it. ``by`` is the supervisor's name."""

    deed: Deed
    operator: str
    by: str
    why: str
    queue: str = ""
    reason: str = ""
    """Of a pause: one of the district's pause reasons."""
    ear: str = ""
    """The extension that is rung for listening in."""


@dataclass(frozen=True, slots=True)
class Result:
    """How it ended; ``said`` is the room's sentence."""

    outcome: Outcome
    said: str = ""
