"""Reading a table of cells from CSV or XLSX, as people's spreadsheets write them.

CSV: UTF-8 with or without a mark, UTF-16 as Excel's "Unicode text"; comma, semicolon or tab.
XLSX: every sheet. Whatever the cell was, here it is text without space around it.
"""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import openpyxl

MOST_BYTES: Final = 5_000_000
MOST_UNPACKED: Final = 100_000_000
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 50
MOST_LETTERS: Final = 500
"""In one cell."""
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")
DELIMITERS: Final = ",;\t"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


class SheetUnreadable(Exception):
    """The file is no table at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. Rows are numbered as a spreadsheet does; the header is the first of them."""

    name: str
    """Of the sheet; "" of a CSV file."""
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Those that are not empty, each with its number, at least as long as the header."""


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Read every table of a file that is not empty.

    Raises:
        SheetUnreadable: it cannot be read, is too large, or is neither CSV nor XLSX.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SheetUnreadable(f"cannot be read: {error.strerror}") from error
    if len(raw) > MOST_BYTES:
        raise SheetUnreadable(f"is larger than {MOST_BYTES} bytes")
    if raw.startswith(b"PK"):
        return tuple(_workbook(raw))
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetUnreadable("is an old .xls file or locked by a password: save it as .xlsx")
    if path.suffix.lower() in WORKBOOKS:
        said = f"is no spreadsheet, though its name ends in {path.suffix}"
        raise SheetUnreadable(f"{said}: save it as .xlsx anew, or name it .csv if it is one")
    return tuple(_sheet("", _csv(_text(raw))))


def _text(raw: bytes) -> str:
    utf_16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = raw.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise SheetUnreadable(
            f"row {row}: is no UTF-8; save it as “CSV UTF-8”. Was it typed in Kruti Dev or another"
            " legacy font? Convert it to Unicode first"
        ) from error
    if "\0" in text:
        raise SheetUnreadable("is neither CSV nor XLSX")
    return text


def _csv(text: str) -> Iterator[Iterable[object]]:
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from lines
    except csv.Error as error:
        raise SheetUnreadable(f"line {lines.line_num}: {error}") from error


def _workbook(raw: bytes) -> Iterator[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                raise SheetUnreadable("is too large when unpacked")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ornaments that the library does not know
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # what a file says of its size may be wrong
                yield from _sheet(sheet.title, sheet.iter_rows(values_only=True))
    except SheetUnreadable:
        raise
    except Exception as error:  # a damaged file breaks the library anywhere, with anything
        raise SheetUnreadable(f"is no XLSX file that can be read: {error!r}") from error


def _sheet(name: str, lines: Iterable[Iterable[object]]) -> Iterator[Sheet]:
    """Give the table, unless there is nothing in it."""
    header: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, line in enumerate(lines, 1):
        cells = tuple(_cell(value) for value in line)
        if number > MOST_ROWS or any(cells[MOST_COLUMNS:]):
            raise SheetUnreadable(f"has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns")
        if any(len(cell) > MOST_LETTERS for cell in cells):
            raise SheetUnreadable(f"row {number}: a cell has more than {MOST_LETTERS} letters")
        if number == 1:
            header = _without_end(cells)
        elif any(cells):
            width = max(len(header), len(_without_end(cells)))
            rows.append((number, (*cells, *[""] * len(header))[:width]))
    if header or rows:
        yield Sheet(name, header, tuple(rows))


def _without_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    last = max((at for at, cell in enumerate(cells, 1) if cell), default=0)
    return cells[:last]


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    text = str(value).strip()
    # Written by us, or by a careful person, so that no spreadsheet takes it for a formula.
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text
