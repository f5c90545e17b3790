"""Nodes of the conversations of the staff: what operators and supervisors do by telephone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.flow.node import AnswerName, Node, NodeName, Recording, Seconds


class AskRoom(Node):
    """Ask the room of operators, or do something in it; for conversations of the staff.

    What it answers in words is said by the next node: ``{room}``.
    """

    kind: Literal["room"]
    do: str
    """One of ``ivr.room.DEEDS``."""
    given: dict[str, AnswerName] = Field(default={})
    """What the deed needs, and the answer that holds it: ``reason: pause_reason``."""
    answer: AnswerName | None = None
    """Store the value the room answered under this name."""
    cases: dict[str, NodeName]
    otherwise: NodeName
    """For every other answer, and when the room cannot be asked."""


class Notice(Recording):
    """Record what callers of a queue shall hear before they wait; for a supervisor."""

    kind: Literal["notice"]
    queue: AnswerName
    """The answer that holds the name of the queue."""
    max_s: Seconds = 60.0
    next: NodeName
    empty: NodeName
    unavailable: NodeName


class Take(Recording):
    """Record a prompt anew, for a supervisor; callers hear it when a ``room`` node kept it.

    What was recorded is said by the next node: ``{room}``.
    """

    kind: Literal["take"]
    number: AnswerName
    """The answer that holds the number of the prompt."""
    max_s: Seconds = 90.0
    min_s: Seconds = 0.2
    silence_s: Seconds = 6.0
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


StaffNode = AskRoom | Notice | Take | ListenIn
"""Every node that only the staff's conversations have."""
