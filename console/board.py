"""What the wallboard shows: the room as it was last told, when that was, and what has changed.

Nothing here does input or output; ``at`` is the console's steady clock. Moments are told to the
browsers on that clock, so that a message that comes late moves no wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from queue_manager.room.wire import Beat, Change, OperatorSaid, QueueSaid, Whole
from queue_manager.staffing.breaks import AtWork, at_work

Document = dict[str, Any]
"""What becomes JSON; made here, read by the browser."""
JITTER_S: Final = 1.0
"""Spans that are told twice differ by the way they took: a moment moved by less is the same."""


class View(StrEnum):
    """How much a viewer may see."""

    WALL = "wall"
    """Without tickets and callers: anybody may walk past."""
    DESK = "desk"


class Why(StrEnum):
    """Why the picture is not live."""

    NONE = ""
    ASTERISK = "asterisk"
    ROOM = "room"


@dataclass(slots=True)
class _Tile:
    said: OperatorSaid
    since: float
    talk_since: float | None

    @property
    def shown(self) -> tuple[object, ...]:
        """All that anybody may see of it."""
        said = self.said
        call = (said.queue, said.ticket, said.caller, self.talk_since)
        return (said.state, self.since, said.pause_reason, said.missed, *call, *said.queues)


@dataclass(slots=True)
class _Lane:
    said: QueueSaid
    joined: tuple[float, ...]
    longest: float | None


@dataclass(slots=True)
class Board:
    """The picture as the console has it."""

    live: bool = False
    why: Why = Why.ROOM
    heard: float | None = None
    """When Asterisk was last heard; ``None`` when never."""
    _tiles: dict[str, _Tile] = field(default_factory=dict)
    _lanes: dict[str, _Lane] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)
    _queues_changed: set[str] = field(default_factory=set)

    @property
    def dirty(self) -> bool:
        """Whether there is something to tell."""
        return bool(self._changed or self._queues_changed)

    @property
    def size(self) -> int:
        """How many operators there are."""
        return len(self._tiles)

    def states(self) -> Iterable[str]:
        """Tell the state of each operator."""
        return [tile.said.state.value for tile in self._tiles.values()]

    def waiting(self) -> dict[str, int]:
        """Tell how many wait in each queue."""
        return {name: len(lane.said.waiting) for name, lane in self._lanes.items()}

    def at_work(self) -> AtWork | None:
        """Tell who serves callers now; ``None`` while nothing is known of now."""
        if not self.live:
            return None
        return at_work((tile.said for tile in self._tiles.values()), self.waiting())

    def knows(self, extension: str) -> bool:
        """Tell whether the room has such an operator."""
        return extension in self._tiles

    def apply(self, said: Beat, at: float) -> None:
        """Take in what the room said."""
        self.live, self.why = said.live, Why.NONE if said.live else Why.ASTERISK
        unheard = said.age_s if said.live or said.gap_s is None else said.gap_s
        self.heard = at - unheard if unheard is not None else self.heard
        if not isinstance(said, Change):
            return
        if isinstance(said, Whole):
            self._forget(
                self._tiles.keys() - {operator.extension for operator in said.operators},
                self._lanes.keys() - {queue.name for queue in said.queues},
            )
        self._forget(said.gone, ())
        for operator in said.operators:
            self._place(operator, at)
        for queue in said.queues:
            self._line_up(queue, at)

    def room_lost(self) -> None:
        """Note that the room cannot be reached: whatever is here is what was last known."""
        self.live, self.why = False, Why.ROOM

    def pulse(self, at: float) -> Document:
        """Tell how fresh everything is."""
        return {"at": at, "live": self.live, "why": self.why.value, "heard": self.heard}

    def whole(self, at: float, view: View) -> Document:
        """Tell everything."""
        return {
            **self.pulse(at),
            "operators": [_operator(tile, view) for tile in self._tiles.values()],
            "queues": [_queue(lane, view) for lane in self._lanes.values()],
        }

    def change(self, at: float, view: View) -> Document:
        """Tell what has changed since ``told``."""
        tiles, lanes = self._tiles, self._lanes
        return {
            **self.pulse(at),
            "operators": [_operator(tiles[e], view) for e in self._changed if e in tiles],
            "queues": [_queue(lanes[q], view) for q in self._queues_changed if q in lanes],
            "gone": [extension for extension in self._changed if extension not in tiles],
            "queues_gone": [name for name in self._queues_changed if name not in lanes],
        }

    def told(self) -> None:
        """Note that everybody was told what has changed until now."""
        self._changed.clear()
        self._queues_changed.clear()

    def _forget(self, extensions: Iterable[str], queues: Iterable[str]) -> None:
        for extension in list(extensions):
            if self._tiles.pop(extension, None):
                self._changed.add(extension)
        for queue in list(queues):
            if self._lanes.pop(queue, None):
                self._queues_changed.add(queue)

    def _place(self, said: OperatorSaid, at: float) -> None:
        since = at - said.state_s
        talk = None if said.talk_s is None else at - said.talk_s
        before = self._tiles.get(said.extension)
        if before is not None and before.said.state is said.state:
            since = _steady(before.since, since)
            talk = _steady(before.talk_since, talk) if talk is not None else None
        fresh = _Tile(said, since, talk)
        if before is None or before.shown != fresh.shown:
            self._changed.add(said.extension)
        self._tiles[said.extension] = fresh

    def _line_up(self, said: QueueSaid, at: float) -> None:
        before = self._lanes.get(said.name)
        joined = tuple(at - caller.wait_s for caller in said.waiting)
        if before is not None and len(before.joined) == len(joined):
            joined = tuple(map(_steady, before.joined, joined))
        longest = min(joined, default=None)
        fresh = _Lane(said, joined, longest)
        if before is None or _queue(before, View.DESK) != _queue(fresh, View.DESK):
            self._queues_changed.add(said.name)
        self._lanes[said.name] = fresh


def _steady(before: float | None, now: float) -> float:
    return before if before is not None and abs(before - now) < JITTER_S else now


def _operator(tile: _Tile, view: View) -> Document:
    said = tile.said
    shown: Document = {
        "extension": said.extension,
        "state": said.state.value,
        "since": round(tile.since, 2),
        "queues": list(said.queues),
    }
    if tile.talk_since is not None:
        shown["talking_since"] = round(tile.talk_since, 2)
    optional = {"queue": said.queue, "reason": said.pause_reason, "missed": said.missed}
    if view is View.DESK:
        optional |= {"ticket": said.ticket, "caller": said.caller}
    return shown | {name: value for name, value in optional.items() if value}


def _queue(lane: _Lane, view: View) -> Document:
    shown: Document = {
        "name": lane.said.name,
        "waiting": len(lane.said.waiting),
        "longest": None if lane.longest is None else round(lane.longest, 2),
    }
    if view is View.DESK:
        shown["callers"] = [
            {
                "ticket": caller.ticket or "",
                "caller": caller.caller or "",
                "position": caller.position,
                "since": round(joined, 2),
            }
            for caller, joined in zip(lane.said.waiting, lane.joined, strict=True)
        ]
    return shown
