"""What Asterisk tells of the room, as types: ``ami`` makes them, ``live`` applies them.

- ``at`` is in seconds on the steady clock (``time.monotonic()``, one for all processes of a
  machine): a wall clock that is moved changes no wait.
- A queue has its name of the district, ``food``: the prefix that Asterisk knows it by is put on and
  taken off in ``queue_manager.ami`` and nowhere else.
- An operator is an extension, ``201``; Asterisk's interface is ``PJSIP/201``.
- ``channel`` is Asterisk's unique id of the *caller's* channel, and names a stay in a queue until
  its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum


class Device(IntEnum):
    """The state of an operator's telephone, by Asterisk's numbers (``AST_DEVICE_*``)."""

    UNKNOWN = 0
    NOT_IN_USE = 1
    IN_USE = 2
    BUSY = 3
    INVALID = 4
    UNAVAILABLE = 5
    """Not registered, or does not answer."""
    RINGING = 6
    RING_IN_USE = 7
    ON_HOLD = 8


@dataclass(frozen=True, slots=True)
class Caller:
    """Who waits or talks, as far as the room may know."""

    channel: str
    call_id: str = ""
    """As in the store of calls; "" of a call that did not come through our dialplan."""
    ticket: str = ""
    """Ten digits, or "" while there is none."""
    masked: str = ""
    """The calling number with all but its last two digits hidden; never more."""


@dataclass(frozen=True, slots=True)
class Member:
    """One operator in one queue, all that Asterisk says of it at a moment."""

    queue: str
    operator: str
    penalty: int
    paused: bool
    pause_reason: str
    device: Device
    in_call: bool
    """Asterisk counts this member as in a call of a queue."""
    dynamic: bool
    """Put there by QueueAdd, not written in queues.conf: can be taken out."""


@dataclass(frozen=True, slots=True)
class CallerJoined:
    """A caller entered a queue at its end, or further ahead by priority."""

    at: float
    queue: str
    caller: Caller
    position: int


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """A caller is in the queue no more: answered, gone, or alive and elsewhere."""

    at: float
    queue: str
    channel: str


@dataclass(frozen=True, slots=True)
class CallerAbandoned:
    """A caller hung up while waiting. Comes beside ``CallerLeft``, before or after it."""

    at: float
    queue: str
    channel: str


@dataclass(frozen=True, slots=True)
class OperatorRung:
    """An operator's telephone was told to ring for a caller."""

    at: float
    queue: str
    operator: str
    channel: str


@dataclass(frozen=True, slots=True)
class RingMissed:
    """It rang and the operator did not answer, refused, or the caller was gone before."""

    at: float
    queue: str
    operator: str
    channel: str
    rang_s: float


@dataclass(frozen=True, slots=True)
class Connected:
    """A caller and an operator are joined."""

    at: float
    queue: str
    operator: str
    caller: Caller
    operator_channel: str
    """Unique id of the operator's own leg."""
    waited_s: float
    rang_s: float


@dataclass(frozen=True, slots=True)
class Completed:
    """What ``Connected`` began is over. ``ended_by``: "caller", "operator" or "transfer"."""

    at: float
    queue: str
    operator: str
    channel: str
    """"" where Asterisk had forgotten it; ``room`` names it before anybody else is told."""
    talked_s: float
    ended_by: str


@dataclass(frozen=True, slots=True)
class MemberIs:
    """Whatever changed of a member, this is how it is now."""

    at: float
    member: Member


@dataclass(frozen=True, slots=True)
class MemberGone:
    """An operator is a member of a queue no more."""

    at: float
    queue: str
    operator: str


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """A channel was put on hold, or taken back; ``channel`` is of either leg."""

    at: float
    channel: str
    held: bool


@dataclass(frozen=True, slots=True)
class ChannelGone:
    """A channel ended; ``channel`` is of any leg."""

    at: float
    channel: str


class LinkLoss(Enum):
    """Why nothing is heard of Asterisk."""

    ENDED = "ended"
    """The connection was closed, by Asterisk's restart too."""
    SILENT = "silent"
    """Nothing came for longer than the watchdog waits."""
    REFUSED = "refused"
    """The password, or the address, is not accepted."""
    UNREACHABLE = "unreachable"
    FLOODED = "flooded"
    """Events came faster than they were taken: the link was dropped to begin afresh."""


@dataclass(frozen=True, slots=True)
class LinkLost:
    """From here on nothing is known: a gap begins. ``last_heard`` is when the last byte came."""

    at: float
    last_heard: float
    why: LinkLoss


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller found waiting by a snapshot."""

    queue: str
    caller: Caller
    position: int
    joined_at: float


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk found going on by a snapshot; ``ticket`` and the rest are in ``caller``."""

    queue: str
    operator: str
    caller: Caller
    operator_channel: str
    since: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything Asterisk knows, asked for at once: what is not in it is not so."""

    at: float
    boot: str
    """Differs between two starts of Asterisk."""
    members: tuple[Member, ...]
    waiting: tuple[Waiting, ...]
    talks: tuple[Talk, ...]
    rings: tuple[OperatorRung, ...] = ()
    """Telephones that ring for a caller; ``at`` is when they were told to."""


RoomEvent = (
    CallerJoined
    | CallerLeft
    | CallerAbandoned
    | OperatorRung
    | RingMissed
    | Connected
    | Completed
    | MemberIs
    | MemberGone
    | HoldChanged
    | ChannelGone
    | LinkLost
    | Snapshot
)
