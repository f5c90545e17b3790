"""``sahayata operators``: what each operator does now, and how a telephone registers."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from sahayata.cli.room_reader import Document, add_watch, show_room, span
from sahayata.cli.typed import an_extension
from sahayata.cli.words import (
    Refused,
    Words,
    add_json,
    add_state,
    answer_json,
    command,
    running_settings,
    say,
    settings,
)

if TYPE_CHECKING:
    from rich.table import Table


def add(words: Words) -> None:
    """Add the commands."""
    group = words.add_parser("operators", help="what each operator does; their telephones")
    group.set_defaults(run=run_list)
    add_state(group)
    add_json(group)
    add_watch(group)
    verbs = group.add_subparsers(metavar="VERB")
    show = command(verbs, "show", "show how one operator's softphone registers", run_show)
    show.add_argument("extension", type=an_extension, metavar="EXTENSION")
    add_state(show)
    add_json(show)


def run_list(args: argparse.Namespace) -> int:
    """Show what each operator of a running instance does."""
    return show_room(args, "operators", table)


def table(picture: Document) -> Table:
    """Give a row for each operator."""
    from rich.table import Table

    made = Table("operator", "state", "for", "queue", "ticket", "caller", "queues", box=None)
    for row in picture["operators"]:
        reason = f": {row['pause_reason']}" if row["state"] == "paused" else ""
        missed = f", {row['missed']} missed" if row["missed"] else ""
        made.add_row(
            row["extension"],
            f"{row['state']}{reason}{missed}",
            span(row["state_s"]),
            row["queue"],
            row["ticket"],
            row["caller"],
            ", ".join(sorted(row["queues"])),
        )
    return made


def run_show(args: argparse.Namespace) -> int:
    """Show server, name and password of one operator. Who may read DIR may read this."""
    from sahayata.rostered import remembered
    from sahayata.secrets import SecretsUnreadable
    from sahayata.stores import load_secrets

    found = settings(args)
    known = {*found.district.extensions, *remembered(found.state.roster)}
    if args.extension not in known:
        raise Refused(
            f"no seat of district.yaml has the extension {args.extension!r}, nor has the roster"
        )
    found = running_settings(args)
    try:
        password = load_secrets(found).extensions[args.extension]
    except (SecretsUnreadable, OSError) as fault:
        raise Refused(str(fault)) from fault
    account = {
        "server": f"{found.sip_bind}:{found.ports.sip}",
        "transport": "udp",
        "user": args.extension,
        "password": password,
    }
    if args.json:
        answer_json(account)
    else:
        for name, value in account.items():
            say(f"{name:<10}{value}")
    return 0
