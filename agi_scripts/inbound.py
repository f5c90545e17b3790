"""``/inbound``: a citizen dials in."""

from __future__ import annotations

from agi_scripts import House
from ivr.call import Call


async def run(call: Call, house: House) -> None:
    """Hold the conversation that begins at the flow entry ``inbound``."""
    await house.converse(call)
