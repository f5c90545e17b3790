"""manager.conf: one user per job, each with the least it needs, on loopback only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deploy.asterisk_config.text import Pair, conf, section
from ivr import names
from sahayata.settings import Settings

CHANNEL_VARIABLES: Final = (names.CALL_ID, names.TICKET, names.QUEUE)
"""Added to every event about a channel, so that the ticket rides along."""
HEARD: Final = (
    "FullyBooted",
    "Shutdown",
    "QueueCallerJoin",
    "QueueCallerLeave",
    "QueueCallerAbandon",
    "QueueMemberAdded",
    "QueueMemberRemoved",
    "QueueMemberPause",
    "QueueMemberPenalty",
    "QueueMemberRinginuse",
    "QueueMemberStatus",
    "AgentCalled",
    "AgentConnect",
    "AgentComplete",
    "AgentDump",
    "AgentRingNoAnswer",
    "QueueParams",
    "QueueMember",
    "QueueEntry",
    "QueueStatusComplete",
    "CoreShowChannel",
    "CoreShowChannelsComplete",
    "Hold",
    "Unhold",
    "HangupRequest",
    "SoftHangupRequest",
    "Hangup",
)
"""What the listener hears: the queues, hold, and the end of calls. All else is never sent."""
WRITE_TIMEOUT_MS: Final = 2000
"""A client that reads nothing for this long is cut off; Asterisk's own 100 ms loses a busy one."""

# Asterisk has QueueReload, QueueReset, QueueWithdrawCaller and the like open to every user that
# may log in (app_queue.c registers them with no class): loopback and a password are their guard.
_RIGHTS: Final[Mapping[str, tuple[str, str]]] = {
    "listener": ("system,call,agent", "reporting"),
    "actions": ("system", "agent"),
    "ringing": ("system,call", "originate"),
    "status": ("system", "reporting"),
}
"""User -> classes of events it may read, classes of actions it may send. ``system`` carries
FullyBooted; nobody has ``command``, ``config`` or ``system`` to write. Only ``ringing`` may let
telephones ring, for a supervisor who listens in: Asterisk does not limit which (docs/adr/0061)."""


def manager_conf(settings: Settings, passwords: Mapping[str, str]) -> str:
    """Write manager.conf for the users in ``passwords``."""
    general: list[Pair] = [
        ("enabled", True),
        ("webenabled", False),
        ("bindaddr", "127.0.0.1"),
        ("port", settings.ports.ami),
        ("displayconnects", False),
        ("timestampevents", True),
        ("authtimeout", 10),
        ("authlimit", 20),
        ("channelvars", ",".join(CHANNEL_VARIABLES)),
        ("disabledevents", "VarSet,Newexten,TestEvent,DTMFBegin,DTMFEnd"),
    ]
    users = [_user(name, password) for name, password in passwords.items() if name in _RIGHTS]
    return conf("One user per job.", section("general", general), *users)


def _user(name: str, password: str) -> str:
    read, write = _RIGHTS[name]
    heard = _HEARD_BY.get(name, ("FullyBooted", "Shutdown", *_ANSWERS))
    return section(
        name,
        [
            ("secret", password),
            ("deny", "0.0.0.0/0.0.0.0"),
            ("permit", "127.0.0.1/255.255.255.255"),
            ("read", read),
            ("write", write),
            ("writetimeout", WRITE_TIMEOUT_MS),
            *((f"eventfilter(action(include),name({event}))", "") for event in heard),
        ],
    )


_ANSWERS: Final = (
    "QueueParams",
    "QueueMember",
    "QueueEntry",
    "QueueStatusComplete",
    "QueueSummary",
    "QueueSummaryComplete",
    "CoreShowChannel",
    "CoreShowChannelsComplete",
)
"""Answers to a question come as events too, and pass the filter like them."""
_HEARD_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "listener": HEARD,
    "ringing": ("FullyBooted", "Shutdown", "OriginateResponse", "ChanSpyStart"),
}
"""Whoever lets telephones ring hears what became of it, and nothing of other calls."""
