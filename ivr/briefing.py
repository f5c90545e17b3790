"""The room in words: what a supervisor hears, worst first. Pure.

Everything is a list of prompts of the catalogue. A queue has the prompt ``queue_<name>``, a state
of operators ``room_<state>``; ``FIXED_PROMPTS`` are the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from ivr.call import PromptId
from ivr.languages import Numbers

MOST_QUEUES: Final = 2
"""Queues named in the briefing: with more it would last longer than twenty seconds."""
MOST_NAMED: Final = 12
"""Operators named for one state; of more only the count is said."""
SPOKEN_STATES: Final = (
    *("available", "talking", "holding", "ringing", "wrap_up", "paused", "offline"),
)
"""In the order in which a supervisor hears them."""

FIXED_PROMPTS: Final = (
    *("room_blind", "room_nobody_waits", "room_elsewhere", "room_elsewhere_nobody"),
    *("room_waiting", "room_longest"),
    *("room_operator", "room_no_operator", "room_percent"),
    *("room_offered", "room_answered", "room_abandoned", "room_service_level", "room_mean_wait"),
    *(f"room_{state}" for state in SPOKEN_STATES),
)
"""Prompts of the catalogue that stand between the values."""


@dataclass(frozen=True, slots=True)
class QueueNow:
    """One queue as it stands."""

    name: str
    waiting: int = 0
    longest: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class RoomNow:
    """The room as it stands; while not ``live`` nothing in it may be told as true."""

    live: bool
    queues: Sequence[QueueNow] = ()
    operators: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """State -> extensions."""
    named: Collection[str] = ()
    """Extensions of operators whose names are recorded, as the prompt ``name_<extension>``."""


@dataclass(frozen=True, slots=True)
class FiguresToday:
    """What the journal says of today, for all queues together."""

    offered: int
    answered: int
    abandoned: int
    service_level: float | None
    """0 to 1; ``None`` when nothing was offered."""
    mean_wait: timedelta | None
    """ASA; ``None`` when nothing was answered."""


def briefing(room: RoomNow, numbers: Numbers) -> tuple[PromptId, ...]:
    """Say the room in at most twenty seconds: the worst queues, then who could answer.

    The worst queue is where somebody waits longest; a queue in which nobody waits is not named. How
    long they wait in the second is left out where people wait elsewhere, too: there is no time.
    """
    if not room.live:
        return ("room_blind",)
    waiting = worst_first(room.queues)
    said: list[PromptId] = []
    elsewhere = sum(queue.waiting for queue in waiting[MOST_QUEUES:])
    for place, queue in enumerate(waiting[:MOST_QUEUES]):
        words = _count(queue, numbers) if place and elsewhere else _queue(queue, numbers)
        said += (word for word in words if not (place and word == "room_longest"))
    if not waiting:
        said.append("room_nobody_waits")
    elif elsewhere:
        said += ("room_elsewhere", *numbers.number(elsewhere).prompts, "room_waiting")
    else:
        said.append("room_elsewhere_nobody")
    return (*said, *_counts(room, numbers, ("available", "talking", "paused")))


def every_queue(room: RoomNow, numbers: Numbers) -> tuple[PromptId, ...]:
    """Say each queue, the worst first."""
    if not room.live:
        return ("room_blind",)
    quiet = [queue for queue in room.queues if not queue.waiting]
    said: list[PromptId] = []
    for queue in (*worst_first(room.queues), *quiet):
        said += _queue(queue, numbers)
    return tuple(said)


def every_operator(room: RoomNow, numbers: Numbers) -> tuple[PromptId, ...]:
    """Say the operators by state: each by extension, with the name before it where there is one."""
    if not room.live:
        return ("room_blind",)
    said: list[PromptId] = []
    for state in SPOKEN_STATES:
        found = sorted(room.operators.get(state, ()))
        if not found or state == "offline":
            continue
        said += _counts(room, numbers, (state,))
        if len(found) <= MOST_NAMED:
            said += (prompt for one in found for prompt in _operator(one, room.named, numbers))
    return tuple(said) or ("room_no_operator",)


def figures(today: FiguresToday, numbers: Numbers) -> tuple[PromptId, ...]:
    """Say today's figures."""
    said: list[PromptId] = []
    for prompt, count in (
        ("room_offered", today.offered),
        ("room_answered", today.answered),
        ("room_abandoned", today.abandoned),
    ):
        said += (prompt, *numbers.number(min(count, numbers.LARGEST)).prompts)
    if today.service_level is not None:
        percent = numbers.number(round(100 * today.service_level)).prompts
        said += ("room_service_level", *percent, "room_percent")
    if today.mean_wait is not None:
        said += ("room_mean_wait", *numbers.duration(today.mean_wait).prompts)
    return tuple(said)


def worst_first(queues: Iterable[QueueNow]) -> list[QueueNow]:
    """Order the queues in which somebody waits: the longest wait first, then the most waiting."""
    return sorted(
        (queue for queue in queues if queue.waiting),
        key=lambda queue: (-queue.longest, -queue.waiting, queue.name),
    )


def _count(queue: QueueNow, numbers: Numbers) -> tuple[PromptId, ...]:
    return (f"queue_{queue.name}", *numbers.number(queue.waiting).prompts, "room_waiting")


def _queue(queue: QueueNow, numbers: Numbers) -> tuple[PromptId, ...]:
    said = _count(queue, numbers)
    if not queue.waiting:
        return said
    return (*said, "room_longest", *numbers.duration(_short(queue.longest)).prompts)


def _short(wait: timedelta) -> timedelta:
    """Leave the minutes of a wait of hours away: nobody needs them, and time is short."""
    return wait if wait < timedelta(hours=1) else timedelta(hours=wait // timedelta(hours=1))


def _counts(room: RoomNow, numbers: Numbers, states: Iterable[str]) -> tuple[PromptId, ...]:
    return tuple(
        prompt
        for state in states
        for prompt in (
            *numbers.number(len(room.operators.get(state, ()))).prompts,
            f"room_{state}",
        )
    )


def _operator(extension: str, named: Collection[str], numbers: Numbers) -> tuple[PromptId, ...]:
    who = f"name_{extension}" if extension in named else "room_operator"
    return (who, *numbers.digits(extension).prompts)
