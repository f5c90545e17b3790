"""What the room says over HTTP (docs/adr/0060), as types; anything else is ``Nonsense``.

Spans are seconds until the moment the room wrote them.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from queue_manager.live.picture import OperatorState

MOST_OPERATORS: Final = 5_000
MOST_WAITING: Final = 10_000
MOST_FRAME: Final = 16 * 1024 * 1024
"""Bytes of one server-sent event; a thousand operators and callers need half of one million."""

Word = Annotated[str, Field(max_length=64)]
Seconds = Annotated[float, Field(ge=0, lt=1e9, allow_inf_nan=False)]


class Nonsense(Exception):
    """The room said something that is not in the agreement."""


class _Said(BaseModel):
    # A newer room may say more than we know of.
    model_config = ConfigDict(extra="ignore", frozen=True)


class OperatorSaid(_Said):
    """One operator."""

    extension: Annotated[str, Field(pattern=r"^\d{1,8}$")]
    state: OperatorState
    state_s: Seconds
    queue: Word | None = None
    ticket: Word | None = None
    caller: Word | None = None
    talk_s: Seconds | None = None
    pause_reason: Word | None = None
    queues: Annotated[dict[Word, int], Field(max_length=200)] = Field(default_factory=dict)
    missed: Annotated[int, Field(ge=0)] = 0
    device: str | int = ""


class CallerSaid(_Said):
    """One who waits."""

    ticket: Word | None = None
    caller: Word | None = None
    position: int
    wait_s: Seconds


class QueueSaid(_Said):
    """One queue."""

    name: Word
    longest_s: Seconds | None = None
    waiting: Annotated[tuple[CallerSaid, ...], Field(max_length=MOST_WAITING)] = ()


class Beat(_Said):
    """How fresh the room's own knowledge is."""

    live: bool
    age_s: Seconds | None = None
    """Since Asterisk was last heard."""
    gap_s: Seconds | None = None
    """While not live: how long nothing has been known."""


class Change(Beat):
    """What is different from before."""

    operators: Annotated[tuple[OperatorSaid, ...], Field(max_length=MOST_OPERATORS)] = ()
    queues: Annotated[tuple[QueueSaid, ...], Field(max_length=1000)] = ()
    gone: Annotated[tuple[Word, ...], Field(max_length=MOST_OPERATORS)] = ()


class Whole(Change):
    """All there is: what is not in it is not so."""


KINDS: Final[dict[str, type[Beat]]] = {"picture": Whole, "change": Change, "beat": Beat}


def read(kind: str, data: bytes) -> Beat | None:
    """Read one event; ``None`` for a kind that is not known. Raises ``Nonsense``."""
    model = KINDS.get(kind)
    if model is None:
        return None
    try:
        return model.model_validate_json(data)
    except ValidationError as fault:
        # Without the values: what is wrong may hold a name.
        wrong = fault.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, wrong["loc"]))
        raise Nonsense(f"{kind}: {where}: {wrong['msg']}") from None


class Frames:
    """Cuts a stream of bytes into server-sent events. Raises ``Nonsense`` when one never ends."""

    def __init__(self) -> None:
        self._begun = bytearray()

    def feed(self, piece: bytes) -> list[tuple[str, bytes]]:
        """Return the events that this piece completes, each as (kind, data)."""
        # Not the piece alone: it may be cut between the two.
        *whole, rest = (self._begun + piece).replace(b"\r\n", b"\n").split(b"\n\n")
        self._begun = bytearray(rest)
        if len(rest) > MOST_FRAME:
            raise Nonsense("an event without an end")
        return [_event(bytes(frame)) for frame in whole]


def _event(frame: bytes) -> tuple[str, bytes]:
    kind, data = "message", []
    for line in frame.split(b"\n"):
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"event":
            kind = value.decode("ascii", "replace")
        elif name == b"data":
            data.append(value)
    return kind, b"\n".join(data)
