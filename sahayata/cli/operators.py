"""``sahayata operators``: the telephones of the operators, and how one registers."""

from __future__ import annotations

import argparse

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


def add(words: Words) -> None:
    """Add the commands."""
    group = words.add_parser("operators", help="the telephones of the operators")
    group.set_defaults(run=run_list)
    add_state(group)
    add_json(group)
    verbs = group.add_subparsers(metavar="VERB")
    show = command(verbs, "show", "show how one operator's softphone registers", run_show)
    show.add_argument("extension", metavar="EXTENSION")
    add_state(show)
    add_json(show)


def run_list(args: argparse.Namespace) -> int:
    """List every seat with its queues."""
    district = settings(args).district
    seats = [
        {"extension": number, "queues": list(run.queues)}
        for run in district.seats
        for number in run.numbers
    ]
    if args.json:
        answer_json(seats)
    else:
        for seat in seats:
            say(f"{seat['extension']}  {', '.join(seat['queues'])}")
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Show server, name and password of one operator. Who may read DIR may read this."""
    from sahayata.bootstrap import load_secrets
    from sahayata.secrets import SecretsUnreadable

    if args.extension not in settings(args).district.extensions:
        raise Refused(f"no seat of district.yaml has the extension {args.extension!r}")
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
