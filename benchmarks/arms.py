"""The arms of a comparison: the same conversation, held in different ways on one Asterisk.

Every arm enters by a copy of our own door (``dialplans/inbound.conf``) and plays the same
recordings in the same order; what differs is who says what comes next. Each has a number of its own
to dial.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from benchmarks.wiretap import Said, dialplan

OURS_NUMBER: Final = "1950"


class Arm(StrEnum):
    """Who holds the conversation."""

    DIALPLAN = "pure dialplan"
    """Native dialplan, no ticket: the number it speaks is always the same."""
    OURS = "ours"
    """The helpline as it is: engine, tickets, history."""
    BARE = "our server alone"
    """Our FastAGI server with the commands by heart: no engine, no ticket."""
    PANORAMISK = "panoramisk alone"
    """panoramisk's server with the same commands by heart: no engine, no ticket."""
    PANORAMISK_TICKETS = "panoramisk, tickets"
    """The same with our tickets, asked for as our conversation asks for them; no engine."""
    PYST2 = "pyst2 a call, by heart"
    """One process a call with pyst2 and the commands by heart; a row in SQLite for a ticket."""
    PYST2_TICKETS = "pyst2 a call, tickets"
    """The same with the ticket in our store, by our register of tickets."""
    PYST2_WHOLE = "pyst2 a call, whole"
    """One process a call with pyst2 that holds our conversation: engine, flows, tickets."""


NUMBERS: Final = {
    Arm.DIALPLAN: "7001",
    Arm.OURS: OURS_NUMBER,
    Arm.BARE: "7003",
    Arm.PANORAMISK: "7004",
    Arm.PANORAMISK_TICKETS: "7005",
    Arm.PYST2: "7006",
    Arm.PYST2_TICKETS: "7007",
    Arm.PYST2_WHOLE: "7008",
}


Addresses = Mapping[Arm, str]
"""What ``AGI()`` is given, by each arm that has one and is measured."""


def arms_dialplan(ours: str, said: Sequence[Said], addresses: Addresses) -> str:
    """Write the contexts of the arms. ``ours`` is the text of ``dialplans/inbound.conf``.

    Raises ``ValueError`` when that file is no longer what this takes it for.
    """
    arrive, conversation = _context(ours, "arrive"), _context(ours, "conversation")
    numbers = {arm: NUMBERS[arm] for arm in (Arm.DIALPLAN, *addresses)}
    parts = ["[citizens]"]
    parts += [
        f"exten => {number},1,Set(__SAHAYATA_DIALLED={number})\n"
        f" same => n,Goto(arrive-{number},s,1)"
        for number in numbers.values()
    ]
    for arm, number in numbers.items():
        target = "bench-dialplan,s,1" if arm is Arm.DIALPLAN else f"conversation-{number},inbound,1"
        parts.append(f"[arrive-{number}]")
        parts.append(_replaced(arrive, r"Goto\(conversation,inbound,1\)", f"Goto({target})"))
        if arm is not Arm.DIALPLAN:
            call = f"AGI({addresses[arm]})"
            parts.append(f"[conversation-{number}]")
            parts.append(_replaced(conversation, r"AGI\(\$\{SAHAYATA_AGI\}/inbound\?.*\)", call))
    parts.append(dialplan(said, "bench-dialplan"))
    return "\n".join(parts)


def _context(text: str, name: str) -> str:
    found = re.search(rf"^\[{name}\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"dialplans/inbound.conf has no context {name}")
    return found[1].strip()


def _replaced(text: str, pattern: str, by: str) -> str:
    done, count = re.subn(pattern, lambda _: by, text)
    if count != 1:
        raise ValueError(f"dialplans/inbound.conf has {pattern} {count} times instead of once")
    return done
