"""What an answer means: where the conversation goes, or that the question is asked again."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.flow.node import Reaction
from ivr.flow.session import Session


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer means."""

    session: Session
    did: str = ""
    """For the history; "" when nothing happened that is worth a note."""
    goto: str | None = None
    """Where to go; ``None``: do the same once more."""
    reaction: Reaction | None = None
    """What to say before asking again."""
