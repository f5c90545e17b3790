"""A deed from the page: who may, what has to be said, on record before it is done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from console.audit import Audit
from console.ports import Room
from console.users import User
from database.engine import StoreUnavailable
from queue_manager.room.orders import BY_EAR, Deed, Order, Outcome, Result

log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 5
"""Deeds of one supervisor that are not answered yet."""


class NotAllowed(Exception):
    """This user may not do deeds."""


class Unclear(ValueError):
    """What was asked cannot be done as it was said; the message is a key of the page's words."""


class Wish(BaseModel):
    """What the page sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    deed: Deed
    operator: Annotated[str, Field(pattern=r"^\d{1,8}$")]
    why: Annotated[str, Field(min_length=3, max_length=200)]
    queue: Annotated[str, Field(max_length=32)] = ""
    reason: Annotated[str, Field(max_length=32)] = ""
    ear: Annotated[str, Field(pattern=r"^\d{0,8}$")] = ""


class Deeds:
    """Does what supervisors wish."""

    def __init__(
        self,
        room: Room,
        audit: Audit,
        queues: Iterable[str],
        reasons: Iterable[str],
        told: Callable[[str], Awaitable[str]],
    ) -> None:
        """``told`` says what a supervisor was shown of the break of an operator."""
        self._room, self._audit, self._told = room, audit, told
        self._queues, self._reasons = frozenset(queues), frozenset(reasons)
        self._open: dict[str, int] = {}
        self.done: dict[Outcome, int] = dict.fromkeys(Outcome, 0)

    def order(self, body: bytes, user: User) -> Order:
        """Read a wish. Raises ``NotAllowed`` and ``Unclear``."""
        if not user.role.acts:
            raise NotAllowed
        try:
            wish = Wish.model_validate_json(body)
        except ValidationError as fault:
            wrong = {str(error["loc"][0]) for error in fault.errors() if error["loc"]}
            raise Unclear("deed_why_missing" if wrong == {"why"} else "deed_unclear") from None
        if wish.deed is Deed.SIGN_ON:
            raise Unclear("deed_unclear")
        why = " ".join("".join(c if c.isprintable() else " " for c in wish.why).split())
        if len(why) < 3:
            raise Unclear("deed_why_missing")
        if wish.deed is Deed.MOVE and wish.queue not in self._queues:
            raise Unclear("deed_queue_missing")
        if wish.deed is Deed.PAUSE and wish.reason not in self._reasons:
            raise Unclear("deed_reason_missing")
        if wish.deed in BY_EAR and not wish.ear:
            raise Unclear("deed_ear_missing")
        return Order(
            deed=wish.deed,
            operator=wish.operator,
            by=user.name,
            why=why,
            queue=wish.queue if wish.deed is Deed.MOVE else "",
            reason=wish.reason if wish.deed is Deed.PAUSE else "",
            ear=wish.ear if wish.deed in BY_EAR else "",
        )

    async def do(self, order: Order, address: str) -> Result:
        """Put it on record, do it, put on record what became of it.

        Raises ``StoreUnavailable`` before anything is done: what is not on record is not done.
        Raises ``Unclear`` when too many of this supervisor's deeds are open.
        """
        if self._open.get(order.by, 0) >= MOST_AT_ONCE:
            raise Unclear("deed_too_many")
        self._open[order.by] = self._open.get(order.by, 0) + 1
        try:
            told = await self._told(order.operator) if order.deed is Deed.PAUSE else ""
            number = await asyncio.to_thread(self._audit.asked, order, address, told)
            # The page may go away meanwhile: the deed is done, and its end put on record.
            return await asyncio.shield(asyncio.ensure_future(self._finish(number, order)))
        finally:
            self._close(order.by)

    async def _finish(self, number: int, order: Order) -> Result:
        result = await self._room.do(order)
        self.done[result.outcome] += 1
        try:
            await asyncio.to_thread(self._audit.answered, number, order, result)
        except StoreUnavailable as fault:
            # It stays "asked" on record, and is shown as that: nobody knows.
            log.error(
                "the end of a deed is not on record",
                extra={"deed": number, "outcome": result.outcome.value, "fault": str(fault)},
            )
        return result

    def _close(self, who: str) -> None:
        left = self._open[who] - 1
        if left:
            self._open[who] = left
        else:
            del self._open[who]
