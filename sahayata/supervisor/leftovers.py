"""What an earlier ``up`` left behind when it was killed: processes to end, an Asterisk to keep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from sahayata.supervisor.instance import read_instance
from sahayata.supervisor.pbx import ASTERISK, STOP_S, RunningPbx, find_running
from sahayata.supervisor.preparation import Ground
from sahayata.supervisor.taken_ports import asterisk_addresses, our_addresses, require_free

PATIENCE_S: Final = 10.0
"""How long a process of ours may take to end in good order."""


async def clear(
    ground: Ground, hurry: asyncio.Event, say: Callable[[str], None]
) -> RunningPbx | None:
    """End what is left of DIR, but give back an Asterisk whose configuration is still the one.

    One with another configuration is let go on until its calls have ended, at most as long as
    draining may take or until ``hurry``. See docs/adr/0020.

    Raises:
        CannotStart: a port is taken by somebody else.
    """
    settings, before = ground.settings, read_instance(ground.settings.state)
    for part in before.parts if before else ():
        if part.name != ASTERISK and part.process is not None and part.process.alive:
            say(f"{part.name} was left by an earlier run; it is ended")
            await part.process.end(PATIENCE_S)
    left = await find_running(settings.state)
    if left is not None and (before is None or before.configuration != ground.configuration):
        say("Asterisk of an earlier run has other settings; it ends when its calls have")
        await left.drain(settings.drain_s, hurry, say)
        await left.end(STOP_S)
        left = None
    elif left is not None:
        say("Asterisk runs already, from an earlier run; its calls go on")
    theirs = () if left else asterisk_addresses(settings)
    require_free((*theirs, *our_addresses(settings)))
    return left
