"""One record of the spool: something that happened in a call while the store was out of reach.

Standard library only, and bounded: whatever a caller pressed, a record stays small and can be
written. Unknown fields of a newer version are passed over when reading.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from tickets.model import Channel, Step
from tickets.text import fit

# Together at most about 1 MB even if every letter is written as twelve: ``spool`` reads that much.
_LONGEST: Final = {
    "number": 10,
    "category": 48,
    "caller": 32,
    "entry": 48,
    "message": 512,
    "queue": 48,
    "ending": 32,
    "last_node": 48,
    "how": 16,
    "operator": 64,
    "dialled": 32,
    "language": 16,
    "sip_call_id": 128,
}
_LONGEST_CALL_ID: Final = 128
_LONGEST_NAME: Final = 32
_LONGEST_ANSWER: Final = 256
_LONGEST_STEP: Final = 64
_MOST_ANSWERS: Final = 64
_MOST_STEPS: Final = 400


class SpoolKind(StrEnum):
    """What happened."""

    TICKET = "ticket"
    """A number was given, and perhaps spoken."""
    CALL_ENDED = "call_ended"
    """The conversation is over; ``ending`` and ``last_node`` say how and where."""
    MESSAGE = "message"
    """A spoken message was left, and the wish to be called back."""
    CALL_BACK = "call_back"
    """The wish to be called back, without a message."""
    QUEUE_ENDED = "queue_ended"
    """The caller came out of a queue; ``how``, ``wait_s``, ``talk_s``, ``operator`` say more."""


def new_record_id() -> str:
    """Return an id no other record has: the store takes a record in once for each id."""
    return uuid.uuid4().hex


def repeatable_id(*what: object) -> str:
    """Return the same id for the same happening, so that telling it again changes nothing."""
    return hashlib.sha256("|".join(map(str, what)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class SpoolRecord:
    """What happened in one call. Only ``call_id``, ``kind`` and ``at`` are always there."""

    call_id: str
    kind: SpoolKind
    at: datetime
    """Aware, UTC."""
    number: str = ""
    """The ticket number this call was given, and perhaps told; "" when none."""
    category: str = ""
    """"" when the caller had not said what it is about."""
    caller: str = ""
    """The caller's number, only ``[0-9+]``, "" when withheld."""
    entry: str = "inbound"
    answers: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    message: str = ""
    """The path of a recording."""
    seconds: float = 0.0
    """How long the recording is."""
    queue: str = ""
    ending: str = ""
    last_node: str = ""
    how: str = ""
    wait_s: float = 0.0
    talk_s: float = 0.0
    operator: str = ""
    dialled: str = ""
    language: str = ""
    sip_call_id: str = ""
    channel: Channel = Channel.FALLBACK
    record_id: str = field(default_factory=new_record_id)

    def __post_init__(self) -> None:
        """Cut everything to its bounds, so that neither disk nor database refuses it later."""
        if self.at.tzinfo is None:
            raise ValueError("a record needs a time with its zone")
        if not self.call_id or self.call_id != fit(self.call_id, _LONGEST_CALL_ID):
            raise ValueError(f"a call id is 1 to {_LONGEST_CALL_ID} printable letters")
        if not (self.record_id.isascii() and self.record_id.isalnum()):
            raise ValueError("a record id is letters and digits: it names a file")
        for name, longest in _LONGEST.items():
            object.__setattr__(self, name, fit(getattr(self, name), longest))
        answers = {
            fit(name, _LONGEST_NAME): fit(value, _LONGEST_ANSWER)
            for name, value in list(self.answers.items())[:_MOST_ANSWERS]
        }
        object.__setattr__(self, "answers", answers)
        # The last steps say where a caller was lost, so the first ones give way.
        steps = tuple(
            Step(fit(step.node, _LONGEST_STEP), fit(step.did, _LONGEST_STEP), step.at)
            for step in self.steps[-_MOST_STEPS:]
        )
        object.__setattr__(self, "steps", steps)

    def to_json(self) -> str:
        """Return the record as one line of ASCII."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values["at"] = self.at.isoformat()
        values["steps"] = [[step.node, step.did, step.at.isoformat()] for step in self.steps]
        return json.dumps(values)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote. Raises ``ValueError``, ``TypeError`` or ``KeyError``."""
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError("not a JSON object")
        known = {f.name for f in fields(cls)}
        values: dict[str, Any] = {name: v for name, v in found.items() if name in known}
        if wrong := [name for name in _LONGEST if not isinstance(values.get(name, ""), str)]:
            raise TypeError(f"{wrong[0]} is no text")
        if not isinstance(found["answers"], dict):
            raise TypeError("answers are no table")
        values["kind"] = SpoolKind(found["kind"])
        values["channel"] = Channel(found["channel"])
        values["at"] = datetime.fromisoformat(found["at"])
        values |= {name: float(found[name]) for name in ("seconds", "wait_s", "talk_s")}
        values["steps"] = tuple(
            Step(str(node), str(did), datetime.fromisoformat(at))
            for node, did, at in found["steps"]
        )
        values["answers"] = {str(name): str(v) for name, v in found["answers"].items()}
        return cls(**values)
