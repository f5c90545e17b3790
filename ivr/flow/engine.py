"""The engine: a conversation goes on by one answer, and says what it needs next. Pure.

``begin`` and ``step`` return the session and a turn of effects; the last effect waits for an
outcome (see ``ivr.flow.effects``). Nothing here waits, reads a clock, or remembers anything. A
session can be written down and read again between any two steps. Whatever is answered, the
conversation ends in a queue or a hang-up: turns are counted, and an answer that does not fit, like
a flow that goes in a circle, takes the caller to the rescue node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ivr.call import CallFacts, Digits, Played, PromptId
from ivr.flow import answers, model, questions, staff_nodes
from ivr.flow.effects import Effect, EndCall, Note, Outcome
from ivr.flow.facts import known_fact
from ivr.flow.node import Node, Prompts
from ivr.flow.requests import ending, request
from ivr.flow.session import Awaiting, CallTicket, Session
from ivr.flow.speech import spoken
from ivr.flow.verdict import Verdict
from ivr.flow.view import DistrictView

MAX_TURNS: Final = 200
"""Answers in one conversation; far above what a caller can press in the time a call may take."""
MAX_NODES: Final = 100
"""Nodes passed without waiting for anything; above it the flow goes in a circle."""
BROUGHT: Final = "prompt"
"""The one answer that a call may bring along: which sentence is to be recorded anew. It has the
name that the value has in the query string (``ivr.names``)."""

ENDINGS = model.JoinQueue | model.Rejoin | model.HangUp
"""Nodes that say something and then end the conversation."""

Turn = tuple[Session, tuple[Effect, ...]]
"""The session, and what it asks for; the last effect waits for an answer."""


def begin(flows: model.Flows, view: DistrictView, facts: CallFacts, now: datetime) -> Turn:
    """Begin the conversation that ``facts.entry`` names; an unknown entry goes to the rescue."""
    entry = _entry(flows, facts)
    session = Session(
        entry=entry,
        node=flows.rescue,
        caller_shown=bool(facts.caller),
        # Set by us on this very line, after the PIN: see ``AgiCall.join_talk``.
        who=facts.parameters.get("staff", "") if entry in flows.staff else "",
        from_queue=facts.queue,
        may_record=_may_record(view, facts),
        category=view.category_of(facts.queue) if facts.queue else "",
        answers=_brought(flows, facts),
        ticket=CallTicket(facts.ticket) if answers.is_ticket_number(facts.ticket) else None,
    )
    walk = _Walk(flows, view, now)
    first = flows.entries.get(entry)
    return walk.to(session, first) if first else walk.rescue(session, "no such entry")


def step(
    flows: model.Flows, view: DistrictView, session: Session, outcome: Outcome, now: datetime
) -> Turn:
    """Go on by one outcome. A session that is over stays over: the turn ends in ``EndCall``."""
    if session.over:
        return session, (EndCall(),)
    walk = _Walk(flows, view, now)
    session = replace(session, turns=session.turns + 1)
    node = flows.nodes.get(session.node)
    if node is None:
        return walk.rescue(session, "the node is gone")
    if session.turns > MAX_TURNS:
        return walk.rescue(session, "the call is too long")
    if isinstance(node, ENDINGS) and isinstance(outcome, Played | Digits):
        return walk.end(session, node)
    verdict = answers.judge(view, session, node, outcome)
    if verdict is None:
        return walk.rescue(session, "the answer does not fit")
    return walk.on(verdict, node)


def rescue(
    flows: model.Flows, view: DistrictView, session: Session, why: str, now: datetime
) -> Turn:
    """End the conversation at an operator, whatever it was at."""
    return _Walk(flows, view, now).rescue(session, why)


@dataclass(frozen=True, slots=True)
class _Walk:
    """The way through the nodes after one answer."""

    flows: model.Flows
    view: DistrictView
    now: datetime

    def on(self, verdict: Verdict, node: Node) -> Turn:
        """Go where a verdict leads, or do the same once more."""
        session = verdict.session
        notes = (Note(session.node, verdict.did),) if verdict.did else ()
        if verdict.goto is not None:
            return self.to(session, verdict.goto, *notes)
        if isinstance(node, model.Question):
            again = questions.ask(self.view, session, node, verdict.reaction, self._say(session))
            return session, (*notes, again)
        return self._wait(session, session.node, node, *notes)

    def to(self, session: Session, name: str, *notes: Note) -> Turn:
        """Arrive at a node and walk on until something has to be waited for."""
        for _ in range(MAX_NODES):
            node = self.flows.nodes.get(name)
            if node is None:
                return self.rescue(session, f"there is no node {name}", *notes)
            if node.about:
                session = replace(session, category=node.about)
            match node:
                case model.Goto():
                    name = node.to
                case model.Branch() if value := known_fact(self.view, session, node, self.now):
                    name = node.cases.get(value, node.otherwise)
                case model.Say() if node.barge_in and questions.pressed_ahead(session):
                    name = node.next
                case model.Question() if verdict := questions.typed_ahead(session, node):
                    notes += (Note(name, verdict.did),)
                    session, name = verdict.session, verdict.goto or name
                case _:
                    return self._wait(session, name, node, *notes)
        return self.rescue(replace(session, node=name), "the flow goes in a circle", *notes)

    def end(self, session: Session, node: Node, *notes: Note) -> Turn:
        """End the conversation."""
        over = replace(session, awaiting=Awaiting.NOTHING)
        return over, (*notes, ending(self.flows, self.view, session, node))

    def rescue(self, session: Session, why: str, *notes: Note) -> Turn:
        """Take the caller to an operator without asking anything more."""
        node = self.flows.nodes.get(self.flows.rescue)
        if not isinstance(node, model.JoinQueue):
            node = model.JoinQueue(kind="join_queue")
        return self.end(session, node, *notes, Note(session.node, f"rescued: {why}"))

    def _wait(self, session: Session, name: str, node: Node, *notes: Note) -> Turn:
        if isinstance(node, staff_nodes.ListenIn) or (
            isinstance(node, ENDINGS) and not node.prompts
        ):
            return self.end(replace(session, node=name), node, *notes)
        awaiting, needed = request(self.view, session, node, self._say(session))
        return replace(session, node=name, tries=0, awaiting=awaiting), (*notes, needed)

    def _say(self, session: Session) -> _Say:
        return _Say(self, session)


@dataclass(frozen=True, slots=True)
class _Say:
    """Prompts with their spoken values, as they are at this moment of the conversation."""

    walk: _Walk
    session: Session

    def __call__(self, prompts: Prompts) -> tuple[PromptId, ...]:
        return spoken(prompts, self.session, self.walk.view, self.walk.now)


def _entry(flows: model.Flows, facts: CallFacts) -> str:
    """Tell where a call begins: of the staff's calls the code that was dialled says it."""
    return flows.codes.get(facts.dialled, facts.entry) if facts.entry == "staff" else facts.entry


def _brought(flows: model.Flows, facts: CallFacts) -> tuple[tuple[str, str], ...]:
    """Return what is answered before anything is asked: by who had this telephone called."""
    prompt = facts.parameters.get(BROUGHT, "") if facts.entry in flows.staff else ""
    return ((BROUGHT, prompt),) if prompt.isascii() and prompt.isdigit() else ()


def _may_record(view: DistrictView, facts: CallFacts) -> bool:
    if not facts.queue:
        return True
    return facts.parameters.get("recorded", "1") == "1" and view.queue_records(facts.queue)
