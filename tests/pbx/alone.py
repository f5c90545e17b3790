"""An instance with every process of ours killed: Asterisk alone, as the fall-back finds it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from sahayata.settings import PROJECT
from sahayata.telephone.call import HeardCall
from tests.pbx.citizens import Caller, dial, hear, recordings
from tests.pbx.instance import Instance, free_ports, of_folder
from tests.pbx.test_operators import room
from tests.pbx.test_without_us import kill_all_of_ours
from tests.support.waiting import hold_until
from tickets.pool import NumberPool
from tickets.spool import Spooled, SpoolKind, SpoolRecord, read

SEATS = tuple(str(extension) for extension in range(201, 209))
"""Who sits there: food, ration and general are staffed, medical and psych are not."""


@contextlib.contextmanager
def left_alone(folder: Path, project: Path = PROJECT) -> Iterator[Instance]:
    """Start an instance, let it fill its pool of numbers, and kill everything that is ours."""
    with free_ports() as base:
        instance = of_folder(folder, base, project=project)
        try:
            instance.start()
            hold_until(lambda: pool(instance).left() > 100, "the pool is filled")
            kill_all_of_ours(instance)
            instance.ended()
            yield instance
        finally:
            instance.clear()


def pool(instance: Instance) -> NumberPool:
    """Give the numbers the fall-back takes from."""
    return NumberPool(instance.settings.state.pool)


def records(instance: Instance, call: HeardCall) -> list[SpoolRecord]:
    """Give what the spool holds of a call, in order, once the call has ended there."""

    def found() -> list[SpoolRecord]:
        return [
            item.record
            for item in read(instance.settings.state.spool)
            if isinstance(item, Spooled) and item.record.sip_call_id == call.sip_call_id
        ]

    hold_until(
        lambda: any(r.kind is SpoolKind.CALL_ENDED for r in found()), "the call is written down"
    )
    return found()


def prompts(samples: object) -> tuple[str, ...]:
    """Say which prompts occur in a sound, in order."""
    return tuple(item.prompt for item in hear(samples))  # type: ignore[arg-type]


async def channel_of(instance: Instance, number: str) -> str:
    """Name the channel of the one who calls from this number; "" when there is none."""
    said = await asyncio.to_thread(instance.asterisk_rx, "core show channels concise")
    return next((line.split("!")[0] for line in said.splitlines() if f"!{number}!" in line), "")


async def dial_all(instance: Instance, callers: Mapping[str, Caller]) -> dict[str, HeardCall]:
    """Place all calls at once, with the operators of ``SEATS`` at their telephones."""
    recordings()  # before the calls: it takes a second of all the attention there is
    async with room(instance, *SEATS):
        calls = await asyncio.gather(*(dial(instance, caller) for caller in callers.values()))
    return dict(zip(callers, calls, strict=True))
