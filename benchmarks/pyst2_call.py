"""A call held by a process of its own: ``AGI()`` starts this, it holds the conversation by heart.

It imports as little as it can: pyst2, and sqlite3 to store a ticket in one row. Its arguments are
the file of commands and the database. Runs on the Python beside Asterisk.
"""

import json
import sqlite3
import sys
from pathlib import Path

from asterisk.agi import AGI, AGIException  # type: ignore[import-untyped]

TICKET = "SAHAYATA_TICKET"
"""``ivr.names.TICKET``: none of our modules is imported here."""


def store(database: str, number: str, caller: str) -> None:
    """Make a ticket durable."""
    connection = sqlite3.connect(database, isolation_level=None, timeout=5)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("INSERT INTO tickets (number, caller) VALUES (?, ?)", (number, caller))
    connection.close()


def main() -> None:
    """Hold the conversation."""
    commands, database = sys.argv[1:]
    call = AGI()
    try:
        for words in json.loads(Path(commands).read_text()):
            line = " ".join(word if word and " " not in word else f'"{word}"' for word in words)
            if TICKET in line:
                store(database, call.env["agi_uniqueid"], call.env["agi_callerid"])
            call.execute(line)
    except (AGIException, ValueError):
        return  # the caller left


if __name__ == "__main__":
    main()
