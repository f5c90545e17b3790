"""``/after_listening``: who listened in hung up. Works on a dead channel and sends no command."""

from __future__ import annotations

from agi_scripts import House
from ivr.call import Call


async def run(call: Call, house: House) -> None:
    """Have the end of it put on record; nobody waits for it."""
    await house.room.talk_left(call.facts)
