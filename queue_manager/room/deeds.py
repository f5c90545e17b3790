"""What a person asks of the room, and whether it was seen to happen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Literal

from queue_manager.ami.outcomes import Done, Outcome, Refused
from queue_manager.duty.declared import (
    MISSED_CALLS,
    Change,
    Move,
    NotPossible,
    Pause,
    Ready,
    Resume,
    SignOff,
    SignOn,
)
from queue_manager.room.places import Places
from queue_manager.room.room import Room
from queue_manager.room.standing import Standing
from queue_manager.room.tending import Tending, failed

Kind = Literal[
    "sign_on", "sign_off", "pause", "resume", "ready", "move", "listen", "whisper", "barge"
]


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing asked, by a person, of one operator."""

    deed: Kind
    operator: str
    by: str
    """An extension, or the name of a user of the console."""
    queue: str = ""
    """Of ``move``."""
    reason: str = ""
    """Of ``pause``: one of the district's."""
    why: str = ""
    ear: str = ""
    """Of ``listen``, ``whisper`` and ``barge``: the extension that rings for it."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Asterisk showed the new state; of listening in: that the telephone listens."""


@dataclass(frozen=True, slots=True)
class NotDone:
    """It makes no sense, or is not allowed; nothing was changed."""

    words: str


@dataclass(frozen=True, slots=True)
class NotSeen:
    """It was declared and will be put right, but Asterisk has not shown it."""

    words: str


Result = Confirmed | NotDone | NotSeen
ListenIn = Callable[[str, str, str], Awaitable[Outcome]]
"""Rings the first extension and joins it to the talk of the second, in the third manner.

``Done`` when it listens, ``Refused`` when nobody does."""


class Deeds:
    """Does deeds, each within a time limit."""

    def __init__(
        self,
        room: Room,
        standing: Standing,
        tending: Tending,
        *,
        places: Places,
        pause_reasons: Collection[str],
        listen_in: ListenIn,
    ) -> None:
        self._room, self._standing, self._tending = room, standing, tending
        self._places, self._pause_reasons = places, frozenset(pause_reasons)
        self._listen_in = listen_in

    async def do(self, deed: Deed) -> Result:
        """Declare it, carry it out, and wait until Asterisk shows it."""
        if deed.deed in ("listen", "whisper", "barge"):
            return await self._listen(deed)
        extension = deed.operator
        operator = self._room.picture.operators.get(extension)
        if operator is not None:
            self._standing.sit(operator)
        try:
            change = await self._change(deed)
            declared = await self._standing.declare(extension, change, by=deed.by, why=deed.why)
        except NotPossible as refusal:
            return NotDone(str(refusal))
        if not self._room.picture.live:
            return NotSeen("declared; Asterisk is not heard now")
        fault = failed(await self._tending.bring(declared))
        return NotSeen(f"declared; {fault}") if fault else Confirmed()

    async def _listen(self, deed: Deed) -> Result:
        operator = self._room.picture.operators.get(deed.operator)
        if not deed.ear or deed.ear == deed.operator:
            return NotDone("say which other telephone shall ring")
        try:
            known = await self._places.has(deed.ear)
        except NotPossible as refusal:
            return NotDone(str(refusal))
        if not known:
            return NotDone(f"{deed.ear} is no telephone of this helpline")
        if not self._room.picture.live:
            return NotSeen("Asterisk is not heard now")
        if operator is None or operator.talking is None:
            return NotDone(f"{deed.operator} talks with nobody")
        match await self._listen_in(deed.ear, deed.operator, deed.deed):
            case Done():
                return Confirmed()
            case Refused(words):
                return NotDone(f"{deed.ear} does not listen: {words}")
            case unknown:
                return NotSeen(unknown.words)

    async def _change(self, deed: Deed) -> Change:
        match deed.deed:
            case "sign_on":
                return SignOn()
            case "sign_off":
                return SignOff()
            case "resume":
                return Resume()
            case "ready":
                return self._back_to_work(deed.operator)
            case "pause":
                if deed.reason not in self._pause_reasons:
                    raise NotPossible(f"there is no reason {deed.reason!r} for a pause")
                return Pause(deed.reason)
            case _:
                penalty = await self._places.penalty(deed.operator, deed.queue)
                return Move({deed.queue: penalty})

    def _back_to_work(self, extension: str) -> Change:
        """End a wrap-up. Of a seat the pause for missed calls as well: nobody there has a PIN."""
        known = self._standing.of(extension)
        reason = known.pause_reason if known is not None else ""
        if not reason:
            return Ready()
        if reason == MISSED_CALLS and self._standing.is_seat(extension):
            return Resume()
        raise NotPossible(f"{extension} is paused ({reason}), which is no wrap-up")
