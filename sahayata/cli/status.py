"""``sahayata status``: what runs, since when, versions, ports, last error."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from sahayata.cli.words import Words, add_json, add_state, answer_json, command, say, settings


def add(words: Words) -> None:
    """Add the command."""
    made = command(words, "status", "what runs, since when, versions, ports, last error", run)
    add_state(made)
    add_json(made)


def run(args: argparse.Namespace) -> int:
    """Tell what runs; 1 when the instance is not running."""
    from sahayata.supervisor import instance_status

    status = instance_status(settings(args))
    if args.json:
        answer_json(asdict(status))
    else:
        say(status.describe())
    return 0 if status.running else 1
