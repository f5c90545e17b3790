"""The language of ``callflows.yaml``: frozen, strict, and complete.

A conversation is a graph of nodes. Each node says one thing or asks one thing; where it goes next
is data, silence and wrong keys included. Prompt lists hold prompt ids, or *spoken values* in
braces, quoted in YAML: ``"{ticket_number}"``, ``"{digits:pin}"``; see ``ivr.flow.lexicon``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ivr.flow.node import (
    AnswerName,
    Code,
    Key,
    Node,
    NodeName,
    Phrase,
    PromptRef,
    Prompts,
    Reaction,
    Recording,
    Seconds,
    Strict,
)
from ivr.flow.staff_nodes import StaffNode


class Say(Node):
    """Say something, then go on. With ``barge_in``, keys pressed count for the next question."""

    kind: Literal["say"]
    prompts: Prompts
    barge_in: bool = True
    next: NodeName


class Option(Strict):
    """One key of a menu. ``prompt`` announces it, unless ``prompts`` of the menu does."""

    prompt: PromptRef | None = None
    goto: NodeName
    silent: bool = False
    """Nobody is told of this key, on purpose: for those who know it from another menu."""
    value: str | None = None
    """Stored under the menu's ``answer``; the key itself when left out."""
    words: Annotated[tuple[Phrase, ...], Field(strict=False, max_length=12)] = ()
    """What may be said instead of pressing the key, where a model for speech is installed."""
    said: PromptRef | None = None
    """The word as a recording, to ask whether it was said: every key with words has one."""


class Question(Node):
    """What every node has that waits for keys."""

    prompts: Prompts = ()
    answer: AnswerName | None = None
    """Store what was chosen or typed under this name."""
    tries: Annotated[int, Field(ge=1, le=9)] = 3
    wait_s: Seconds = 5.0
    barge_in: bool = True
    silence: Reaction = Reaction()
    wrong_key: Reaction = Reaction()
    exhausted: NodeName
    """Where to go after ``tries`` silences or wrong keys together. Never a hang-up."""


class Menu(Question):
    """Announce keys, wait for one."""

    kind: Literal["menu"]
    options: dict[Key, Option]
    invite: Prompts = ()
    """Said after the options, only where words are listened to."""

    @property
    def listens(self) -> bool:
        """Whether words count here, beside the keys."""
        return any(option.words for option in self.options.values())


class CollectKeys(Question):
    """Collect several keys: a PIN code, a ticket number."""

    kind: Literal["collect"]
    min_keys: Annotated[int, Field(ge=1, le=32)]
    max_keys: Annotated[int, Field(ge=1, le=32)]
    gap_s: Seconds = 3.0
    finish_key: Literal["#", "*", ""] = "#"
    check: Literal["any", "pin_code", "ticket_number"] = "any"
    """``wrong_key`` is the reaction when the check fails or too few keys were pressed."""
    skip: NodeName | None = None
    """Where the finishing key alone goes; without it that counts as a wrong key."""
    alone: dict[Key, NodeName] = Field(default={})
    """Where one key pressed alone goes, instead of being an answer: ``"*": back``."""
    next: NodeName


class Record(Recording):
    """Record a spoken message. What was said is attached to the ticket, with the wish to be called.

    Where the category may not be recorded only the wish is stored, and nothing is said.
    """

    kind: Literal["record"]
    max_s: Seconds = 120.0
    next: NodeName
    empty: NodeName
    """Nothing usable was recorded."""
    unavailable: NodeName
    """It could not be attached to a ticket."""


class CallBack(Node):
    """Store the wish to be called back, without a recording."""

    kind: Literal["call_back"]
    next: NodeName
    unavailable: NodeName


class Branch(Node):
    """Go by a fact. ``otherwise`` also serves when the fact cannot be found out."""

    kind: Literal["branch"]
    fact: str
    of: str | None = None
    cases: dict[str, NodeName]
    otherwise: NodeName


class IssueTicket(Node):
    """Commit a ticket. ``unavailable`` when no number could be made durable."""

    kind: Literal["issue_ticket"]
    category: str | None = None
    """Left out: the category the caller is speaking of (``about``)."""
    next: NodeName
    unavailable: NodeName


class TicketStatus(Node):
    """Look a ticket up and say nothing yet: the next node says ``{status}``."""

    kind: Literal["ticket_status"]
    number: AnswerName | None = None
    """The answer that holds the number; the caller's own open ticket when left out."""
    found: NodeName
    not_found: NodeName
    """No such number, or not for this caller to hear: the two are not told apart."""
    wrong_number: NodeName
    """The check digit does not fit."""
    too_many: NodeName
    unavailable: NodeName


class JoinQueue(Node):
    """Say something, then hand the caller to a queue. The conversation ends."""

    kind: Literal["join_queue"]
    prompts: Prompts = ()
    barge_in: bool = True
    """A key during ``prompts`` ends them, and the caller is handed over."""
    queue: str | None = None
    """Left out: the queue of the category the caller is speaking of."""
    priority: Annotated[int, Field(ge=0, le=20)] = 0


class Rejoin(Node):
    """Put a caller who came out of a queue back into it, ahead of those who came later.

    A caller who has not waited yet joins the queue of the category, with no priority.
    """

    kind: Literal["rejoin_queue"]
    prompts: Prompts = ()
    priority: Annotated[int, Field(ge=0, le=20)] = 5


class Goto(Node):
    """Go on elsewhere: a named place others may point at."""

    kind: Literal["goto"]
    to: NodeName


class HangUp(Node):
    """Say goodbye and end the call."""

    kind: Literal["hangup"]
    prompts: Prompts = ()


AnyNode = Annotated[
    Say
    | Menu
    | CollectKeys
    | Record
    | CallBack
    | Branch
    | IssueTicket
    | TicketStatus
    | StaffNode
    | JoinQueue
    | Rejoin
    | Goto
    | HangUp,
    Field(discriminator="kind"),
]


class Flows(Strict):
    """All conversations of a district."""

    format: Literal[1]
    entries: dict[NodeName, NodeName]
    """Where each kind of call begins. ``inbound``, ``queue_key`` (a key pressed while waiting) and
    ``queue_limit`` (the wait passed its limit) are needed; outbound conversations add theirs."""
    staff: Annotated[tuple[NodeName, ...], Field(strict=False)] = ()
    """Entries of operators and supervisors: when such a conversation fails it ends, and the
    fall-back of the citizens has none of it."""
    codes: dict[Code, NodeName] = Field(default={})
    """What an operator's telephone dials, and the entry of the staff it begins at."""
    rescue: NodeName
    """The ``join_queue`` node a caller is taken to when the conversation itself fails."""
    nodes: dict[NodeName, AnyNode]

    @property
    def citizens(self) -> dict[str, str]:
        """The entries that are not the staff's."""
        return {entry: to for entry, to in self.entries.items() if entry not in self.staff}
