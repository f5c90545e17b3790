"""What a node needs before the conversation can go on, and how it ends. Pure."""

from __future__ import annotations

from collections.abc import Callable

from ivr.call import PromptId, QueueEntry
from ivr.flow import model, questions, staff_nodes
from ivr.flow.effects import (
    EndCall,
    Ending,
    Enqueue,
    FindFact,
    InRoom,
    Issue,
    JoinTalk,
    LookUp,
    RecordMessage,
    RecordNotice,
    RecordTake,
    Request,
    StoreWish,
    Tell,
)
from ivr.flow.facts import fact_of, records
from ivr.flow.node import Node, Prompts
from ivr.flow.session import Awaiting, Session
from ivr.flow.view import DistrictView

Say = Callable[[Prompts], tuple[PromptId, ...]]


def request(view: DistrictView, session: Session, node: Node, say: Say) -> tuple[Awaiting, Request]:
    """Name what a node needs, and the answer it will wait for."""
    ticket = session.ticket.number if session.ticket else ""
    match node:
        case model.Question():
            return Awaiting.KEYS, questions.ask(view, session, node, None, say)
        case model.Say() | model.JoinQueue():
            return Awaiting.PROMPTS, Tell(say(node.prompts), node.barge_in)
        case model.Rejoin() | model.HangUp():
            return Awaiting.PROMPTS, Tell(say(node.prompts), barge_in=False)
        case model.Branch():
            return Awaiting.FACT, FindFact(node.fact, fact_of(view, session, node))
        case model.IssueTicket():
            category = node.category or session.category or view.default_category
            return Awaiting.TICKET, Issue(category, session.answers)
        case model.TicketStatus():
            number = session.answer(node.number) if node.number else ""
            return Awaiting.STATUS, LookUp(number or "")
        case model.Record() if records(view, session):
            return Awaiting.MESSAGE, RecordMessage(
                say(node.prompts), ticket, node.max_s, node.min_s, node.silence_s, node.finish_key
            )
        case staff_nodes.AskRoom():
            given = ((need, session.answer(name) or "") for need, name in node.given.items())
            return Awaiting.ROOM, InRoom(node.do, session.who, tuple(given))
        case staff_nodes.Notice():
            return Awaiting.NOTICE, RecordNotice(
                say(node.prompts),
                session.who,
                session.answer(node.queue) or "",
                node.max_s,
                node.min_s,
                node.silence_s,
                node.finish_key,
            )
        case staff_nodes.Take():
            return Awaiting.ROOM, RecordTake(
                say(node.prompts),
                session.who,
                session.answer(node.number) or "",
                node.max_s,
                node.min_s,
                node.silence_s,
                node.finish_key,
            )
        case _:
            return Awaiting.WISH, StoreWish(ticket)


def ending(flows: model.Flows, view: DistrictView, session: Session, node: Node) -> Ending:
    """Name how the conversation ends at a node that ends it."""
    if isinstance(node, staff_nodes.ListenIn):
        return JoinTalk(session.who, session.answer(node.operator) or "", node.manner)
    if isinstance(node, model.HangUp) or session.entry in flows.staff:
        return EndCall()
    queue, priority = "", 0
    if isinstance(node, model.Rejoin) and session.from_queue:
        queue, priority = session.from_queue, node.priority
    elif isinstance(node, model.JoinQueue):
        queue, priority = node.queue or "", node.priority
    return Enqueue(
        QueueEntry(
            queue=queue or view.queue_of(session.category) or _rescue_queue(flows, view),
            ticket=session.ticket.number if session.ticket else "",
            priority=priority,
            recorded=records(view, session),
        )
    )


def _rescue_queue(flows: model.Flows, view: DistrictView) -> str:
    node = flows.nodes.get(flows.rescue)
    named = node.queue if isinstance(node, model.JoinQueue) else None
    return named or view.queue_of(view.default_category) or next(iter(view.queues))
