"""``sahayata flow draw``: the conversations as a picture."""

from __future__ import annotations

import argparse
from pathlib import Path

from sahayata.cli.words import Refused, Words, add_state, command, say, settings


def add(words: Words) -> None:
    """Add the commands."""
    group = words.add_parser("flow", help="the conversations of callflows.yaml")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    draw = command(verbs, "draw", "draw callflows.yaml as SVG and Mermaid", run_draw)
    add_state(draw)
    draw.add_argument(
        "--into", metavar="DIR", default="build", help="where flow.svg and flow.mmd go (build/)"
    )


def run_draw(args: argparse.Namespace) -> int:
    """Write both drawings and say where they are."""
    from ivr.flow.draw import mermaid, svg
    from sahayata.bootstrap import load_speech

    speech = load_speech(settings(args))
    folder = Path(args.into)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (
            ("flow.mmd", mermaid(speech.flows, speech.texts)),
            ("flow.svg", svg(speech.flows, speech.texts)),
        ):
            (folder / name).write_text(text, encoding="utf-8")
            say(str(folder / name))
    except OSError as error:
        raise Refused(f"{folder}: {error.strerror}") from error
    return 0
