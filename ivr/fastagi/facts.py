"""What the dialplan tells about a call, checked once more. ``ivr.names`` describes the keys."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from ivr.call import CallFacts
from ivr.desk import QueueOutcome, QueueVisit
from ivr.fastagi.protocol import BadHeader, Header

_SHAPES: Final = {
    "call_id": re.compile(r"[A-Za-z0-9.-]{1,128}"),
    "caller": re.compile(r"\+?[0-9]{1,20}"),
    "dialled": re.compile(r"[0-9*#]{1,20}"),
    "language": re.compile(r"[a-z]{2,8}"),
    "sip": re.compile(r"[A-Za-z0-9.@_-]{1,128}"),
    "ticket": re.compile(r"[0-9]{10}"),
    "queue": re.compile(r"[a-z0-9_]{1,32}"),
    "entry": re.compile(r"[a-z][a-z0-9_]{0,47}"),
}
_FURTHER: Final = re.compile(r"[A-Za-z0-9/_.@-]{0,64}")
_SPAN: Final = re.compile(r"-?[0-9]{1,6}")
_SINCE: Final = re.compile(r"[0-9]{1,10}")
ROUNDED_S: Final = 2
"""What is lost where two spans are cut to whole seconds."""
_NOBODY: Final = frozenset({"JOINEMPTY", "LEAVEEMPTY", "JOINUNAVAIL", "LEAVEUNAVAIL", "FULL"})


def read_facts(header: Header, arrived_at: datetime, default_language: str = "hi") -> CallFacts:
    """Build the facts of a call from the header that opened the session.

    The caller's number is ``agi_callerid``, everything else is in the query string (``ivr.names``).
    A value that does not fit its shape counts as empty, so that a strange caller id never costs a
    caller the call; only a missing or odd ``call_id`` raises ``BadHeader``, since then the session
    was not opened by our dialplan. ``entry`` is the route when it is not given.
    """

    def value(key: str) -> str:
        text = header.values.get("callerid", "") if key == "caller" else header.query.get(key, "")
        return text if _SHAPES[key].fullmatch(text) else ""

    call_id = value("call_id")
    if not call_id:
        raise BadHeader("no call id")
    return CallFacts(
        call_id=call_id,
        caller=value("caller"),
        dialled=value("dialled"),
        language=value("language") or default_language,
        entry=value("entry") or header.route,
        arrived_at=arrived_at,
        ticket=value("ticket"),
        queue=value("queue"),
        sip_call_id=value("sip"),
        parameters={
            key: text
            for key, text in header.query.items()
            if key not in _SHAPES and _FURTHER.fullmatch(text)
        },
    )


def queue_visit(facts: CallFacts, steady_s: float) -> QueueVisit:
    """Read from the parameters of ``/after_queue`` how the stay in the queue ended.

    Waited and talked are whole seconds; what is no number counts as 0. ``steady_s`` is now, on the
    steady clock: Asterisk's spans are the wall clock's, which may have been moved meanwhile.
    """
    further = facts.parameters
    operator = further.get("operator", "")
    waited, total = _seconds(further.get("wait", "")), _seconds(further.get("total", ""))
    since = further.get("since", "")
    if _SINCE.fullmatch(since):
        waited, total = _true_spans(waited, total, int(steady_s) - int(since))
    waited, total = max(0, waited), max(0, total)
    if operator and not further.get("abandoned"):
        return QueueVisit(facts, QueueOutcome.SERVED, waited, max(0, total - waited), operator)
    return QueueVisit(facts, _outcome(further), max(waited, total), 0)


def _true_spans(waited: int, total: int, longest: int) -> tuple[int, int]:
    """Take out of two spans of the wall clock by how much it was moved.

    ``longest`` has passed in truth since the caller was handed over, a little before joining: a
    stay cannot be longer, nor a wait longer than its stay.
    """
    moved = 0 if 0 <= total <= longest + ROUNDED_S else total - longest
    total -= moved
    if not 0 <= waited <= total + ROUNDED_S:
        waited = min(max(0, waited - moved), total)
    return waited, total


def _outcome(further: dict[str, str]) -> QueueOutcome:
    # The status first: app_queue calls whom it lets go abandoned, too.
    status = further.get("status", "")
    if status == "TIMEOUT":
        return QueueOutcome.TIMED_OUT
    if status in _NOBODY:
        return QueueOutcome.NOBODY
    return QueueOutcome.ABANDONED if further.get("abandoned") else QueueOutcome.LEFT


def _seconds(text: str) -> int:
    return int(text) if _SPAN.fullmatch(text) else 0
