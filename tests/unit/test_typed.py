"""What may stand in the words of commands; what may not is in the contract of the command line."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path

import pytest

from ivr.keys import Press, UntilSilent
from sahayata.cli import typed


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1950", "1950"),
        ("+91 98100-12345", "+919810012345"),
        ("*15", "*15"),
        ("#", "#"),
    ],
)
def test_numbers_that_can_be_dialled(text: str, number: str) -> None:
    assert typed.a_number_to_dial(text) == number


def test_other_words() -> None:
    assert typed.a_date("2026-11-24") == date(2026, 11, 24)
    assert typed.a_moment("2026-06-01T10:00") == datetime(2026, 6, 1, 10)  # noqa: DTZ001 - the district's
    assert typed.some_seconds("0.5") == 0.5
    assert typed.a_port_base("60535") == 60535
    assert typed.up_to(3, "days")("3") == 3
    assert typed.a_script("12#") == (UntilSilent(), Press("12#"))


def test_a_recording_goes_into_a_folder_that_is_there(tmp_path: Path) -> None:
    assert typed.a_file_to_write(str(tmp_path / "a.wav")) == tmp_path / "a.wav"
    with pytest.raises(argparse.ArgumentTypeError, match=r"there is no folder .*/none$"):
        typed.a_file_to_write(str(tmp_path / "none" / "a.wav"))
    with pytest.raises(argparse.ArgumentTypeError, match="is a folder"):
        typed.a_file_to_write(str(tmp_path))
    assert list(tmp_path.iterdir()) == []
