"""A file is put in place whole, or what was there stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.whole_file import write_all_whole, write_whole


@pytest.mark.parametrize("durable", [False, True])
def test_it_takes_the_place_of_what_was_there(tmp_path: Path, durable: bool) -> None:
    file = tmp_path / "index.json"
    write_whole(file, b"old", mode=0o600)
    write_whole(file, b"new", durable=durable)
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [file]


def test_a_secret_is_never_readable_by_others(tmp_path: Path) -> None:
    write_whole(tmp_path / "secrets.json", b"{}", mode=0o600)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_beside_what_could_not_be_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(folder, b"new")
    assert list(tmp_path.iterdir()) == [folder]


def test_of_several_files_none_is_replaced_before_all_are_written(tmp_path: Path) -> None:
    one, two = tmp_path / "a.alaw", tmp_path / "a.ulaw"
    write_all_whole({one: b"1", two: b"2"})
    assert (one.read_bytes(), two.read_bytes()) == (b"1", b"2")
    with pytest.raises(FileNotFoundError):
        write_all_whole({one: b"3", tmp_path / "nowhere" / "a.g722": b"4"})
    assert one.read_bytes() == b"1"
    assert sorted(tmp_path.iterdir()) == [one, two]
