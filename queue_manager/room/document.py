"""The picture as JSON documents (docs/adr/0060-the-room.md): spans until now, and no number."""

from __future__ import annotations

import json
from typing import Any, Final

from queue_manager.events import Caller
from queue_manager.live.picture import OnCall, Operator, Picture, Queue

Document = dict[str, Any]

_NOBODY: Final = OnCall("", Caller(""))


def picture_document(picture: Picture, now: float, age_s: float) -> Document:
    """Return the whole room."""
    return {
        **beat_document(picture, now, age_s),
        "operators": [
            operator_document(operator, now)
            for _, operator in sorted(picture.operators.items(), key=lambda item: item[0])
        ],
        "queues": [queue_document(queue, now) for queue in picture.queues.values()],
    }


def change_document(before: Picture, picture: Picture, now: float, age_s: float) -> Document:
    """Return what is otherwise than it was in ``before``."""
    known_operators, known_queues = before.operators, before.queues
    same = known_operators is picture.operators
    return {
        **beat_document(picture, now, age_s),
        "operators": [
            operator_document(operator, now)
            for extension, operator in (() if same else picture.operators.items())
            if known_operators.get(extension) is not operator
        ],
        "queues": [
            queue_document(queue, now)
            for name, queue in picture.queues.items()
            if not _same_line(known_queues.get(name), queue)
        ],
        "gone": [] if same else [e for e in known_operators if e not in picture.operators],
    }


def beat_document(picture: Picture, now: float, age_s: float) -> Document:
    """Return whether what is shown is so now; ``gap_s`` is null while it is."""
    gap = picture.gap_since
    return {
        "live": picture.live,
        "age_s": _round(age_s),
        "gap_s": None if picture.live or gap is None else _span(gap, now),
    }


def operator_document(operator: Operator, now: float) -> Document:
    """Return one operator."""
    call = operator.talking or operator.ringing or _NOBODY
    talking = operator.talking
    return {
        "extension": operator.extension,
        "state": operator.state.value,
        "state_s": _span(operator.since, now),
        "queue": call.queue,
        "ticket": call.caller.ticket,
        "caller": call.caller.masked,
        "talk_s": None if talking is None else _span(talking.since, now),
        "pause_reason": operator.pause_reason,
        "queues": dict(operator.queues),
        "missed": operator.missed,
        "device": operator.device.name.lower(),
    }


def queue_document(queue: Queue, now: float) -> Document:
    """Return one queue, those who wait in order."""
    longest = queue.longest_since
    return {
        "name": queue.name,
        "longest_s": None if longest is None else _span(longest, now),
        "waiting": [
            {
                "ticket": waiting.caller.ticket,
                "caller": waiting.caller.masked,
                "position": position,
                "wait_s": _span(waiting.joined_at, now),
            }
            for position, waiting in enumerate(queue.waiting, 1)
        ],
    }


def encoded(event: str, document: Document) -> bytes:
    """Return a server-sent event."""
    return b"event: %b\ndata: %b\n\n" % (event.encode(), plain(document))


def plain(document: Document) -> bytes:
    """Return a document in as few bytes as JSON takes."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _same_line(known: Queue | None, queue: Queue) -> bool:
    return known is queue or (known is not None and known.waiting == queue.waiting)


def _span(since: float, now: float) -> float:
    return _round(max(now - since, 0.0))


def _round(seconds: float) -> float:
    return round(seconds, 2)
