"""The demonstration roster: forty operators of a district of Haryana, planned around today."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from queue_manager.roster.columns import OPERATORS
from queue_manager.roster.intake import RosterFile, understand
from queue_manager.roster.model import Leave, Roster, RosterTerms, Sitting
from queue_manager.roster.pin import fault_of
from queue_manager.roster.planning import plan
from queue_manager.roster.sheet import read_sheets

FILE: Final = Path(__file__).with_name("demo.csv")
DAYS: Final = 15
"""Yesterday, whose night shift still goes on, and two weeks."""
AWAY: Final = {"205": (2, 4), "227": (0, 1), "246": (5, 9)}
"""Who is on leave, from and to so many days after today."""
PIN_DIGITS: Final = 4


def demo_roster(terms: RosterTerms, today: date) -> RosterFile:
    """Return the demonstration roster, with PINs of its own each time.

    Queues that the district does not have are left out, and who would serve none is not there.

    Raises ``RosterFaults`` or ``SheetUnreadable`` only when the file itself was changed.
    """
    (sheet,) = read_sheets(FILE)
    all_queues = replace(terms, queues=tuple({*terms.queues, *_queues_of(sheet.rows)}))
    pins = {row[0]: fresh_pin(row[0]) for _, row in sheet.rows}
    sheet = replace(
        sheet,
        header=(*sheet.header, "pin"),
        rows=tuple((number, (*row, pins[row[0]])) for number, row in sheet.rows),
    )
    people = understand((sheet,), all_queues, Roster()).people
    assert people is not None, f"{FILE} has no {OPERATORS}"
    there = {
        extension: replace(
            person,
            queues={q: penalty for q, penalty in person.queues.items() if q in terms.queues},
            leave=_leave(extension, today),
        )
        for extension, person in people.items()
        if any(queue in terms.queues for queue in person.queues)
    }
    sits = demo_sittings(Roster(there), terms, today)
    return RosterFile(there, {extension: pins[extension] for extension in there}, sits)


def demo_sittings(roster: Roster, terms: RosterTerms, today: date) -> frozenset[Sitting]:
    """Plan two weeks for whoever is on the roster."""
    return plan(roster, terms, today - timedelta(days=1), DAYS)


def fresh_pin(extension: str, digit: Callable[[int], int] = secrets.randbelow) -> str:
    """Draw a PIN that may be taken."""
    while True:
        pin = "".join(str(digit(10)) for _ in range(PIN_DIGITS))
        if not fault_of(pin, extension):
            return pin


def _queues_of(rows: tuple[tuple[int, tuple[str, ...]], ...]) -> set[str]:
    return {word.partition(":")[0] for _, row in rows for word in row[3].split()}


def _leave(extension: str, today: date) -> tuple[Leave, ...]:
    if extension not in AWAY:
        return ()
    first, last = AWAY[extension]
    return (Leave(today + timedelta(days=first), today + timedelta(days=last)),)
