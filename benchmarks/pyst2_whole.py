"""The helpline in a process for each call: our conversation, engine, flows and tickets, on pyst2.

What our server does once at its start (reading the district, the conversations, the catalogue and
the secrets, opening the store) a process for each call does for each call. Only the line is
pyst2's.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from asterisk.agi import AGI, AGIException  # type: ignore[import-untyped]

from ivr import names
from ivr.call import CallerHungUp, CallFacts
from ivr.conversation import converse
from ivr.fastagi.agi_call import AgiCall
from ivr.fastagi.line import Line
from ivr.fastagi.protocol import Reply, command
from sahayata import bootstrap, settings, stores
from sahayata.desk import DeskAdapter
from tickets.service import DeskSettings, TicketDesk

NUMBERS = 2
"""Leased by each process, which gives one: a block of its usual size would cost more."""


class Pipe:
    """What ``AgiCall`` asks of a line, by pyst2 on standard input and output."""

    def __init__(self, agi: AGI) -> None:
        self._agi = agi
        self.hung_up = False

    async def ask(self, *words: str, limit_s: float) -> Reply:
        """Send a command and wait for its answer; the limit is Asterisk's to keep."""
        if self.hung_up:
            raise CallerHungUp("the caller left")
        line = command(*words).decode().rstrip()
        try:
            told = await asyncio.to_thread(self._agi.execute, line)
        except (AGIException, ValueError, OSError) as fault:
            self.end_as_hung_up()
            raise CallerHungUp("the caller left") from fault
        value, note = told["result"]
        return Reply(200, value, note)

    def end_as_hung_up(self) -> None:
        """Note that the caller left."""
        self.hung_up = True

    def close(self) -> None:
        """Let Asterisk go on: it does when this process ends."""


async def hold(agi: AGI, state: str, project: str) -> None:
    """Hold the call as our server would."""
    found = settings.load(state=state, environment={}, project=Path(project))
    engine = stores.open_database(found)
    register = stores.open_register(found, stores.load_secrets(found), engine)
    holder = f"pyst2-{os.getpid()}"
    desk = TicketDesk(register, DeskSettings(found.state.spool, holder, block=NUMBERS))
    await desk.start()
    speech = bootstrap.load_speech(found)
    facts = CallFacts(
        call_id=f"pyst2-{agi.env['agi_uniqueid']}",
        caller=agi.env["agi_callerid"],
        dialled=agi.env["agi_extension"],
        language="hi",
        entry=names.ROUTE_INBOUND,
        arrived_at=datetime.now(UTC),
    )
    line = cast("Line", Pipe(agi))
    call = AgiCall(line, facts, bootstrap.open_sounds(found), found.state.messages)
    await converse(call, DeskAdapter(desk), speech.flows, speech.view, stores.now)
    await desk.close()


def main() -> None:
    """Hold the conversation."""
    state, project = sys.argv[1:]
    asyncio.run(hold(AGI(), state, project))


if __name__ == "__main__":
    main()
