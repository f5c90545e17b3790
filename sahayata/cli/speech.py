"""``sahayata speech install``: a model, so that callers may say words instead of pressing keys."""

from __future__ import annotations

import argparse

from sahayata.cli.typed import a_digest
from sahayata.cli.words import Refused, Words, add_state, command, say, settings


def add(words: Words) -> None:
    """Add the command."""
    group = words.add_parser("speech", help="the model that words are recognised with")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    verb = command(verbs, "install", "put a model of Vosk where the helpline finds it", run_install)
    add_state(verb)
    verb.add_argument("source", metavar="FILE-or-URL", help="a zip archive, or a folder")
    verb.add_argument("--sha256", type=a_digest, metavar="SUM", help="refuse a file with another")


def run_install(args: argparse.Namespace) -> int:
    """Install a model, whole or not at all."""
    from rich.console import Console
    from rich.progress import Progress

    from ivr.speech.archive import CannotInstall
    from ivr.speech.install import install

    found = settings(args)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("model", total=None)
        try:
            made = install(
                args.source,
                found.speech_model,
                sha256=args.sha256 or "",
                progress=lambda there, of: bar.update(task, completed=there, total=of or None),
            )
        except CannotInstall as fault:
            raise Refused(str(fault)) from fault
    say(f"{made.name} is in {found.speech_model}")
    if made.sha256:
        say(f"sha256 {made.sha256}")
    say("It is used from the next start on; sahayata check speech says which words it knows.")
    return 0
