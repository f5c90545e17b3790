"""One node of callflows.yaml as one context of the dialplan."""

from __future__ import annotations

from ivr import names
from ivr.fallback import variables as v
from ivr.fallback.questions import collect, menu
from ivr.fallback.source import Source
from ivr.fallback.spoken import PAUSE, Spoken, spoken
from ivr.fallback.text import Step, context, extension, go, gosub, place
from ivr.flow import model
from ivr.flow.node import Node, Prompts


def node_context(source: Source, name: str, node: Node) -> str:
    """Write a node. Every way out of it, a fault included, leads to another node or a queue."""
    steps, extensions = _body(source, node)
    about = [gosub("about", at=node.about)] if node.about else []
    said = [line for line in (node.comment, *source.sentences(node)) if line]
    return context(
        f"fallback-{name}",
        extension("s", gosub("enter", name), *about, *steps),
        *extensions,
        about=(f"---- {name}", *said),
    )


def _body(source: Source, node: Node) -> tuple[list[Step], list[str]]:
    def say(prompts: Prompts) -> Spoken:
        return spoken(prompts, source.language)

    match node:
        case model.Menu():
            return menu(node, say, source.language)
        case model.CollectKeys():
            return collect(node, say, source.language, source.view)
        case model.Say():
            return [*_said(say(node.prompts), barge_in=node.barge_in), go(node.next)], []
        case model.Branch():
            return _branch(source, node), []
        case model.IssueTicket():
            return _issue(source, node), []
        case model.TicketStatus():
            # No status can be told without the store.
            return [gosub("note", "no status"), go(node.unavailable)], []
        case model.Record():
            return _record(node, say(node.prompts)), []
        case model.CallBack():
            stored = _stored("wish stored", node.next, node.unavailable)
            return [gosub("script", "call_back"), *stored], []
        case model.JoinQueue() | model.Rejoin():
            return _join(source, node, say(node.prompts)), []
        case model.Goto():
            return [go(node.to)], []
        case model.HangUp():
            return _hang_up(say((*node.prompts, PAUSE))), []
        case _:
            raise TypeError(f"a node of an unknown kind: {type(node).__name__}")


def _said(what: Spoken, *, barge_in: bool) -> list[Step]:
    if not what.recordings:
        return []
    return [*what.before, gosub("say", what.recordings, "yes" if barge_in else "no")]


def _branch(source: Source, node: model.Branch) -> list[Step]:
    steps, found = _fact(source, node)
    if not found:
        return [go(node.otherwise)]
    cases = [
        f'GotoIf($["{found}" = "{value}"]?{place(goto)})' for value, goto in node.cases.items()
    ]
    return [*steps, *cases, go(node.otherwise)]


def _fact(source: Source, node: model.Branch) -> tuple[list[Step], str]:
    """Return the steps that find a fact out, and what then holds it; "" when only a store knows."""
    queue = node.of or _either(v.FROM_QUEUE, v.value(v.FROM_QUEUE), v.value(v.CATEGORY_QUEUE))
    match node.fact:
        case "hours" | "queue_load":
            return [gosub(node.fact.removeprefix("queue_"), queue)], "${GOSUB_RETVAL}"
        case "part_of_day":
            return [gosub("day", at="now")], "${GOSUB_RETVAL}"
        case "caller_number":
            return [], _either(names.CALLER, "shown", "withheld")
        case "has_ticket":
            return [], _either(names.TICKET, "yes", "no")
        case "promised":
            return [], _either(v.PROMISED, "yes", "no")
        case "may_record":
            return [], v.value(v.MAY_RECORD)
        case "answered":
            return [], _either(f"{v.ANSWER}{node.of}", "yes", "no")
        case "category":
            return [], _either(v.CATEGORY, v.value(v.CATEGORY), source.view.default_category)
        case _:
            return [], ""


def _issue(source: Source, node: model.IssueTicket) -> list[Step]:
    if node.category:
        category = [gosub("about", at=node.category)]
    else:
        unnamed = gosub("about", at=source.view.default_category)
        category = [f'ExecIf($["{v.value(v.CATEGORY)}" = ""]?{unnamed})']
    return [
        *category,
        gosub("ticket"),
        'GotoIf($["${GOSUB_RETVAL}" = "yes"]?issued)',
        gosub("note", "no ticket"),
        go(node.unavailable),
        ("issued", gosub("note", "ticket issued")),
        go(node.next),
    ]


def _record(node: model.Record, what: Spoken) -> list[Step]:
    # The end is kept when the caller hangs up (k); the beep is ours, played before (q).
    options = "qkt" if node.finish_key == "*" else "qk"
    silence_s, max_s = max(1, round(node.silence_s)), max(1, round(node.max_s))
    arguments = (what.recordings, str(max_s), str(silence_s), options, f"{node.min_s:g}")
    return [
        *what.before,
        f'GotoIf($["{v.value(v.MAY_RECORD)}" = "yes"]?speak)',
        *_said(what, barge_in=True),
        gosub("script", "call_back"),
        *_stored("wish stored", node.next, node.unavailable),
        ("speak", gosub("message", *arguments)),
        f'GotoIf($["{v.value(v.STORED)}" = "empty"]?empty)',
        *_stored("message left", node.next, node.unavailable, label="kept"),
        ("empty", gosub("note", "message empty")),
        go(node.empty),
    ]


def _stored(did: str, then: str, unavailable: str, *, label: str = "stored") -> list[Step]:
    return [
        f'GotoIf($["{v.value(v.STORED)}" = "stored"]?{label})',
        gosub("note", "not stored"),
        go(unavailable),
        (label, gosub("note", did)),
        go(then),
    ]


def _join(source: Source, node: model.JoinQueue | model.Rejoin, what: Spoken) -> list[Step]:
    queue, priority = v.value(v.CATEGORY_QUEUE), str(node.priority)
    if isinstance(node, model.Rejoin):
        queue = _either(v.FROM_QUEUE, v.value(v.FROM_QUEUE), queue)
        priority = _either(v.FROM_QUEUE, priority, "0")
    elif node.queue:
        queue = node.queue
    return [
        f"Set({names.QUEUE}={queue})",
        f"Set({names.PRIORITY}={priority})",
        f'Set({names.RECORDED}=${{IF($["{v.value(v.MAY_RECORD)}" = "yes"]?1:0)}})',
        # A key pressed before counts for no question any more: the number is told all the same.
        f"Set({v.AHEAD}=)",
        *_said(what, barge_in=isinstance(node, model.JoinQueue) and node.barge_in),
        "Goto(sub-fallback-hand-over,s,1)",
    ]


def _hang_up(what: Spoken) -> list[Step]:
    return [
        f"Set({v.ENDING}=completed)",
        f"Set({v.AHEAD}=)",
        *_said(what, barge_in=False),
        # A hang-up cuts what is still on its way to the caller.
        "Wait(0.4)",
        "Hangup()",
    ]


def _either(variable: str, filled: str, empty: str) -> str:
    return f'${{IF($["{v.value(variable)}" != ""]?{filled}:{empty})}}'
