"""A number on the reading sheet stays with its sentence, whatever is put before it or taken out."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.strict_yaml import YamlFaults
from ivr.voice.script import reading_sheet
from ivr.voice.studio_numbers import FILE_NAME, FIRST, as_text, read_numbers, with_new
from tests.unit.voice.catalogues import GREETING, ONE, PAUSE, catalogue

NEW = '  new: {text: "नया", for: "a new one"}\n'


def test_numbers_stay_and_new_sentences_get_the_next(tmp_path: Path) -> None:
    first = with_new({}, catalogue(tmp_path, GREETING, PAUSE, ONE))
    assert first == {"greeting": FIRST, "n_1": FIRST + 1}, "a silence has none"
    (tmp_path / FILE_NAME).write_text(as_text(first), encoding="utf-8")
    changed = catalogue(tmp_path, NEW, ONE)
    later = with_new(read_numbers(tmp_path), changed)
    assert later == {"greeting": FIRST, "n_1": FIRST + 1, "new": FIRST + 2}
    rows = reading_sheet(changed, later).splitlines()[-2:]
    assert [row.split("|")[1].strip() for row in rows] == ["103", "102"]


def test_without_a_file_there_are_no_numbers(tmp_path: Path) -> None:
    assert read_numbers(tmp_path) == {}


def test_every_line_that_is_wrong_is_named(tmp_path: Path) -> None:
    lines = ("101 greeting", "", "# no", "12 short", "102 greeting", "101 other", "one", "99999 n")
    (tmp_path / FILE_NAME).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(YamlFaults) as found:
        read_numbers(tmp_path)
    assert [fault.line for fault in found.value.faults] == [4, 5, 6, 7, 8]
    (tmp_path / FILE_NAME).write_bytes(b"\xff\xfe")
    with pytest.raises(YamlFaults, match="cannot be read"):
        read_numbers(tmp_path)
