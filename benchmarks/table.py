"""Prints what was found: one table, every figure with its goal, its limit and its spread."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from benchmarks.result import Result, Row

COLOURS = {"goal met": "green", "met": "green", "NOT MET": "bold red", "": ""}


def show(results: Iterable[Result], machine: str, console: Console) -> None:
    """Print all results."""
    table = Table(title=machine, show_lines=False, title_justify="left")
    for name in ("figure", "median", "spread", "goal", "must", ""):
        table.add_column(name, justify="left" if name in ("figure", "") else "right")
    for result in results:
        table.add_section()
        table.add_row(f"[bold]{result.command}[/]", "", "", "", "", f"load {result.load}")
        for row in result.rows:
            table.add_row(*_cells(row))
    console.print(table)


def _cells(row: Row) -> tuple[str, ...]:
    spread = f"{_number(min(row.rounds))} - {_number(max(row.rounds))}"
    colour = COLOURS[row.verdict]
    verdict = f"[{colour}]{row.verdict}[/]" if colour else ""
    return (
        row.name,
        f"{_number(row.median)} {row.unit}",
        spread,
        str(row.goal or ""),
        str(row.must or ""),
        " · ".join(part for part in (verdict, row.note) if part),
    )


def _number(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2f}"
