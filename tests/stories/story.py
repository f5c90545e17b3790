"""A golden call: what is known, which keys are pressed, what must be heard, and how it ends."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ivr.desk import StatusRefusal, TicketStatus
from ivr.strict_yaml import read_yaml


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OwnTicket(Strict):
    """A ticket the desk knows."""

    state: str
    own: bool = True
    category: str = ""
    opened_at: datetime | None = None
    promised_by: datetime | None = None

    def status(self, number: str) -> TicketStatus:
        return TicketStatus(
            number, self.state, self.own, self.category, self.opened_at, self.promised_by
        )


class Given(Strict):
    """What is known when the call arrives."""

    entry: Literal["inbound", "queue_key", "queue_limit", "staff", "after_listening", "studio"] = (
        "inbound"
    )
    code: str = "1950"
    """What was dialled."""
    prompt: str = ""
    """The sentence that this telephone was called for."""
    room: dict[str, str] = {}
    """How the room answers; as it should where left out."""
    room_down: bool = False
    withheld: bool = False
    known: bool = False
    open_ticket: OwnTicket | None = None
    tickets: dict[str, OwnTicket | StatusRefusal] = {}
    down: tuple[str, ...] = ()
    promises: bool = True
    ticket: str = ""
    queue: str = ""
    recorded: str = ""
    unstaffed: bool = False
    hours: Literal["open", "closed", "holiday"] = "open"


class Then(Strict):
    """What must be true at the end."""

    heard: tuple[str, ...]
    """Prompt ids in order; ``...`` stands for any others, none too."""
    never_heard: tuple[str, ...] = ()
    ending: Literal["to_queue", "completed", "caller_hung_up"]
    queue: str = ""
    priority: int = 0
    recorded: bool = False
    ticket: str | None = None
    """The category of the ticket issued in this call, ``None`` for none."""
    joined_with: str | None = None
    """The number the caller joined the queue with, where it was not issued in this call."""
    answers: dict[str, str] = {}
    message: Literal["recording", "wish"] | None = None
    last_node: str | None = None
    deeds: tuple[str, ...] = ()
    """What was asked of the room."""
    talk: str = ""
    """Whose talk a supervisor joined, and how: ``201 whisper``."""


class Story(Strict):
    story: str
    given: Given = Given()
    keys: str = ""
    then_hang_up: bool = False
    listens: bool = False
    """A model for speech is installed."""
    then: Then


class Stories(Strict):
    format: Literal[1]
    stories: tuple[Story, ...]


def read_stories(folder: Path) -> list[tuple[str, Story]]:
    """Read every story of a folder, each with the name of its file."""
    found: list[tuple[str, Story]] = []
    for path in sorted(folder.glob("*.yaml")):
        data: Any = read_yaml(path).data
        found += [(path.stem, story) for story in Stories.model_validate(data).stories]
    return found


def matches(heard: list[str], pattern: tuple[str, ...]) -> bool:
    """Compare what was heard with a pattern in which ``...`` stands for any prompts."""
    if not pattern:
        return not heard
    if pattern[0] == "...":
        return any(matches(heard[at:], pattern[1:]) for at in range(len(heard) + 1))
    return bool(heard) and heard[0] == pattern[0] and matches(heard[1:], pattern[1:])
