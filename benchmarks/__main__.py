"""``python -m benchmarks [FIGURE …]``: measure, and print a table. ``make bench`` runs all."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rich.console import Console

from benchmarks import (
    ami,
    briefing,
    cpu,
    first_prompt,
    machine,
    memory,
    metrics,
    page,
    prompts,
    rate,
    recogniser,
    room,
    room_screen,
    table,
    tickets,
    understood,
)
from benchmarks.result import Result, Row
from deploy.asterisk_home import AsteriskMissing
from deploy.provision import find

PORT_BASE: Final = 45000
ROUNDS: Final = 5
WIDTH: Final = 130
"""Of the table where there is no terminal."""

Bench = Callable[[int, int], Sequence[Row]]
"""Port base and rounds to rows."""
FIGURES: Final[Mapping[str, Bench]] = {
    "cpu": cpu.run,
    "rate": rate.run,
    "first-prompt": first_prompt.run,
    "tickets": lambda _, rounds: tickets.run(rounds),
    "memory": memory.run,
    "metrics": lambda _, rounds: metrics.run(rounds),
    "ami": lambda _, rounds: ami.run(rounds),
    "room": room.run,
    "room-screen": room_screen.run,
    "briefing": briefing.run,
    "page": lambda _, rounds: page.run(rounds),
    "prompts": lambda port_base, rounds: prompts.run(port_base, min(rounds, 3)),
    "recogniser": recogniser.run,
}
BY_REQUEST: Final[Mapping[str, Bench]] = {
    "cpu-real": cpu.run_real,
    "cpu-silent": cpu.run_silent,
    "room-long": room.run_long,
    "prompts-kokoro": lambda _, rounds: prompts.run_kokoro(rounds),
    "understood": lambda _, __: understood.run(),
}
"""Figures that take long and are measured only when they are named."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what is named; exit status 0 when it was measured, whatever was found."""
    words = parser().parse_args(argv)
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    try:
        version = find().version
    except AsteriskMissing as missing:
        console.print(f"bench: {missing}", markup=False)
        return 1
    benches = {**FIGURES, **BY_REQUEST}
    results = []
    for name in words.figures or FIGURES:
        console.print(f"{name}: {words.rounds} rounds …", highlight=False)
        results.append(_measure(name, benches[name], words.port_base, words.rounds))
    table.show(results, machine.describe(version), console)
    missed = [row.name for found in results for row in found.rows if row.verdict == "NOT MET"]
    console.print(f"not met: {', '.join(missed)}" if missed else "every limit is met", markup=False)
    return 0


def _measure(name: str, bench: Bench, port_base: int, rounds: int) -> Result:
    before, began = machine.load(), time.monotonic()
    rows = bench(port_base, rounds)
    return Result(
        rows=rows,
        command=f"python -m benchmarks {name} --rounds {rounds}",
        load=f"{before} → {machine.load()}, {time.monotonic() - began:.0f} s",
    )


def parser() -> argparse.ArgumentParser:
    """Give the words that may be said."""
    parser = argparse.ArgumentParser(
        prog="benchmarks",
        description="Measures the helpline; without a figure all but those marked (by request).",
    )
    known = [*FIGURES, *BY_REQUEST]
    parser.add_argument(
        "figures",
        nargs="*",
        type=_figure,
        metavar="FIGURE",
        help=", ".join(name + (" (by request)" if name in BY_REQUEST else "") for name in known),
    )
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="how often each arm has its turn"
    )
    parser.add_argument("--port-base", type=int, default=PORT_BASE, help="count all ports from N")
    return parser


def _figure(name: str) -> str:
    # ``choices`` would refuse naming none at all.
    if name not in FIGURES and name not in BY_REQUEST:
        raise argparse.ArgumentTypeError(
            f"{name!r} is none of {', '.join((*FIGURES, *BY_REQUEST))}"
        )
    return name


if __name__ == "__main__":
    sys.exit(main())
