"""Writing a roster as CSV or XLSX, so that it can be taken in again. PINs are never in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

import openpyxl

from queue_manager.roster.columns import COLUMNS, OPERATORS, SITTINGS
from queue_manager.roster.model import Leave, Person, Roster
from queue_manager.roster.sheet import FORMULA

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it a spreadsheet takes Hindi for something else."""
TEXT: Final = "@"
"""The format of a cell in which zeros in front are kept."""

Table = Sequence[Sequence[str]]


def table_of(roster: Roster, kind: str) -> Table:
    """Return a table with its header: ``operators`` or ``sittings``."""
    if kind == SITTINGS:
        lines: Iterable[Sequence[str]] = (
            (sitting.day.isoformat(), sitting.shift, sitting.extension)
            for sitting in sorted(roster.sittings)
        )
    else:
        lines = (_line(person) for person in roster.people.values())
    return [COLUMNS[kind], *lines]


def as_csv(table: Table) -> bytes:
    """Return a table as CSV, in which no cell is a formula."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_no_formula(cell) for cell in line] for line in table)
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def as_xlsx(roster: Roster) -> bytes:
    """Return both tables as a workbook, in which every cell is text."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for kind in (OPERATORS, SITTINGS):
        sheet = book.create_sheet(kind)
        for row, line in enumerate(table_of(roster, kind), 1):
            for column, text in enumerate(line, 1):
                cell = sheet.cell(row, column)
                cell.value, cell.number_format = text, TEXT
                cell.data_type = "s"  # never a formula, whatever it begins with
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _line(person: Person) -> Sequence[str]:
    return (
        person.extension,
        person.name,
        person.name_hi,
        "",
        " ".join(f"{queue}:{penalty}" for queue, penalty in person.queues.items()),
        " ".join(person.languages),
        "yes" if person.supervisor else "no",
        " ".join(_days(leave) for leave in person.leave),
    )


def _days(leave: Leave) -> str:
    first, last = leave.first.isoformat(), leave.last.isoformat()
    return first if first == last else f"{first}..{last}"


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
