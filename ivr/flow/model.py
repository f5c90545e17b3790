"""The language of ``callflows.yaml``: frozen, strict, and complete.

A conversation is a graph of nodes. Each node says one thing or asks one thing; where it goes next
is data, silence and wrong keys included. Prompt lists hold prompt ids, or *spoken values* in
braces, quoted in YAML: ``"{ticket_number}"``, ``"{digits:pin}"``. See ``SPOKEN_VALUES``.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ivr.words import is_phrase


def _phrase(text: str) -> str:
    if not is_phrase(text):
        raise ValueError(f"{text[:60]!r} is no word that can be said: letters, one blank between")
    return text


NodeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
PromptRef = Annotated[str, Field(pattern=r"^([a-z0-9_]{1,64}|\{[a-z_]+(:[a-z_]+)?\})$")]
Prompts = Annotated[tuple[PromptRef, ...], Field(strict=False, max_length=40)]
"""What is said, in order; a list in YAML."""
Key = Annotated[str, Field(pattern=r"^[0-9*#]$")]
Code = Annotated[str, Field(pattern=r"^\*[0-9]{1,4}$")]
AnswerName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Phrase = Annotated[str, AfterValidator(_phrase)]
Seconds = Annotated[float, Field(gt=0, le=600)]

SPOKEN_VALUES: Final = {
    "ticket_number": "the ten digits of the ticket number, 3-3-4",
    "category": "the name of the category the caller is speaking of",
    "limit": "the promise as a duration: two hours",
    "deadline": "when the promise falls due as a clock time with day: by 5:40 in the evening",
    "status": "what became of the ticket that was asked about",
    "status_details": "category, day opened and promise; silent for a stranger",
    "digits": "an answer digit by digit: {digits:pin}",
    "pin_code": "an answer as a PIN code, 3-3: {pin_code:pin}",
    "number": "an answer as a count: {number:persons}",
    "waiting": "how many callers wait in a queue a branch asked the load of: {waiting:food}",
    "room": "what the room answered last, to an operator or a supervisor",
}

FACTS: Final = {
    "hours": ("open", "closed", "holiday"),
    "part_of_day": ("night", "morning", "afternoon", "evening"),
    "open_ticket": ("yes", "no"),
    "caller_known": ("yes", "no"),
    "caller_number": ("shown", "withheld"),
    "queue_load": ("free", "busy", "long", "unstaffed"),
    "has_ticket": ("yes", "no"),
    "promised": ("yes", "no"),
    "may_record": ("yes", "no"),
    "answered": ("yes", "no"),
    "category": (),
    "entry": (),
}
"""Facts a branch may ask about and their values; any value may also be caught by ``otherwise``.

``queue_load`` and ``hours`` may take ``of: <queue>`` (left out: the queue of the category the
caller is speaking of); ``answered`` takes ``of: <answer name>``; ``category`` has the categories of
the district as values, ``entry`` the entries of this file: where the conversation began.
``has_ticket``: a ticket was issued in this call, came with it out of a queue, or is the caller's
own and its status was told. ``promised``: that ticket has a limit. ``may_record``: the category
(out of a queue: every category of that queue) may be recorded.
"""


class Strict(BaseModel):
    """Unknown fields are errors; nothing changes after loading; no type is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Reaction(Strict):
    """What to do on silence or on a wrong key: say something and ask again, or go elsewhere."""

    say: Prompts = ()
    goto: NodeName | None = None
    """Leave at once instead of asking again."""


class Node(Strict):
    """What every node has."""

    about: str | None = None
    """The category the caller is now speaking of: a hang-up from here on leaves a ticket in it."""
    comment: str | None = None


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
    alone: dict[Key, NodeName] = {}
    """Where one key pressed alone goes, instead of being an answer: ``"*": back``."""
    next: NodeName


class Record(Node):
    """Record a spoken message. What was said is attached to the ticket, with the wish to be called.

    Where the category may not be recorded only the wish is stored, and nothing is said.
    """

    kind: Literal["record"]
    prompts: Prompts = ()
    max_s: Seconds = 120.0
    min_s: Seconds = 1.0
    silence_s: Seconds = 4.0
    finish_key: Literal["#", "*"] = "#"
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


class AskRoom(Node):
    """Ask the room of operators, or do something in it; for conversations of the staff.

    What it answers in words is said by the next node: ``{room}``.
    """

    kind: Literal["room"]
    do: str
    """One of ``ivr.room.DEEDS``."""
    given: dict[str, AnswerName] = {}
    """What the deed needs, and the answer that holds it: ``reason: pause_reason``."""
    answer: AnswerName | None = None
    """Store the value the room answered under this name."""
    cases: dict[str, NodeName]
    otherwise: NodeName
    """For every other answer, and when the room cannot be asked."""


class Notice(Node):
    """Record what callers of a queue shall hear before they wait; for a supervisor."""

    kind: Literal["notice"]
    queue: AnswerName
    """The answer that holds the name of the queue."""
    prompts: Prompts = ()
    max_s: Seconds = 60.0
    min_s: Seconds = 1.0
    silence_s: Seconds = 4.0
    finish_key: Literal["#", "*"] = "#"
    next: NodeName
    empty: NodeName
    unavailable: NodeName


class Take(Node):
    """Record a prompt anew, for a supervisor; callers hear it when a ``room`` node kept it.

    What was recorded is said by the next node: ``{room}``.
    """

    kind: Literal["take"]
    number: AnswerName
    """The answer that holds the number of the prompt."""
    prompts: Prompts = ()
    max_s: Seconds = 90.0
    min_s: Seconds = 0.2
    silence_s: Seconds = 6.0
    finish_key: Literal["#", "*"] = "#"
    cases: dict[str, NodeName]
    """By what it is worth: one of ``ivr.room.TAKES``."""
    otherwise: NodeName


class ListenIn(Node):
    """Join a supervisor to an operator's talk. The conversation ends; the call goes on after it."""

    kind: Literal["listen_in"]
    operator: AnswerName
    """The answer that holds the extension; a ``room`` node with ``may_listen`` comes before."""
    manner: Literal["listen", "whisper", "barge", "call"]
    """``call``: ring that telephone and speak to who answers it."""


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
    | AskRoom
    | Notice
    | Take
    | ListenIn
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
    codes: dict[Code, NodeName] = {}
    """What an operator's telephone dials, and the entry of the staff it begins at."""
    rescue: NodeName
    """The ``join_queue`` node a caller is taken to when the conversation itself fails."""
    nodes: dict[NodeName, AnyNode]

    @property
    def citizens(self) -> dict[str, str]:
        """The entries that are not the staff's."""
        return {entry: to for entry, to in self.entries.items() if entry not in self.staff}
