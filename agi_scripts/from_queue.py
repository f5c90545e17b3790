"""``/from_queue``: a caller left a queue alive, by a key or because the wait passed its limit."""

from __future__ import annotations

from agi_scripts import House
from ivr.call import Call


async def run(call: Call, house: House) -> None:
    """Hold the conversation that begins at the flow entry ``queue_key`` or ``queue_limit``."""
    await house.converse(call)
