"""``/after_queue``: ``Queue()`` ended; note how. Works on a dead channel and sends no command."""

from __future__ import annotations

import logging
import time

from agi_scripts import House
from ivr.call import Call
from ivr.desk import DeskUnavailable
from ivr.fastagi.facts import queue_visit

log = logging.getLogger(__name__)


async def run(call: Call, house: House) -> None:
    """Tell the desk how the stay in the queue ended; nobody waits for it, so a fault is logged."""
    try:
        await house.desk.queue_ended(queue_visit(call.facts, time.monotonic()))
    except DeskUnavailable as away:
        log.warning(
            "how a stay in a queue ended is lost: %s", away, extra={"call": call.facts.call_id}
        )
