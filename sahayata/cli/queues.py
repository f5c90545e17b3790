"""``sahayata queues``: who waits in which queue, for how long, and who could answer."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from sahayata.cli.room_reader import Document, add_watch, show_room, span
from sahayata.cli.words import Words, add_json, add_state, command

if TYPE_CHECKING:
    from rich.table import Table


def add(words: Words) -> None:
    """Add the command."""
    made = command(words, "queues", "who waits, for how long, and who could answer", run)
    add_state(made)
    add_json(made)
    add_watch(made)


def run(args: argparse.Namespace) -> int:
    """Show the queues of a running instance."""
    return show_room(args, "queues", table)


def table(picture: Document) -> Table:
    """Give a row for each queue, and one for each caller who waits in it."""
    from rich.table import Table

    made = Table("queue", "waiting", "longest", "available", "talking", "ticket", "wait", box=None)
    for queue in picture["queues"]:
        waiting = queue["waiting"]
        made.add_row(
            queue["name"],
            str(len(waiting)),
            span(queue["longest_s"]),
            str(_count(picture, queue["name"], "available")),
            str(_count(picture, queue["name"], "talking", "holding")),
        )
        for caller in waiting:
            ticket = caller["ticket"] or caller["caller"] or "-"
            made.add_row("", str(caller["position"]), "", "", "", ticket, span(caller["wait_s"]))
    return made


def _count(picture: Document, queue: str, *states: str) -> int:
    return sum(
        queue in operator["queues"] and operator["state"] in states
        for operator in picture["operators"]
    )
