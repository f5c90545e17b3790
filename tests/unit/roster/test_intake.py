"""A roster's file: what is taken, and every slip told by row and column."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_manager.roster.intake import RosterFaults, RosterFile, understand
from queue_manager.roster.model import Leave, Person, Roster, RosterTerms, Sitting
from queue_manager.roster.sheet import MOST_BYTES, SheetUnreadable, read_sheets
from queue_manager.roster.tongues import TONGUES
from tests.unit.roster.conftest import MONDAY, TUESDAY, terms_with, write

HEADER = "extension,name,name_hi,pin,queues,languages,supervisor,leave\n"
SUNITA = "201,Sunita Yadav,सुनीता यादव,4071,food:1 psych:2,hi bgc,no,2026-06-03..2026-06-05\n"
ARIF = "202,Mohammad Arif,मोहम्मद आरिफ़,5082,food,,yes,\n"
KNOWN = Roster({e: Person(e, "A", "अ", {"food": 0}) for e in ("201", "202")})


def taken(path: Path, terms: RosterTerms, known: Roster = KNOWN) -> RosterFile:
    return understand(read_sheets(path), terms, known)


def faults(path: Path, known: Roster = KNOWN, terms: RosterTerms | None = None) -> list[str]:
    with pytest.raises(RosterFaults) as caught:
        taken(path, terms or terms_with(), known)
    return [str(fault) for fault in caught.value.faults]


def workbook(folder: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "roster.xlsx")
    return folder / "roster.xlsx"


def test_operators_are_read(tmp_path: Path, terms: RosterTerms) -> None:
    found = taken(write(tmp_path, HEADER + SUNITA + "\n" + ARIF), terms, Roster())
    assert found.people is not None
    assert found.people["201"] == Person(
        "201",
        "Sunita Yadav",
        "सुनीता यादव",
        {"food": 1, "psych": 2},
        ("hi", "bgc"),
        supervisor=False,
        leave=(Leave(date(2026, 6, 3), date(2026, 6, 5)),),
    )
    arif = found.people["202"]
    assert (arif.queues, arif.languages, arif.supervisor) == ({"food": 0}, ("hi",), True)
    assert found.pins == {"201": "4071", "202": "5082"}
    assert found.sittings is None
    assert "4071" not in repr(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_as_spreadsheets_write_it(
    tmp_path: Path, terms: RosterTerms, encoding: str, delimiter: str
) -> None:
    text = (HEADER + SUNITA).replace(",", delimiter).replace("\n", "\r\n")
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    found = taken(tmp_path / "roster.csv", terms)
    assert found.people is not None
    assert found.people["201"].name_hi == "सुनीता यादव"


def test_a_workbook_may_hold_both_tables_with_dates_and_numbers_of_its_own(
    tmp_path: Path, terms: RosterTerms
) -> None:
    path = workbook(
        tmp_path,
        people=[
            ["Name", "Extension", "Name Hi", "Queues", "PIN", "Supervisor"],
            ["Sunita", 201.0, "सुनीता", "food", 4071, True],
        ],
        plan=[
            ["date", "shift", "extension"],
            [datetime(2026, 6, 1, 0, 0), "morning", 201],  # noqa: DTZ001 - a workbook has no zones
            [date(2026, 6, 2), "morning", "201"],
            [46176, "morning", 201],
            ["04/06/2026", "night", 201],
            [None, None, None],
        ],
    )
    found = taken(path, terms, Roster())
    assert found.people is not None
    assert found.people["201"].supervisor
    assert found.pins == {"201": "4071"}
    assert found.sittings == frozenset(
        Sitting(date(2026, 6, day), shift, "201")
        for day, shift in ((1, "morning"), (2, "morning"), (3, "morning"), (4, "night"))
    )


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    rows = (
        "20,Sunita,सुनीता,4071,food,,,\n"
        "201,सुनीता,Sunita,12,food:x,english,perhaps,tomorrow\n"
        "1950,Vikas,विकास,4071,fod,,,2026-06-05..2026-06-01\n"
        "203,,,,,,,2026-02-30\n"
        "203,Vikas,fodkl,7777,food food,,,\n"
        "204,Vikas,विकास Hooda,2040,food,,,,,extra\n"
    )
    assert faults(write(tmp_path, HEADER + rows)) == [
        "row 2, column extension: '20' is no extension: three to five digits",
        "row 3, column languages: 'english' is no code of a language here; write en",
        "row 3, column leave: 'tomorrow' is no day; write 2026-11-24",
        "row 3, column name: 'सुनीता' is in Devanagari: it belongs in the column name_hi",
        "row 3, column name_hi: 'Sunita' has no Devanagari letter: was it typed in Kruti Dev or"
        " another legacy font? Convert it to Unicode",
        "row 3, column pin: a PIN has 4 to 8 digits; a spreadsheet drops zeros in front: make the"
        " column text",
        "row 3, column queues: 'food:x': a penalty is a number of 0 to 99: food:1",
        "row 3, column supervisor: 'perhaps' is neither yes nor no",
        "row 4, column extension: 1950 is the short code itself",
        "row 4, column leave: '2026-06-05..2026-06-01' ends before it begins",
        "row 4, column queues: there is no queue 'fod'; there are: food, psych",
        "row 5, column leave: '2026-02-30' is no day of the calendar",
        "row 5, column name: is missing",
        "row 5, column name_hi: is missing",
        "row 5, column pin: is missing: 203 is new on the roster",
        "row 5, column queues: is missing: an operator serves at least one queue",
        "row 6, column extension: 203 stands in row 5 already",
        "row 6, column name_hi: 'fodkl' has no Devanagari letter: was it typed in Kruti Dev or"
        " another legacy font? Convert it to Unicode",
        "row 6, column pin: this PIN is too easy to guess",
        "row 6, column queues: queue food stands twice",
        "row 7: has more cells than the header has columns",
        "row 7, column name_hi: 'विकास Hooda' has 'H' in it, which is not Devanagari",
    ]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("extension,nmae,name_hi,queues", "column nmae: there is no column of this name; is it na"),
        ("extension,name,name_hi", "column queues: is missing"),
        ("extension,name,name,name_hi,queues", "column name: stands twice"),
        ("extension,name,,name_hi,queues", "row 1: has no name; there are: extension, name"),
        ("a,b,c", "this is no table of a roster: its first row has to name extension, name"),
    ],
)
def test_a_wrong_column_is_named(tmp_path: Path, header: str, said: str) -> None:
    found = faults(write(tmp_path, f"{header}\n201,A,अ,food,x\n"))
    assert any(said in fault for fault in found), found


@pytest.mark.parametrize("text", ["", "\n\n", HEADER])
def test_an_empty_file_empties_no_roster(tmp_path: Path, text: str) -> None:
    (fault,) = faults(write(tmp_path, text))
    assert "nothing in the file" in fault or "nobody below it" in fault or "first row" in fault


def test_who_is_known_keeps_the_pin(tmp_path: Path, terms: RosterTerms) -> None:
    assert taken(write(tmp_path, HEADER + "201,Sunita,सुनीता,,food,,,\n"), terms).pins == {}


def test_sittings_are_checked_against_each_other_and_those_before(tmp_path: Path) -> None:
    before = Roster(KNOWN.people, frozenset({Sitting(MONDAY, "late", "201")}))
    rows = (
        f"{TUESDAY},early,201\n"
        f"{TUESDAY},morning,202\n"
        f"{TUESDAY},early,202\n"
        f"{TUESDAY},morning,202\n"
        f"{TUESDAY},dawn,202\n"
        f"{TUESDAY},early,299\n"
        "31-06-2026,early,202\n"
        ",,\n"
    )
    terms = terms_with({"early": (4, 8), "morning": (6, 14), "late": (20, 5)})
    path = write(tmp_path, f"date,shift,extension\n{rows}")
    assert faults(path, before, terms) == [
        "row 2, column shift: 201 sits twice at once: overlaps with late of 2026-06-01",
        "row 3, column shift: 202 sits twice at once: overlaps with early of 2026-06-02",
        "row 5: says the same as row 3",
        "row 6, column shift: there is no shift 'dawn'; there are: early, morning, late",
        "row 7, column extension: there is no extension '299'; there are: 201, 202",
        "row 8, column date: '31-06-2026' is no day of the calendar",
    ]


def test_a_slip_in_a_year_does_not_replace_a_century(tmp_path: Path) -> None:
    rows = f"date,shift,extension\n{MONDAY},night,201\n2062-06-02,night,201\n"
    (fault,) = faults(write(tmp_path, rows))
    assert "more than 400 days: a slip in a date?" in fault


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"extension,name\n201,\xff\xfe\xfa", "row 2: is no UTF-8"),
        (b"extension,name_hi\n201,\xb2\xbf\xee", "row 2: .* Was it typed in Kruti Dev or another"),
        (b"PK\x03\x04 broken", "is no XLSX file"),
        (b"\xd0\xcf\x11\xe0 old", "save it as .xlsx"),
        (b"\x00\x01\x02\x03", "neither CSV nor XLSX"),
        (b'a,"b\n', "unexpected end of data"),
        (b"," * 60 + b"x\n", "columns"),
        (b"a\n" + b"x" * 600, "more than 500 letters"),
        (b"x" * (MOST_BYTES + 1), "is larger than"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "roster.csv").write_bytes(content)
    with pytest.raises(SheetUnreadable, match=said):
        read_sheets(tmp_path / "roster.csv")


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 101_000_000)
    with pytest.raises(SheetUnreadable, match="too large when unpacked"):
        read_sheets(tmp_path / "bomb.xlsx")


def test_a_text_that_is_called_a_spreadsheet_is_told_to_be_none(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + SUNITA, "roster.XLSX")
    with pytest.raises(SheetUnreadable, match=r"is no spreadsheet, though its name ends in .XLSX"):
        read_sheets(path)


def test_every_fault_of_a_cell_is_told(tmp_path: Path) -> None:
    rows = (
        "201,Sunita,सुनीता,,nope:2 food:x nada:1,hi xx zz,,\n"
        '202,Arif,आरिफ़,,food,"hi, bgc",,2026-02-30 tomorrow 2026-06-05..2026-06-01\n'
    )
    assert faults(write(tmp_path, HEADER + rows)) == [
        "row 2, column languages: 'xx' is no code of a language here; write hi, en, pa …"
        " (docs/roster.md)",
        "row 2, column languages: 'zz' is no code of a language here; write hi, en, pa …"
        " (docs/roster.md)",
        "row 2, column queues: 'food:x': a penalty is a number of 0 to 99: food:1",
        "row 2, column queues: there is no queue 'nada'; there are: food, psych",
        "row 2, column queues: there is no queue 'nope'; there are: food, psych",
        "row 3, column leave: '2026-02-30' is no day of the calendar",
        "row 3, column leave: '2026-06-05..2026-06-01' ends before it begins",
        "row 3, column leave: 'tomorrow' is no day; write 2026-11-24",
    ]


def test_the_languages_that_may_be_named_are_written_down() -> None:
    page = (Path(__file__).parents[3] / "docs" / "roster.md").read_text(encoding="utf-8")
    assert [code for code in TONGUES if f"`{code}`" not in page] == []


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SheetUnreadable, match="cannot be read"):
        read_sheets(tmp_path / "nowhere.csv")


@settings(max_examples=60)
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_whatever_a_file_holds_it_is_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    with pytest.raises((SheetUnreadable, RosterFaults)):
        taken(path, terms_with(), Roster())


CELLS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=12)


@settings(max_examples=60)
@given(st.lists(st.lists(CELLS, min_size=8, max_size=8), min_size=1, max_size=4))
def test_whatever_stands_in_the_cells_is_refused_or_a_roster(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    quoted = (",".join(f'"{cell.replace(chr(34), "")}"' for cell in row) for row in rows)
    path.write_text(HEADER + "\n".join(quoted), encoding="utf-8")
    try:
        found = taken(path, terms_with(), Roster())
    except RosterFaults as wrong:
        assert all(fault.row or "nobody" in fault.message for fault in wrong.faults)
    else:
        assert found.people
