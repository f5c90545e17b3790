"""Structured logs: one JSON object a line, with the call id, never with a telephone number.

What is logged is a sentence and named fields (``extra={"node": "main_menu"}``). Callers' numbers
are not among the fields anywhere; ``tickets.phone_number.masked`` is for the rare case.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final, TypeVar

from ivr.call import Call

current_call: ContextVar[str] = ContextVar("current_call", default="")
"""The id of the call this task serves; set once per session, carried by asyncio."""

HouseT = TypeVar("HouseT")
EntryPoint = Callable[[Call, HouseT], Awaitable[None]]

STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
MAX_VALUE: Final = 500


def naming_its_call(run: EntryPoint[HouseT]) -> EntryPoint[HouseT]:
    """Let every line that is logged while an entry point runs bear the id of its call."""

    async def named(call: Call, house: HouseT) -> None:
        current_call.set(call.facts.call_id)
        await run(call, house)

    return named


class JsonLines(logging.Formatter):
    """Format a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "says": record.getMessage(),
        }
        if call := current_call.get():
            line["call"] = call
        for name, value in vars(record).items():
            if name not in STANDARD:
                line[name] = (
                    value if isinstance(value, int | float | bool) else str(value)[:MAX_VALUE]
                )
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(level: str) -> None:
    """Send all logs of this process to standard error as JSON lines."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[stream], force=True)
    # It tells of every connection it looks at; nothing went wrong in any of that.
    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)
