"""What was declared, in the order it was declared in, however slow the database is."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Mapping

import pytest

from database.engine import StoreUnavailable
from queue_manager.duty.declared import Change, Declared, Pause, Resume, SignOn
from queue_manager.room import standing
from queue_manager.room.standing import Standing
from tests.support.small_room import MemoryDuty, now
from tests.support.waiting import until

FOOD = {"201": {"food": 0}}


class HangsOnce(MemoryDuty):
    """A database that takes one change late, or not at all."""

    def __init__(self) -> None:
        super().__init__(FOOD)
        self.hangs = ""
        self.takes_it = True
        self.let_go = threading.Event()

    def declare(self, extension: str, change: Change, *, by: str, why: str = "") -> Declared:
        if change.kind == self.hangs:
            self.hangs = ""
            self.let_go.wait(20.0)
            if not self.takes_it:
                raise StoreUnavailable("the line went")
        return super().declare(extension, change, by=by, why=why)

    @property
    def kinds(self) -> list[str]:
        """What the database was told, in order."""
        return [kind for _, kind, _, _ in self.told]


@contextlib.asynccontextmanager
async def kept(duty: HangsOnce) -> AsyncIterator[Standing]:
    usual: Mapping[str, Mapping[str, int]] = FOOD
    one = Standing(duty, now, usual)
    running = asyncio.create_task(one.run())
    try:
        await until(lambda: one.of("201") is not None)
        yield one
    finally:
        duty.let_go.set()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("takes_it", [True, False], ids=["it is taken late", "it is never taken"])
async def test_a_write_that_is_late_undoes_nothing(
    monkeypatch: pytest.MonkeyPatch, takes_it: bool
) -> None:
    monkeypatch.setattr(standing, "LIMIT_S", 0.05)
    duty = HangsOnce()
    duty.takes_it = takes_it
    async with kept(duty) as one:
        await one.declare("201", SignOn(FOOD["201"]), by="201")
        duty.hangs = "pause"
        assert (await one.declare("201", Pause("tea"), by="201")).pause_reason == "tea"
        assert (await one.declare("201", Resume(), by="201")).pause_reason == ""
        assert one.owed == 2
        duty.let_go.set()
        await until(lambda: not one.owed)
        assert duty.kinds == ["sign_on", "pause", "resume"]
        standing_now = one.of("201")
        assert standing_now is not None
        assert standing_now.pause_reason == duty.known["201"].pause_reason == ""


async def test_of_two_at_once_the_first_is_told_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "LIMIT_S", 0.05)
    duty = HangsOnce()
    async with kept(duty) as one:
        await one.declare("201", SignOn(FOOD["201"]), by="201")
        duty.hangs = "pause"
        await asyncio.gather(
            one.declare("201", Pause("tea"), by="201"), one.declare("201", Resume(), by="201")
        )
        duty.let_go.set()
        await until(lambda: not one.owed)
        assert duty.kinds == ["sign_on", "pause", "resume"]
