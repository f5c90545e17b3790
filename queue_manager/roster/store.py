"""The roster in the database: read, taken in from a file, swapped; each in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, insert, update

from database.engine import reading, writing
from database.line import in_a_line
from queue_manager.roster.intake import RosterFile
from queue_manager.roster.model import Person, Roster, RosterTerms, Sitting
from queue_manager.roster.pin import Pins
from queue_manager.roster.rows import (
    add_sittings,
    ids,
    read_roster,
    remove_sittings,
    seat,
    take_off,
    write_service,
)
from queue_manager.roster.schema import operators, roster_changes
from queue_manager.roster.times import overlaps

KEPT_IN_SIGHT: Final = timedelta(days=35)
"""Sittings further back are kept, but are not part of the roster that is read."""
MOST_WORDS: Final = 200
MOST_NAME: Final = 64

Understand = Callable[[Roster], RosterFile]
"""Makes of a roster what is to become of it; what it raises leaves the roster as it was."""
Left = Callable[[Connection, str], None]
"""Told, within the transaction, of each extension that is on the roster no more."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What an import did: extensions, and how many sittings there are now in its days."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    sittings: int | None
    """``None`` when the file had none."""
    roster: Roster
    """As it is now."""


class CannotSwap(Exception):
    """Two operators cannot change places; the message says why."""


class RosterStore:
    """The roster of one district."""

    def __init__(
        self, engine: Engine, pins: Pins, terms: RosterTerms, now: Callable[[], datetime]
    ) -> None:
        self._engine, self._pins, self._terms, self._now = engine, pins, terms, now

    def read(self) -> Roster:
        """Return everybody on the roster, and who sits when since ``KEPT_IN_SIGHT``.

        Raises ``database.engine.StoreUnavailable``.
        """
        with reading(self._engine) as connection:
            return self._read(connection)

    def supervisors(self) -> Mapping[str, bool]:
        """Return everybody on the roster by extension, and whether each is a supervisor."""
        return {extension: one.supervisor for extension, one in self.read().people.items()}

    def take_in(
        self, understand: Understand, *, by: str, why: str, left: Left, keep: bool = True
    ) -> Changed:
        """Put the tables of a file in the place of what there was: all of it or nothing.

        With ``keep`` false nothing is changed, but what would be is told. Raises what
        ``understand`` raises, and ``StoreUnavailable``.
        """
        with writing(self._engine) as connection:
            in_a_line(connection, "roster")
            before = self._read(connection)
            file = understand(before)
            if file.people is not None:
                self._people(connection, before.people, file, left)
            if file.sittings:
                seat(connection, file.sittings)
            now = self._read(connection)
            changed = _difference(before, now, file)
            note = {"new": changed.new, "changed": changed.changed, "gone": changed.gone}
            self._note(connection, "import", {**note, "sittings": changed.sittings}, by=by, why=why)
            if not keep:
                connection.rollback()
        return changed

    def swap(self, one: Sitting, other: Sitting, *, by: str, why: str) -> Roster:
        """Let two operators change places, and return the roster as it is then.

        Raises:
            CannotSwap: they do not sit there, or one of them would sit twice at once.
            database.engine.StoreUnavailable: nothing was changed.
        """
        swapped = (
            Sitting(one.day, one.shift, other.extension),
            Sitting(other.day, other.shift, one.extension),
        )
        with writing(self._engine) as connection:
            in_a_line(connection, "roster")
            before = self._read(connection).sittings
            for sitting in sorted({one, other} - before):
                raise CannotSwap(f"{_words(sitting)}: there is no such sitting")
            rest = before - {one, other}
            for sitting in sorted(rest & {*swapped}):
                raise CannotSwap(f"{_words(sitting)}: sits there already")
            of_both = {s for s in rest if s.extension in (one.extension, other.extension)}
            for first, second in overlaps(of_both | {*swapped}, self._terms):
                raise CannotSwap(f"{_words(first)} would overlap with {_words(second)}")
            remove_sittings(connection, (one, other))
            add_sittings(connection, swapped)
            body = {"one": _words(one), "other": _words(other)}
            self._note(connection, "swap", body, by=by, why=why)
            return self._read(connection)

    def _people(
        self,
        connection: Connection,
        before: Mapping[str, Person],
        file: RosterFile,
        left: Left,
    ) -> None:
        assert file.people is not None
        ever = ids(connection)
        for extension in before.keys() - file.people.keys():
            take_off(connection, ever[extension], self._today)
            left(connection, extension)
        for extension, person in file.people.items():
            row: dict[str, object] = {
                "name": person.name,
                "name_hi": person.name_hi,
                "languages": " ".join(person.languages),
                "supervisor": person.supervisor,
                "left_on": None,
            }
            if pin := file.pins.get(extension):
                row["pin_mark"] = self._pins.mark(extension, pin)
            if extension in ever:
                where = operators.c.id == ever[extension]
                connection.execute(update(operators).where(where).values(row))
            else:
                made = connection.execute(insert(operators).values({**row, "extension": extension}))
                assert made.inserted_primary_key is not None
                ever[extension] = int(made.inserted_primary_key[0])
            write_service(connection, ever[extension], person)

    def _read(self, connection: Connection) -> Roster:
        return read_roster(connection, self._today - KEPT_IN_SIGHT)

    @property
    def _today(self) -> date:
        return self._now().astimezone(self._terms.zone).date()

    def _note(
        self, connection: Connection, kind: str, body: Mapping[str, object], *, by: str, why: str
    ) -> None:
        row = {"at": self._now(), "who": by[:MOST_NAME], "kind": kind, "why": why[:MOST_WORDS]}
        connection.execute(insert(roster_changes).values(**row, body=json.dumps(body)))


def _words(sitting: Sitting) -> str:
    return f"{sitting.extension} in {sitting.shift} of {sitting.day}"


def _difference(before: Roster, now: Roster, file: RosterFile) -> Changed:
    kept = now.people.keys() & before.people.keys()
    return Changed(
        new=tuple(sorted(now.people.keys() - before.people.keys())),
        changed=tuple(
            sorted(e for e in kept if now.people[e] != before.people[e] or e in file.pins)
        ),
        gone=tuple(sorted(before.people.keys() - now.people.keys())),
        sittings=None if file.sittings is None else len(file.sittings),
        roster=now,
    )
