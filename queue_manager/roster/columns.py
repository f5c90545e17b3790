"""Which table a sheet is, which column is which, and reading its cells with every fault noted."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from queue_manager.roster.cells import BadCell
from queue_manager.roster.sheet import Sheet

T = TypeVar("T")

OPERATORS: Final = "operators"
SITTINGS: Final = "sittings"
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    OPERATORS: (
        *("extension", "name", "name_hi", "pin", "queues"),
        *("languages", "supervisor", "leave"),
    ),
    SITTINGS: ("date", "shift", "extension"),
}
AT_WILL: Final = frozenset({"pin", "languages", "supervisor", "leave"})
"""Columns that may be left out."""


@dataclass(frozen=True, slots=True, order=True)
class CellFault:
    """One thing that is wrong with a file."""

    sheet: str
    row: int
    """As a spreadsheet counts; 0 when it is of the whole table."""
    column: str
    """Its name; "" when it is of the whole row."""
    message: str

    def __str__(self) -> str:
        """As a person reads it: ``operators, row 7, column pin: …``."""
        row = f"row {self.row}" if self.row else ""
        column = f"column {self.column}" if self.column else ""
        where = ", ".join(part for part in (self.sheet, row, column) if part)
        return f"{where}: {self.message}" if where else self.message


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose columns are known."""

    sheet: Sheet
    places: Mapping[str, int]
    """Name of a column -> its place."""
    faults: list[CellFault]
    """Everything found so far, of all tables."""

    def lines(self) -> Iterator[Line]:
        """Go through the rows."""
        for row, found in self.sheet.rows:
            line = Line(self, row, found)
            if any(found[len(self.sheet.header) :]):
                line.fault("", "has more cells than the header has columns")
            yield line

    def fault(self, message: str) -> None:
        """Note what is wrong with the whole table."""
        self.faults.append(CellFault(self.sheet.name, 0, "", message))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table."""

    table: Table
    row: int
    cells: tuple[str, ...]

    def cell(self, column: str) -> str:
        """Return what stands there; "" when the table has no such column."""
        place = self.table.places.get(column)
        return "" if place is None else self.cells[place]

    def read(self, column: str, parse: Callable[[str], T]) -> T | None:
        """Return what a cell means; ``None``, with the fault noted, when it means nothing."""
        try:
            return parse(self.cell(column))
        except BadCell as bad:
            if column in self.table.places:  # a missing column is told once
                for message in bad.faults:
                    self.fault(column, message)
            return None

    def fault(self, column: str, message: str) -> None:
        """Note what is wrong in this row."""
        self.table.faults.append(CellFault(self.table.sheet.name, self.row, column, message))


def tables_in(sheets: Sequence[Sheet], faults: list[CellFault]) -> Mapping[str, Table]:
    """Return the tables by what they are; faults of their columns are added to ``faults``."""
    found: dict[str, Table] = {}
    for sheet in sheets:
        names = tuple(name.lower().replace(" ", "_") for name in sheet.header)
        kind = _kind(names)
        if not kind:
            known = " or ".join(", ".join(columns) for columns in COLUMNS.values())
            message = f"this is no table of a roster: its first row has to name {known}"
            faults.append(CellFault(sheet.name, 1, "", message))
        elif kind in found:
            message = f"there is a table of {kind} already in {found[kind].sheet.name!r}"
            faults.append(CellFault(sheet.name, 0, "", message))
        else:
            faults += _wrong_columns(sheet, names, kind)
            places = {name: at for at, name in enumerate(names)}
            found[kind] = Table(sheet, places, faults)
    if not sheets:
        faults.append(CellFault("", 0, "", "there is nothing in the file"))
    return found


def _kind(names: Sequence[str]) -> str:
    fitting = {kind: len({*names} & {*columns}) for kind, columns in COLUMNS.items()}
    best = max(fitting, key=lambda kind: fitting[kind])
    return best if fitting[best] else ""


def _wrong_columns(sheet: Sheet, names: Sequence[str], kind: str) -> Iterator[CellFault]:
    for name, count in Counter(names).items():
        if name not in COLUMNS[kind]:
            near = difflib.get_close_matches(name, COLUMNS[kind], n=1)
            hint = f"is it {near[0]}?" if near else f"there are: {', '.join(COLUMNS[kind])}"
            said = f"there is no column of this name; {hint}" if name else f"has no name; {hint}"
            yield CellFault(sheet.name, 1, name, said)
        elif count > 1:
            yield CellFault(sheet.name, 1, name, "stands twice")
    for name in COLUMNS[kind]:
        if name not in names and name not in AT_WILL:
            yield CellFault(sheet.name, 1, name, "is missing")
