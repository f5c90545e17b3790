"""``/staff``: a telephone of the staff dialled a code, or comes back from a talk."""

from __future__ import annotations

from agi_scripts import House
from ivr.call import Call


async def run(call: Call, house: House) -> None:
    """Hold the conversation that the code stands for in callflows.yaml."""
    await house.converse(call)
