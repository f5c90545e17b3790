"""Callers and operators of a simulated day."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from queue_manager.events import Caller


@dataclass(frozen=True, slots=True)
class Manners:
    """How callers and operators behave, beside what the demand says."""

    ring_s: float = 3.0
    """How long a telephone rings before it is answered."""
    missed: float = 0.0
    """Share of rings that nobody answers."""
    missed_s: float = 15.0
    """How long those ring."""
    retry_s: float = 1.0
    """How long the queue then waits before it rings anybody for that caller again."""
    wrap_up: float = 1 / 6
    """Share of the handling time that is wrap-up."""
    wait_limit_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A caller who comes out of a conversation into a queue."""

    at: float
    """Seconds since the day began."""
    queue: str
    caller: Caller


@dataclass(slots=True)
class Operator:
    """One operator of one queue."""

    extension: str
    queue: str
    on: bool = False
    busy: bool = False
    rung_last: float = 0.0


@dataclass(slots=True)
class Call:
    """One caller, from joining to the end."""

    caller: Caller
    queue: str
    joined: float
    handling_s: float
    waits: bool = True
    rings: Operator | None = None
    rests: bool = False
    """A telephone rang for it in vain a moment ago."""


@dataclass(slots=True)
class Queue:
    """Who serves it, and who waits, in order."""

    operators: list[Operator]
    line: deque[Call] = field(default_factory=deque)
