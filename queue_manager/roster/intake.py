"""From tables of cells to a roster: everything that is wrong is told at once, by row and column.

Two tables, each with its columns in any order:

- operators: extension, name, name_hi, queues, and at will pin, languages, supervisor, leave.
  It is the whole truth: who is not in it is on the roster no more.
- sittings: date, shift, extension. It is the truth for the days from its first to its last.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from queue_manager.roster import cells
from queue_manager.roster.columns import OPERATORS, SITTINGS, CellFault, Line, Table, tables_in
from queue_manager.roster.model import Person, Roster, RosterTerms, Sitting
from queue_manager.roster.pin import SHORTEST
from queue_manager.roster.pin import fault_of as fault_of_pin
from queue_manager.roster.sheet import Sheet
from queue_manager.roster.times import overlaps

MOST_DAYS = 400
"""Between the first and the last day of one table of sittings."""


class RosterFaults(Exception):
    """The file cannot be taken in, and nothing of it was; ``faults`` says why."""

    def __init__(self, faults: Sequence[CellFault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a file says. A table that is not in it is ``None``."""

    people: Mapping[str, Person] | None = None
    pins: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Extension -> PIN, of those for whom the file has one."""
    sittings: frozenset[Sitting] | None = None


def understand(sheets: Sequence[Sheet], terms: RosterTerms, known: Roster) -> RosterFile:
    """Read the tables of a file that would change ``known``.

    Raises:
        RosterFaults: with everything that is wrong.
    """
    faults: list[CellFault] = []
    tables = tables_in(sheets, faults)
    people, pins = known.people, dict[str, str]()
    if OPERATORS in tables:
        people, pins = _operators(tables[OPERATORS], terms, known.people)
    sittings = None
    if SITTINGS in tables:
        sittings = _sittings(tables[SITTINGS], terms, known, people)
    if faults:
        raise RosterFaults(sorted(faults))
    return RosterFile(people if OPERATORS in tables else None, pins, sittings)


def _operators(
    table: Table, terms: RosterTerms, known: Collection[str]
) -> tuple[dict[str, Person], dict[str, str]]:
    people, pins = dict[str, Person](), dict[str, str]()
    first_row: dict[str, int] = {}
    for line in table.lines():
        extension = line.read("extension", partial(cells.extension, reserved=terms.reserved))
        if extension and extension in first_row:
            said = f"{extension} stands in row {first_row[extension]} already"
            line.fault("extension", said)
        first_row.setdefault(extension or "", line.row)
        person = Person(
            extension or "",
            line.read("name", cells.latin_name) or "",
            line.read("name_hi", cells.hindi_name) or "",
            line.read("queues", partial(cells.queues, known=terms.queues)) or {},
            line.read("languages", cells.languages) or (),
            line.read("supervisor", cells.yes_or_no) or False,
            line.read("leave", cells.leave) or (),
        )
        if pin := _pin(line, extension or "", known):
            pins[person.extension] = pin
        if extension:
            people.setdefault(extension, person)
    if not first_row:
        table.fault("has a header and nobody below it")
    return people, pins


def _pin(line: Line, extension: str, known: Collection[str]) -> str:
    """Return the PIN of a line; "" when somebody known keeps theirs."""
    pin = line.cell("pin")
    if not pin:
        if extension and extension not in known:
            line.fault("pin", f"is missing: {extension} is new on the roster")
    elif said := fault_of_pin(pin, extension):
        lost = pin.isascii() and pin.isdigit() and len(pin) < SHORTEST
        hint = "; a spreadsheet drops zeros in front: make the column text" if lost else ""
        line.fault("pin", f"{said}{hint}")
    return pin


def _sittings(
    table: Table, terms: RosterTerms, known: Roster, people: Collection[str]
) -> frozenset[Sitting]:
    rows: dict[Sitting, Line] = {}
    for line in table.lines():
        day = line.read("date", cells.day)
        shift = line.read("shift", partial(cells.one_of, known=terms.shifts, what="shift"))
        extension = line.read("extension", partial(cells.one_of, known=people, what="extension"))
        if day and shift and extension:
            sitting = Sitting(day, shift, extension)
            if sitting in rows:
                line.fault("", f"says the same as row {rows[sitting].row}")
            rows.setdefault(sitting, line)
    if not rows:
        table.fault("has no line that can be used")
        return frozenset()
    first, last = span_of(rows)
    if last - first > timedelta(days=MOST_DAYS):
        table.fault(f"goes from {first} to {last}, more than {MOST_DAYS} days: a slip in a date?")
        return frozenset(rows)
    kept = {s for s in known.sittings if not first <= s.day <= last and s.extension in people}
    for before, after in overlaps(kept | rows.keys(), terms):
        told, other = (after, before) if after in rows else (before, after)
        if told in rows:
            said = f"overlaps with {other.shift} of {other.day}"
            rows[told].fault("shift", f"{other.extension} sits twice at once: {said}")
    return frozenset(rows)


def span_of(sittings: Collection[Sitting]) -> tuple[date, date]:
    """Return the first and the last day of some sittings; there must be one."""
    return min(s.day for s in sittings), max(s.day for s in sittings)
