"""``sahayata dial``: a citizen's call, then listening to it, then asking the database about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from ivr.ear import ticket_number_heard
from ivr.keys import KeyStep, UntilHeard, UntilSaid
from sahayata.telephone.call import USUAL, HeardCall, Limits, place_call, silently
from sahayata.telephone.fingers import Mouth, murmured
from sahayata.telephone.listener import Listener
from sahayata.telephone.result import CallFound, CallResult, outcome_of
from sahayata.telephone.sip_socket import Address

SETTLE_S: Final = 3.0
"""How long the database may take to know how a call ended."""
ASK_AGAIN_S: Final = 0.1

Lookup = Callable[[str], CallFound | None]
"""Finds a call by its SIP Call-ID; called in a thread, may be asked several times."""


async def dial(
    server: Address,
    number: str,
    caller: str,
    keys: Sequence[KeyStep] = (),
    *,
    recordings: Path,
    published: Path | None = None,
    lookup: Lookup,
    limits: Limits = USUAL,
    password: str = "",
    record: Path | None = None,
    hang_up: asyncio.Event | None = None,
    tell: Callable[[str], None] = silently,
    mouth: Mouth = murmured,
) -> CallResult:
    """Place a call, see it through, and tell what was heard and what became of it.

    ``recordings`` is the folder of masters of the language, ``published`` what the instance has
    laid out of it for Asterisk, with what its officials recorded. Everything else is as
    ``place_call`` has it; ``lookup`` may raise nothing.

    Raises:
        OSError: the server's address is of no use, or ``record`` cannot be written.
    """
    ear = Listener(recordings, published)
    if any(isinstance(step, UntilHeard | UntilSaid) for step in keys):
        # Before the call: it takes a second of all the attention this process has.
        await asyncio.to_thread(ear.prepare)
    call = await place_call(
        server,
        number,
        caller,
        keys,
        limits=limits,
        password=password,
        record=record,
        ear=ear,
        hang_up=hang_up,
        tell=tell,
        mouth=mouth,
    )
    tell("listening to what was heard")
    found = await _settled(lookup, call)
    heard = await asyncio.to_thread(ear.hear, call.samples)
    prompts = tuple(item.prompt for item in heard)
    told = ticket_number_heard(heard)
    return CallResult(
        call_id=found.call_id if found else None,
        sip_call_id=call.sip_call_id,
        heard=prompts,
        keys=call.keys,
        ticket=told or ((found.ticket or None) if found else None),
        ticket_heard=told,
        queue=(found.queue or None) if found else None,
        outcome=outcome_of(call, prompts, found),
        ended_by=call.ending,
        reason="; ".join(text for text in (call.reason, ear.fault) if text),
        duration_s=call.duration_s,
        recording=call.recording,
        lost_packets=call.lost,
    )


async def _settled(lookup: Lookup, call: HeardCall) -> CallFound | None:
    """Ask the database until it knows how the call ended, or ``SETTLE_S`` are over."""
    if not call.answered:
        return None
    loop = asyncio.get_running_loop()
    deadline = loop.time() + SETTLE_S
    while True:
        found = await asyncio.to_thread(lookup, call.sip_call_id)
        if (found is not None and found.settled) or loop.time() >= deadline:
            return found
        await asyncio.sleep(ASK_AGAIN_S)
