"""``sahayata up``: start the helpline in the foreground."""

from __future__ import annotations

import argparse

from sahayata.cli.typed import a_port_base
from sahayata.cli.words import Words, add_state, command, settings


def add(words: Words) -> None:
    """Add the command."""
    made = command(words, "up", "start Asterisk and every process of ours, and keep them up", run)
    add_state(made)
    made.add_argument("--port-base", type=a_port_base, metavar="N", help="count all ports from N")
    made.add_argument(
        "--demo", action="store_true", help="with simulated operators that answer over SIP"
    )


def run(args: argparse.Namespace) -> int:
    """Start everything; return when it has been stopped."""
    from sahayata.supervisor import run_up

    return run_up(settings(args), demo=args.demo)
