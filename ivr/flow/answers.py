"""What each answer means at the node that waited for it. Pure."""

from __future__ import annotations

from dataclasses import replace

from ivr.call import Digits, Played, Said, Silence, TooShort
from ivr.desk import IssuedTicket, StatusRefusal, TicketStatus
from ivr.flow import model, questions, staff_nodes
from ivr.flow.effects import FactFound, NothingHeard, Outcome, Stored, Unavailable
from ivr.flow.facts import fact_of
from ivr.flow.node import Node
from ivr.flow.session import Awaiting, CallTicket, Session
from ivr.flow.verdict import Verdict
from ivr.flow.view import DistrictView
from ivr.room import RoomAnswer


def judge(view: DistrictView, session: Session, node: Node, outcome: Outcome) -> Verdict | None:
    """Judge an answer; ``None`` when it does not fit what was waited for."""
    match session.awaiting, node, outcome:
        case Awaiting.PROMPTS, model.Say(), Played():
            return Verdict(_forgetting_late_key(session), goto=node.next)
        case Awaiting.PROMPTS, model.Say(), Digits(keys):
            return _interrupted(session, node, keys)
        case Awaiting.KEYS, model.Question(), Digits() | Silence() | TooShort() | Said():
            return questions.judge(view, session, node, outcome)
        case Awaiting.FACT, model.Branch(), FactFound() | Unavailable():
            return _fact(view, session, node, outcome)
        case Awaiting.TICKET, model.IssueTicket(), IssuedTicket() | Unavailable():
            return _ticket(session, node, outcome)
        case Awaiting.STATUS, model.TicketStatus(), TicketStatus():
            return _status(session, node, outcome)
        case Awaiting.STATUS, model.TicketStatus(), StatusRefusal() | Unavailable():
            return _no_status(session, node, outcome)
        case (
            Awaiting.ROOM,
            staff_nodes.AskRoom() | staff_nodes.Take(),
            RoomAnswer() | Unavailable(),
        ):
            return _room(session, node, outcome)
        case Awaiting.NOTICE, staff_nodes.Notice(), Stored() | NothingHeard() | Unavailable():
            return _notice(session, node, outcome)
        case Awaiting.MESSAGE, model.Record(), NothingHeard():
            return Verdict(session, "message empty", node.empty)
        case Awaiting.MESSAGE | Awaiting.WISH, model.Record() | model.CallBack(), Stored():
            did = "message left" if session.awaiting is Awaiting.MESSAGE else "wish stored"
            return Verdict(session, did, node.next)
        case Awaiting.MESSAGE | Awaiting.WISH, model.Record() | model.CallBack(), Unavailable():
            return Verdict(session, "not stored", node.unavailable)
    return None


def is_ticket_number(text: str) -> bool:
    """Tell whether this has the shape of a ticket number and can be spoken."""
    return len(text) == 10 and text.isascii() and text.isdigit()


def _forgetting_late_key(session: Session) -> Session:
    return replace(session, late_key="") if session.late_key else session


def _interrupted(session: Session, node: model.Say, keys: str) -> Verdict:
    if session.late_key and keys == session.late_key:
        return Verdict(replace(session, late_key=""))
    keys = questions.without_late_key(session, keys)
    session = replace(session, typed=questions.typed(session, keys), late_key="")
    return Verdict(session, goto=node.next)


def _fact(
    view: DistrictView, session: Session, node: model.Branch, outcome: FactFound | Unavailable
) -> Verdict:
    if isinstance(outcome, Unavailable):
        return Verdict(session, goto=node.otherwise)
    if node.fact == "queue_load":
        loads = {**dict(session.waiting), fact_of(view, session, node): outcome.waiting}
        session = replace(session, waiting=tuple(loads.items()))
    return Verdict(session, goto=node.cases.get(outcome.value, node.otherwise))


def _room(
    session: Session,
    node: staff_nodes.AskRoom | staff_nodes.Take,
    outcome: RoomAnswer | Unavailable,
) -> Verdict:
    do = node.do if isinstance(node, staff_nodes.AskRoom) else node.kind
    if isinstance(outcome, Unavailable):
        return Verdict(replace(session, room_said=()), f"{do}: not now", node.otherwise)
    session = replace(session, room_said=outcome.prompts, who=outcome.who or session.who)
    if isinstance(node, staff_nodes.AskRoom) and node.answer:
        session = questions.stored(session, node.answer, outcome.value)
    goto = node.cases.get(outcome.outcome, node.otherwise)
    return Verdict(session, f"{do}: {outcome.outcome}".replace("_", " "), goto)


def _notice(
    session: Session, node: staff_nodes.Notice, outcome: Stored | NothingHeard | Unavailable
) -> Verdict:
    match outcome:
        case Stored():
            return Verdict(session, "notice recorded", node.next)
        case NothingHeard():
            return Verdict(session, "notice empty", node.empty)
    return Verdict(session, "notice not stored", node.unavailable)


def _ticket(
    session: Session, node: model.IssueTicket, outcome: IssuedTicket | Unavailable
) -> Verdict:
    if isinstance(outcome, Unavailable) or not is_ticket_number(outcome.number):
        return Verdict(session, "no ticket", node.unavailable)
    ticket = CallTicket(outcome.number, outcome.limit_minutes, outcome.promised_by)
    return Verdict(replace(session, ticket=ticket), "ticket issued", node.next)


def _status(session: Session, node: model.TicketStatus, status: TicketStatus) -> Verdict:
    session = replace(session, looked_up=status)
    if status.own and session.ticket is None and is_ticket_number(status.number):
        # Whoever asks after their own ticket and then wants an operator speaks of that ticket.
        session = replace(session, ticket=CallTicket(status.number))
    return Verdict(session, "status told", node.found)


def _no_status(
    session: Session, node: model.TicketStatus, refusal: StatusRefusal | Unavailable
) -> Verdict:
    match refusal:
        case StatusRefusal.WRONG_NUMBER:
            goto = node.wrong_number
        case StatusRefusal.NOT_FOUND:
            goto = node.not_found
        case StatusRefusal.TOO_MANY:
            goto = node.too_many
        case Unavailable():
            return Verdict(session, "no status", node.unavailable)
    return Verdict(session, refusal.value.replace("_", " "), goto)
