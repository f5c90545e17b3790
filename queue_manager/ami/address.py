"""Where Asterisk's manager is, who we are to it, and how things are spelt there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Address:
    """One user of one manager."""

    port: int
    user: str
    password: str = field(repr=False)
    host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Spelling:
    """Names that the dialplan and the configuration share with us; ``ivr.names`` has them."""

    queue_prefix: str
    """``q_``: stands before a queue's name in Asterisk."""
    call_id: str
    """The channel variable of the call id."""
    ticket: str
    """The channel variable of the ticket number."""
