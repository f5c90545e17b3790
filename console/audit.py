"""The record of what was done from the console: written to, read, never changed. Blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, insert, select

from console.schema import audit
from database.engine import reading, writing
from queue_manager.room.orders import Order, Outcome, Result

MOST_WHY: Final = 200
PAGE: Final = 100
WENT: Final = "went"
STAYED: Final = "stayed"
"""What became of a break that an operator was told the cost of."""


@dataclass(frozen=True, slots=True)
class Line:
    """One deed with what became of it; ``outcome`` is ``asked`` while nothing has."""

    id: int
    at: datetime
    who: str
    address: str
    what: str
    whom: str
    queue: str
    why: str
    outcome: str
    said: str
    ended_at: datetime | None


class Audit:
    """The table ``console_audit``. Everything may raise ``StoreUnavailable``."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    def asked(self, order: Order, address: str, told: str = "") -> int:
        """Write down a deed before it is done, and what was shown of it; return its number."""
        what = order.deed.value
        if order.reason:
            what = f"{what}:{order.reason}"[:32]
        return self._write(
            who=order.by,
            address=address,
            what=what,
            whom=order.operator,
            queue=order.queue,
            why=order.why[:MOST_WHY],
            outcome=Outcome.ASKED.value,
            said=told[:MOST_WHY],
        )

    def answered(self, number: int, order: Order, result: Result) -> None:
        """Write down what became of it."""
        self._write(
            who=order.by,
            what=order.deed.value,
            whom=order.operator,
            outcome=result.outcome.value,
            said=result.said[:200],
            answers=number,
        )

    def door(self, who: str, address: str, what: str, outcome: str) -> int:
        """Write down who came or went, or failed to; return the number of the line."""
        return self._write(who=who, address=address, what=what, outcome=outcome)

    def ended(self, number: int, who: str, what: str, outcome: str) -> None:
        """Write down what became of a line that was ``asked``."""
        self._write(who=who, what=what, outcome=outcome, answers=number)

    def by_telephone(self, who: str, what: str, whom: str, queue: str, outcome: str) -> int:
        """Write down what a supervisor did by telephone; ``who`` is an extension."""
        return self._write(
            who=who, address="telephone", what=what, whom=whom, queue=queue, outcome=outcome
        )

    def at_the_machine(self, who: str, what: str, whom: str) -> int:
        """Write down what somebody did with a command; ``who`` is a user of the machine."""
        asked = Outcome.ASKED.value
        return self._write(who=who, address="command", what=what, whom=whom, outcome=asked)

    def break_told(self, who: str, reason: str, queue: str, said: str) -> int:
        """Write down that an operator heard what their break would cost; return its number."""
        return self._write(
            who=who,
            address="telephone",
            what=f"break_told:{reason}"[:32],
            whom=who,
            queue=queue,
            outcome=Outcome.ASKED.value,
            said=said[:MOST_WHY],
        )

    def break_chosen(self, number: int, who: str, *, went: bool) -> None:
        """Write down whether they went all the same."""
        self.ended(number, who, "break_told", WENT if went else STAYED)

    def page(self, before: int | None = None, most: int = PAGE) -> list[Line]:
        """Read deeds, the newest first; ``before`` is a number to read on from."""
        end = audit.alias()
        wanted = (
            select(
                audit,
                end.c.outcome.label("end_outcome"),
                end.c.said.label("end_said"),
                end.c.at.label("ended_at"),
            )
            .outerjoin(end, end.c.answers == audit.c.id)
            .where(audit.c.answers.is_(None))
            .order_by(audit.c.id.desc())
            .limit(most)
        )
        if before is not None:
            wanted = wanted.where(audit.c.id < before)
        with reading(self._engine) as connection:
            return [
                Line(
                    id=row.id,
                    at=row.at,
                    who=row.who,
                    address=row.address,
                    what=row.what,
                    whom=row.whom,
                    queue=row.queue,
                    why=row.why,
                    outcome=row.end_outcome or row.outcome,
                    said=row.end_said or row.said,
                    ended_at=row.ended_at,
                )
                for row in connection.execute(wanted)
            ]

    def _write(self, **given: str | int) -> int:
        blank: dict[str, object] = dict.fromkeys(
            ("who", "address", "what", "whom", "queue", "why", "outcome", "said"), ""
        )
        with writing(self._engine) as connection:
            made = connection.execute(
                insert(audit).returning(audit.c.id), blank | given | {"at": self._now()}
            )
            return int(made.scalar_one())
