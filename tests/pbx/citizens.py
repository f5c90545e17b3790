"""Citizens who call a running instance: many at once, then listened to one after another."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.ear import Heard, ticket_numbers_heard
from ivr.keys import parse_keys
from ivr.voice.masters import FOLDER
from sahayata.settings import PROJECT
from sahayata.stores import open_database
from sahayata.telephone.alaw import Samples
from sahayata.telephone.call import HeardCall, Limits, place_call
from sahayata.telephone.listener import Listener
from tests.pbx.instance import Instance
from tests.support.waiting import hold_until
from tickets.call_events import CallEnded, Opened
from tickets.queries import CallFound, TicketFile, find_call, find_ticket


@dataclass(frozen=True)
class Caller:
    """What one citizen does."""

    keys: str = ""
    number: str = "9810000001"
    hang_up_after_s: float | None = None
    dials: str = "1950"


@dataclass(frozen=True)
class Told:
    """What the citizen heard, and what the database says of the call."""

    call: HeardCall
    heard: tuple[str, ...]
    numbers: tuple[str, ...]
    """Every ticket number that was heard."""
    found: CallFound
    file: TicketFile | None

    @property
    def path(self) -> list[str]:
        """Each step of the caller in the history of the ticket, last conversation last."""
        assert self.file is not None
        return [
            f"{step.node}: {step.did}"
            for entry in self.file.history
            if isinstance(entry.event, CallEnded)
            for step in entry.event.steps
        ]

    @property
    def answers(self) -> dict[str, str]:
        """What the caller had answered when the ticket was opened."""
        assert self.file is not None
        opened = self.file.history[0].event
        assert isinstance(opened, Opened)
        return dict(opened.answers)


ear = Listener(PROJECT / "prompts" / "hi" / FOLDER)
"""Knows what the helpline can say."""


def recordings() -> None:
    """Load what the helpline can say, once."""
    ear.prepare()
    assert not ear.fault


def hear(samples: Samples) -> list[Heard]:
    """Say which prompts occur in a sound, in order."""
    return ear.hear(samples)


async def dial(
    instance: Instance, caller: Caller, hang_up: asyncio.Event | None = None
) -> HeardCall:
    """Place one call and see it through."""
    return await place_call(
        ("127.0.0.1", instance.settings.ports.sip),
        caller.dials,
        caller.number,
        parse_keys(caller.keys),
        ear=ear,
        limits=Limits(call_s=200.0, hang_up_after_s=caller.hang_up_after_s),
        hang_up=hang_up,
    )


def call_all(
    instance: Instance, callers: Mapping[str, Caller], at_once: int = 16
) -> dict[str, HeardCall]:
    """Place all calls, so many at once, each to its end."""

    recordings()  # before the calls: it takes a second of all the attention there is

    async def place() -> list[HeardCall]:
        turn = asyncio.Semaphore(at_once)

        async def one(caller: Caller) -> HeardCall:
            async with turn:
                return await dial(instance, caller)

        return await asyncio.gather(*(one(caller) for caller in callers.values()))

    return dict(zip(callers, asyncio.run(place()), strict=True))


def told(instance: Instance, call: HeardCall, *, listening: bool = True) -> Told:
    """Listen to a call and look it up, once the database knows how it ended."""
    heard = hear(call.samples) if listening else []
    engine = open_database(instance.settings)

    def find() -> CallFound | None:
        return find_call(engine, sip_call_id=call.sip_call_id)

    def settled() -> bool:
        found = find()
        return found is not None and (found.ending not in ("", "to_queue") or bool(found.queue_how))

    hold_until(settled, lambda: f"the database knows how {call.sip_call_id} ended: {find()}")
    found = find()
    assert found is not None
    file = find_ticket(engine, found.ticket) if found.ticket else None
    engine.dispose()
    prompts = tuple(item.prompt for item in heard)
    return Told(call, prompts, tuple(ticket_numbers_heard(heard)), found, file)
