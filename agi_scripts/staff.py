"""``/staff``: a telephone of the staff dialled a code, or comes back from a talk."""

from __future__ import annotations

from agi_scripts import House
from ivr import names
from ivr.call import Call


async def run(call: Call, house: House) -> None:
    """Hold the conversation that the code stands for in callflows.yaml."""
    if call.facts.entry == names.ENTRY_AFTER_LISTENING:
        await house.room.talk_left(call.facts)
    await house.converse(call)
