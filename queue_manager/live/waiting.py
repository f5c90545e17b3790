"""Who waits in one queue, from moves that may come twice or in the wrong order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

from queue_manager.events import Caller, CallerJoined
from queue_manager.live.picture import WINDOW_S, Move, Queue, WaitingCaller

KEPT_S: Final = 2 * WINDOW_S
"""A move this much older than the newest is settled: nothing that comes late goes before it."""

Line = tuple[WaitingCaller, ...]


def channel_of(move: Move) -> str:
    """Tell whose move it is."""
    return move.caller.channel if isinstance(move, CallerJoined) else move.channel


def moved(queue: Queue, move: Move) -> Queue:
    """Apply a move; the same object when it changes nothing."""
    if move in queue.recent:
        return queue
    if not queue.recent or move.at >= queue.recent[-1].at:
        recent, waiting = (*queue.recent, move), _step(queue.waiting, move, queue.recent)
    else:
        place = bisect_right(queue.recent, move.at, key=lambda known: known.at)
        recent = (*queue.recent[:place], move, *queue.recent[place:])
        waiting = _fold(queue.settled, recent)
    old = bisect_right(recent, recent[-1].at - KEPT_S, key=lambda known: known.at)
    settled = _fold(queue.settled, recent[:old]) if old else queue.settled
    return Queue(queue.name, waiting, settled, recent[old:])


def left_lately(queue: Queue, channel: str, at: float) -> bool:
    """Tell whether a stay of this channel ended so shortly before ``at`` that it is still that."""
    return _left(queue.recent, channel, at)


def merged(known: Caller, told: Caller) -> Caller:
    """Join what was known of a caller with what is told now, which may be less."""
    if known == told:
        return known
    return Caller(
        told.channel,
        told.call_id or known.call_id,
        told.ticket or known.ticket,
        told.masked or known.masked,
    )


def _fold(line: Line, moves: Iterable[Move]) -> Line:
    before: list[Move] = []
    for move in moves:
        line = _step(line, move, before)
        before.append(move)
    return line


def _step(line: Line, move: Move, before: Iterable[Move]) -> Line:
    channel = channel_of(move)
    there = next((n for n, known in enumerate(line) if known.caller.channel == channel), None)
    if not isinstance(move, CallerJoined):
        return line if there is None else line[:there] + line[there + 1 :]
    if there is not None or _left(before, channel, move.at):
        return line
    place = max(move.position - 1, 0)
    return (*line[:place], WaitingCaller(move.caller, move.at), *line[place:])


def _left(moves: Iterable[Move], channel: str, at: float) -> bool:
    return any(
        not isinstance(move, CallerJoined) and move.channel == channel and at - WINDOW_S <= move.at
        for move in moves
    )
