"""What a caller who waits in a queue costs our server: no open line, no memory."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Final

from benchmarks.arms import OURS_NUMBER
from benchmarks.helpline import Helpline, Plan, running
from benchmarks.processes import connections, memory_kb
from benchmarks.result import Limit, Row
from benchmarks.sipp import Load, Script

TO_THE_QUEUE: Final = Script(keys=((1.0, "0"),), stay_s=10.0)
"""Presses 0 and is given a ticket and a place in the queue; nobody is signed on to answer."""
RATE: Final = 25.0
HAS_CALLS: Final = re.compile(r"^q_general has (\d+) calls", re.MULTILINE)
WITHIN_S: Final = 20.0


class NobodyWaits(Exception):
    """The callers did not come into the queue."""


def run(port_base: int, rounds: int, callers: int = 100) -> Sequence[Row]:
    """Let callers wait, look at our server, let them leave; the first wave is not counted."""
    lines: list[float] = []
    kept: list[float] = []
    waiting: list[float] = []
    with running(Plan(port_base)) as helpline:
        _wave(helpline, callers)
        for _ in range(rounds):
            before = memory_kb(helpline.answering)
            found, open_lines, memory = _wave(helpline, callers)
            waiting.append(found)
            lines.append(open_lines)
            kept.append((memory - before) / found)
    return [
        Row("callers waiting in the queue", "", waiting),
        Row("lines open to our server while they wait", "", lines, must=Limit(0)),
        Row("memory of our server, per waiting call", "kB", kept, note="growth in a wave of calls"),
    ]


def _wave(helpline: Helpline, callers: int) -> tuple[int, int, int]:
    """Let callers come, wait and leave; return how many waited, the open lines and the memory."""
    running_calls = helpline.callers.begin(OURS_NUMBER, TO_THE_QUEUE, Load(callers, RATE))
    try:
        _until_waiting(helpline, callers)
        port = helpline.settings.ports.agi
        seen = (
            _waiting(helpline),
            connections(helpline.answering, port),
            memory_kb(helpline.answering),
        )
    finally:
        helpline.callers.end(running_calls)
    helpline.settle()
    return seen


def _until_waiting(helpline: Helpline, callers: int) -> None:
    until = time.monotonic() + WITHIN_S
    while _waiting(helpline) < callers:
        if time.monotonic() > until:
            raise NobodyWaits(f"{_waiting(helpline)} of {callers} callers wait in the queue")
        time.sleep(0.2)


def _waiting(helpline: Helpline) -> int:
    found = HAS_CALLS.search(helpline.ask("queue show q_general"))
    return int(found[1]) if found else 0
