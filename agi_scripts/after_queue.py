"""``/after_queue``: ``Queue()`` ended; note how. Works on a dead channel and sends no command."""

from __future__ import annotations

from agi_scripts import House
from ivr.call import Call
from ivr.fastagi.facts import queue_visit


async def run(call: Call, house: House) -> None:
    """Tell the desk how the stay in the queue ended."""
    await house.desk.queue_ended(queue_visit(call.facts))
