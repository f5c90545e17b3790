"""A call held by a process of its own, by heart, with a ticket in the helpline's own store.

As a careful engineer writes it who has our store and a call to hold: pyst2 and the register of
tickets are imported and nothing else of ours, categories are written into the script, nothing is
looked up that a call does not need. What is stored is what our own server stores in such a call:
that it came, its ticket, how it ended.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from asterisk.agi import AGI, AGIException  # type: ignore[import-untyped]

from database.engine import open_store
from tickets.calls import IncomingCall
from tickets.model import Category, Channel
from tickets.phone_number import PhoneBook
from tickets.register import Register
from tickets.spool_record import SpoolKind, SpoolRecord
from tickets.terms import Terms

TICKET = "SAHAYATA_TICKET"
"""``ivr.names.TICKET``."""
FOOD = Category("food", "food", (120,))
OTHER = Category("other", "general")


def open_register(database: str, secrets: Path) -> Register:
    """Open the store of the helpline with its keys."""
    found = json.loads(secrets.read_text())
    phone, index, number = (
        bytes.fromhex(found[name]) for name in ("phone_key", "phone_index_key", "number_key")
    )
    phones = PhoneBook({"k1": phone}, current="k1", index_key=index, region="IN")
    return Register(open_store(database), Terms({"food": FOOD, "other": OTHER}), phones, number)


def main() -> None:
    """Hold the conversation and store it."""
    commands, database, keys = sys.argv[1:]
    call = AGI()
    register = open_register(database, Path(keys))
    call_id, caller = f"pyst2-{call.env['agi_uniqueid']}", call.env["agi_callerid"]
    incoming = IncomingCall(call_id, caller, "1950", "hi")
    register.note_call(incoming)
    register.caller_known(incoming)
    register.open_ticket(incoming)

    def keep(kind: SpoolKind, ending: str = "") -> None:
        register.take_in(
            SpoolRecord(
                call_id,
                kind,
                datetime.now(UTC),
                category="food",
                caller=caller,
                ending=ending,
                channel=Channel.PHONE,
            )
        )

    try:
        for words in json.loads(Path(commands).read_text()):
            line = " ".join(word if word and " " not in word else f'"{word}"' for word in words)
            if TICKET in line:
                keep(SpoolKind.TICKET)
            call.execute(line)
    except (AGIException, ValueError):
        keep(SpoolKind.CALL_ENDED, "caller_hung_up")


if __name__ == "__main__":
    main()
