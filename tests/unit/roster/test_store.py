"""The roster in the database: taken in whole or not at all, swapped, exported and read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.exc import DBAPIError

from database.engine import reading, writing
from queue_manager.duty.door import Admitted, Door, NotAdmitted
from queue_manager.roster.export import as_csv, as_xlsx, table_of
from queue_manager.roster.intake import RosterFaults, RosterFile, understand
from queue_manager.roster.model import Leave, Person, Roster, RosterTerms, Sitting
from queue_manager.roster.schema import operators, roster_changes
from queue_manager.roster.sheet import read_sheets
from queue_manager.roster.store import CannotSwap, Changed, RosterStore
from tests.unit.roster.conftest import MONDAY, NOON, PINS, TUESDAY

SUNITA = Person("201", "Sunita", "सुनीता", {"food": 1, "psych": 2}, ("hi", "bgc"))
ARIF = Person("202", "Arif", "आरिफ़", {"food": 0}, supervisor=True, leave=(Leave(TUESDAY, TUESDAY),))
FIRST = RosterFile(
    {"201": SUNITA, "202": ARIF},
    {"201": "4071", "202": "5082"},
    frozenset({Sitting(MONDAY, "morning", "201"), Sitting(TUESDAY, "night", "202")}),
)


def put(rosters: RosterStore, file: RosterFile, *, keep: bool = True) -> Changed:
    return rosters.take_in(
        lambda _: file, by="anita", why="june.xlsx", left=lambda *_: None, keep=keep
    )


def test_what_is_taken_in_is_read_as_it_was(rosters: RosterStore) -> None:
    changed = put(rosters, FIRST)
    assert (changed.new, changed.changed, changed.gone) == (("201", "202"), (), ())
    assert rosters.read() == Roster(FIRST.people or {}, FIRST.sittings or frozenset())
    assert rosters.supervisors() == {"201": False, "202": True}


def test_who_is_not_in_the_file_is_gone_and_the_pin_with_them(
    rosters: RosterStore, store: Engine
) -> None:
    put(rosters, FIRST)
    gone: list[str] = []
    door = Door(store, PINS, lambda: NOON)
    assert isinstance(door.admit("202", "202", "5082"), Admitted)

    def left(_: Connection, extension: str) -> None:
        gone.append(extension)

    changed = rosters.take_in(lambda _: RosterFile({"201": SUNITA}), by="anita", why="", left=left)
    assert (changed.gone, gone) == (("202",), ["202"])
    assert rosters.read().sittings == {Sitting(MONDAY, "morning", "201")}
    assert isinstance(door.admit("202", "202", "5082"), NotAdmitted)
    back = put(rosters, RosterFile({"201": SUNITA, "202": ARIF}, {"202": "6093"}))
    assert back.new == ("202",)
    assert isinstance(door.admit("202", "202", "5082"), NotAdmitted)
    assert isinstance(door.admit("202", "202", "6093"), Admitted)


def test_sittings_replace_those_of_their_days_only(rosters: RosterStore) -> None:
    put(rosters, FIRST)
    put(rosters, RosterFile(sittings=frozenset({Sitting(TUESDAY, "evening", "201")})))
    assert rosters.read().sittings == {
        Sitting(MONDAY, "morning", "201"),
        Sitting(TUESDAY, "evening", "201"),
    }


def test_a_fault_anywhere_changes_nothing(
    rosters: RosterStore, terms: RosterTerms, tmp_path: Path
) -> None:
    put(rosters, FIRST)
    path = tmp_path / "roster.csv"
    path.write_text(
        "extension,name,name_hi,queues,pin\n203,Anju,अंजू,food,5193\n201,Sunita,lqfurk,food,\n",
        encoding="utf-8",
    )
    before = rosters.read()
    with pytest.raises(RosterFaults):
        rosters.take_in(
            lambda known: understand(read_sheets(path), terms, known),
            by="anita",
            why="",
            left=lambda *_: None,
        )
    assert rosters.read() == before

    def breaks(_: Connection, extension: str) -> None:
        raise RuntimeError(extension)

    with pytest.raises(RuntimeError):
        rosters.take_in(lambda _: RosterFile({"201": SUNITA}), by="", why="", left=breaks)
    assert rosters.read() == before


def test_a_trial_says_what_would_change_and_changes_nothing(rosters: RosterStore) -> None:
    changed = put(rosters, FIRST, keep=False)
    assert changed.new == ("201", "202")
    assert rosters.read() == Roster()


def test_each_change_is_kept_with_who_and_why(rosters: RosterStore, store: Engine) -> None:
    put(rosters, FIRST)
    rosters.swap(
        Sitting(MONDAY, "morning", "201"), Sitting(TUESDAY, "night", "202"), by="anita", why="exam"
    )
    with reading(store) as connection:
        lines = connection.execute(select(roster_changes).order_by(roster_changes.c.id)).all()
        marks = connection.scalars(select(operators.c.pin_mark)).all()
    assert [(line.kind, line.who, line.why) for line in lines] == [
        ("import", "anita", "june.xlsx"),
        ("swap", "anita", "exam"),
    ]
    for text in (*(line.body for line in lines), *marks):
        assert "4071" not in text
        assert "5082" not in text
    for change in (update(roster_changes).values(who=""), delete(roster_changes)):
        with pytest.raises(DBAPIError, match="append-only"), writing(store) as connection:
            connection.execute(change)


def test_two_operators_change_places(rosters: RosterStore) -> None:
    put(rosters, FIRST)
    one, other = Sitting(MONDAY, "morning", "201"), Sitting(TUESDAY, "night", "202")
    assert rosters.swap(one, other, by="anita", why="").sittings == {
        Sitting(MONDAY, "morning", "202"),
        Sitting(TUESDAY, "night", "201"),
    }


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (("morning", "201"), ("evening", "202"), "202 in evening of 2026-06-01: there is no such"),
        (("morning", "201"), ("morning", "202"), "202 in morning of 2026-06-01: there is no such"),
        (("night", "202"), ("evening", "201"), "sits there already"),
        (("dawn", "201"), ("night", "202"), "there is no such sitting"),
    ],
)
def test_what_cannot_be_swapped_is_refused(
    rosters: RosterStore, one: tuple[str, str], other: tuple[str, str], said: str
) -> None:
    sits = {("morning", "201"), ("evening", "201"), ("night", "202"), ("night", "201")}
    put(
        rosters,
        RosterFile(FIRST.people, FIRST.pins, frozenset(Sitting(MONDAY, *s) for s in sits)),
    )
    with pytest.raises(CannotSwap, match=said):
        rosters.swap(Sitting(MONDAY, *one), Sitting(MONDAY, *other), by="", why="")
    assert {(s.shift, s.extension) for s in rosters.read().sittings} == sits


def test_sittings_of_long_ago_are_kept_but_not_read(rosters: RosterStore) -> None:
    ago = MONDAY - timedelta(days=60)
    put(
        rosters,
        RosterFile(FIRST.people, FIRST.pins, frozenset({Sitting(ago, "night", "201")})),
    )
    assert rosters.read().sittings == frozenset()


Write = Callable[[Roster], dict[str, bytes]]


def two_files(roster: Roster) -> dict[str, bytes]:
    return {f"{kind}.csv": as_csv(table_of(roster, kind)) for kind in ("operators", "sittings")}


def one_workbook(roster: Roster) -> dict[str, bytes]:
    return {"both.xlsx": as_xlsx(roster)}


@pytest.mark.parametrize("write", [two_files, one_workbook])
def test_what_was_exported_can_be_taken_in_again(
    rosters: RosterStore, terms: RosterTerms, tmp_path: Path, write: Write
) -> None:
    put(rosters, FIRST)
    before = rosters.read()
    for name, data in write(before).items():
        (tmp_path / name).write_bytes(data)
        sheets = read_sheets(tmp_path / name)
        changed = rosters.take_in(
            lambda known, sheets=sheets: understand(sheets, terms, known),  # type: ignore[misc]
            by="anita",
            why="",
            left=lambda *_: None,
        )
        assert (changed.new, changed.changed, changed.gone) == ((), (), ())
    assert rosters.read() == before


EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")')


def test_no_cell_of_an_export_is_a_formula() -> None:
    numbers = [str(201 + place) for place in range(len(EVIL))]
    people = {
        number: Person(number, evil, "अ", {"food": 0})
        for number, evil in zip(numbers, EVIL, strict=True)
    }
    roster = Roster(people)
    text = as_csv(table_of(roster, "operators")).decode("utf-8-sig")
    names = [line[1] for line in csv.reader(io.StringIO(text, newline=""))][1:]
    assert names == [f"'{evil}" for evil in EVIL]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(roster)))
    kinds = {cell.data_type for row in book["operators"].iter_rows() for cell in row if cell.value}
    assert kinds == {"s"}


def test_an_export_says_in_which_code_it_is_written() -> None:
    assert as_csv([["क"]]).startswith(b"\xef\xbb\xbf")
