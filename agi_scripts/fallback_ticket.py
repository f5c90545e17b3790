#!/usr/bin/env python3
"""The fall-back's pen: takes a ticket number from the pool and writes to the spool what happened.

``dialplans/fallback.conf`` starts it with ``AGI()`` for a caller whom none of our processes can
serve: one process a call, inside Asterisk's root file system, with the Python there, the standard
library and pyst2. So nothing heavy is imported, and nothing is decided here.

    fallback_ticket.py KIND key=value key=value ...

``SAHAYATA_STATE`` in its environment is DIR: numbers come from ``DIR/pool/numbers``, records go to
``DIR/spool``, spoken messages lie in ``DIR/messages``. Standard error must be closed or nowhere:
pyst2 would write the caller's number to it. What is on disk is on disk before Asterisk is told:

- ``ticket``: sets the ticket number, and when the promise falls due (seconds since 1970);
- ``message``, ``call_back``: say ``stored``, or ``empty`` for a message that is too short;
- ``ended``, ``queue_ended``: say nothing, the channel may be dead.

The exit status is 1 when something could not be written; then no variable was set.
"""

from __future__ import annotations

import io
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from asterisk.agi import AGI, AGIException  # type: ignore[import-untyped]

from tickets import spool
from tickets.model import Step
from tickets.number import is_well_formed
from tickets.pool import NumberPool, PoolEmpty
from tickets.spool import Spooled, SpoolKind, SpoolRecord

LONGEST_S: Final = 8
"""The dialplan waits ten seconds; whoever cannot write by then ends before."""
BYTES_PER_SECOND: Final = 16_000
WAV_HEADER: Final = 44
KEPT_SILENCE_S: Final = 1.0
"""What Asterisk leaves at the end of a message that ended by silence (``app_record.c``)."""

TICKET: Final = "SAHAYATA_TICKET"
PROMISED: Final = "SAHAYATA_PROMISED"
STORED: Final = "SAHAYATA_STORED"
"""As in ``ivr.names`` and ``ivr.fallback.variables``, which would have to be imported for three."""

NOBODY: Final = frozenset({"JOINEMPTY", "LEAVEEMPTY", "JOINUNAVAIL", "LEAVEUNAVAIL", "FULL"})

_STEP: Final = re.compile(r"([a-z][a-z0-9_]{0,47}):([a-z0-9_ *#]{1,64}):(-?\d{1,9})")
_ANSWER: Final = re.compile(r"([a-z][a-z0-9_]{0,31}):([^/]{0,64})")
_FILE: Final = re.compile(r"[A-Za-z0-9-]{1,200}\.wav")

Variables = Mapping[str, str]
"""Channel variables to be set."""


def act(kind: str, facts: Mapping[str, str], state: Path, now: datetime) -> Variables:
    """Write down what happened, durably, and return what the dialplan is told.

    Raises ``PoolEmpty``, ``OSError``, or ``ValueError`` for words that make no record.
    """
    match kind:
        case "ticket":
            return _ticket(facts, state, now)
        case "message":
            return {STORED: _message(facts, state, now)}
        case "call_back":
            spool.append(state / "spool", _record(SpoolKind.CALL_BACK, facts, now))
            return {STORED: "stored"}
        case "ended":
            spool.append(state / "spool", _record(SpoolKind.CALL_ENDED, facts, now))
            _message(facts, state, now)
            return {}
        case "queue_ended":
            spool.append(state / "spool", _visit(facts, now))
            return {}
        case _:
            raise ValueError("an unknown kind of record")


def _ticket(facts: Mapping[str, str], state: Path, now: datetime) -> Variables:
    number = _given(facts, state) or NumberPool(state / "pool" / "numbers").take()
    record = _record(SpoolKind.TICKET, {**facts, "ticket": number}, now)
    spool.append(state / "spool", record)
    limit = facts.get("limit", "")
    due = now + timedelta(seconds=int(limit)) if limit else None
    return {TICKET: number, PROMISED: str(int(due.timestamp())) if due else ""}


def _given(facts: Mapping[str, str], state: Path) -> str:
    """Find the number this call was given before: the channel knows, or else the spool."""
    if is_well_formed(number := facts.get("ticket", "")):
        return number
    if facts.get("asked", "1") == "1":
        return ""
    found = (item.record for item in spool.read(state / "spool") if isinstance(item, Spooled))
    ours = (r for r in found if r.kind is SpoolKind.TICKET and r.call_id == facts["call_id"])
    return next((record.number for record in ours), "")


def _message(facts: Mapping[str, str], state: Path, now: datetime) -> str:
    """Write down a spoken message if there is one: ``stored`` or ``empty``."""
    name = facts.get("message", "")
    if not _FILE.fullmatch(name):
        return "empty"
    file = state / "messages" / name
    seconds = max(0, file.stat().st_size - WAV_HEADER) / BYTES_PER_SECOND
    kept = KEPT_SILENCE_S if facts.get("record") == "SILENCE" else 0.0
    if seconds - kept < float(facts.get("shortest") or 1.0):
        file.unlink()
        return "empty"
    spool.append(state / "spool", _record(SpoolKind.MESSAGE, facts, now, str(file), seconds))
    return "stored"


def _record(
    kind: SpoolKind,
    facts: Mapping[str, str],
    now: datetime,
    message: str = "",
    seconds: float = 0.0,
) -> SpoolRecord:
    ended = kind is SpoolKind.CALL_ENDED
    to_queue = ended and facts.get("ending") == "to_queue"
    return SpoolRecord(
        call_id=facts.get("call_id", ""),
        kind=kind,
        at=now,
        number=facts.get("ticket", ""),
        category=facts.get("category", ""),
        caller=facts.get("caller", ""),
        entry=facts.get("entry") or "inbound",
        answers=dict(_ANSWER.findall(facts.get("answers", ""))),
        steps=_steps(facts, now),
        message=message,
        seconds=seconds,
        queue=facts.get("queue", "") if to_queue else "",
        ending=facts.get("ending", "") if ended else "",
        last_node=facts.get("node", "") if ended else "",
        dialled=facts.get("dialled", ""),
        language=facts.get("language", ""),
        sip_call_id=facts.get("sip", ""),
    )


def _visit(facts: Mapping[str, str], now: datetime) -> SpoolRecord:
    """Read how a stay in a queue ended, as ``ivr.fastagi.facts.queue_visit`` does."""
    waited, total = _seconds(facts.get("wait", "")), _seconds(facts.get("total", ""))
    operator = facts.get("operator", "")
    served = bool(operator) and not facts.get("abandoned")
    return replace(
        _record(SpoolKind.QUEUE_ENDED, facts, now),
        queue=facts.get("queue", ""),
        how="served" if served else _how(facts),
        wait_s=float(waited if served else max(waited, total)),
        talk_s=float(max(0, total - waited)) if served else 0.0,
        operator=operator if served else "",
    )


def _how(facts: Mapping[str, str]) -> str:
    # The status first: app_queue calls whom it lets go abandoned, too.
    status = facts.get("status", "")
    if status == "TIMEOUT":
        return "timed_out"
    if status in NOBODY:
        return "nobody"
    return "abandoned" if facts.get("abandoned") else "left"


def _seconds(text: str) -> int:
    return int(text) if text.isdigit() and len(text) <= 6 else 0


def _steps(facts: Mapping[str, str], now: datetime) -> tuple[Step, ...]:
    """Read ``main_menu:key 1:14/``: node, what was done, seconds since the fall-back began.

    They are negative, or very many, when the clock was set meanwhile: the step counts all the same.
    """
    began = facts.get("began", "")
    since = datetime.fromtimestamp(int(began), UTC) if began else now
    found = (_STEP.fullmatch(part) for part in facts.get("steps", "").split("/"))
    return tuple(Step(m[1], m[2], since + timedelta(seconds=int(m[3]))) for m in found if m)


def main(arguments: Sequence[str]) -> int:
    """Talk to Asterisk: read its header, act, set the variables."""
    signal.alarm(LONGEST_S)
    # The header holds what a stranger sent: any bytes.
    header = io.TextIOWrapper(sys.stdin.buffer, errors="replace")
    with Path(os.devnull).open("w", errors="replace") as nowhere:
        agi = AGI(header, sys.stdout, nowhere)
        facts = dict(word.split("=", 1) for word in arguments[1:] if "=" in word)
        try:
            state = Path(os.environ["SAHAYATA_STATE"])
            told = act(arguments[0], facts, state, datetime.now(UTC))
        except (PoolEmpty, OSError, ValueError, LookupError) as fault:
            _complain(agi, fault)
            return 1
        # A caller who has hung up, or an Asterisk that is gone, leaves nobody to be told.
        with suppress(AGIException, OSError, ValueError):
            for name, value in told.items():
                agi.set_variable(name, value)
    return 0


def _complain(agi: AGI, fault: Exception) -> None:
    """Tell Asterisk's log why; the kind of fault only, which holds nothing of the caller's."""
    what = fault.strerror if isinstance(fault, OSError) else type(fault).__name__
    with suppress(AGIException, OSError, ValueError):
        agi.verbose(f"sahayata: the fall-back could not write: {what}", 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
