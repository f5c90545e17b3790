"""The spool: a record is whole, or it is set aside and told about."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.ticketing import NOON, record
from tickets import spool
from tickets.model import Step
from tickets.spool import Damaged, Spooled
from tickets.spool_record import SpoolKind, SpoolRecord

LARGEST = 1 << 20
RICH = record(
    "1",
    number="6361088633",
    answers={"pin": "122001", "name": "सीता"},
    steps=(Step("welcome", "silence", NOON), Step("main_menu", "key 1", NOON)),
    queue="food",
    seconds=3.5,
)


def records(folder: Path) -> list[SpoolRecord]:
    return [found.record for found in spool.read(folder) if isinstance(found, Spooled)]


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    spool.append(tmp_path / "spool", RICH)
    assert records(tmp_path / "spool") == [RICH]


@given(
    st.text(max_size=600), st.dictionaries(st.text(max_size=20), st.text(max_size=600), max_size=90)
)
def test_whatever_was_said_a_record_stays_small_and_readable(
    text: str, answers: dict[str, str]
) -> None:
    steps = tuple(Step(text, text, NOON) for _ in range(500))
    line = record("1", last_node=text, answers=answers, steps=steps).to_json()
    assert "\n" not in line
    assert len(line) < LARGEST
    assert len(SpoolRecord.from_json(line).steps) == 400


def test_the_largest_record_can_be_read_again(tmp_path: Path) -> None:
    long = "🙂" * 1000  # the letter that takes most room
    steps = tuple(Step(long, long, NOON) for _ in range(500))
    texts = ("category", "caller", "entry", "message", "queue", "ending", "last_node", "how")
    more: dict[str, Any] = dict.fromkeys(
        (*texts, "operator", "dialled", "language", "number"), long
    )
    answers = {f"{n}{long}": long for n in range(100)}
    spool.append(tmp_path, record("1", steps=steps, answers=answers, **more))
    assert len(records(tmp_path)) == 1


@pytest.mark.parametrize(
    "wrong", ['"number": 5', '"answers": []', '"at": "noon"', '"seconds": "x"', '"kind": "cake"']
)
def test_a_record_with_a_value_of_the_wrong_kind_is_set_aside(tmp_path: Path, wrong: str) -> None:
    name = wrong.partition(":")[0]
    text = RICH.to_json().replace(f"{{{name}", "{", 1).replace(name, f'{wrong}, "was_{name[1:]}', 1)
    path = spool.append(tmp_path, RICH)
    path.write_bytes(spool._framed(text.encode()))
    (found,) = spool.read(tmp_path)
    assert isinstance(found, Damaged)
    assert "not a record" in found.reason


def test_records_come_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    for n in range(5):
        # The wall clock goes back with each: the order does not.
        spool.append(tmp_path, record(str(n), at=NOON - timedelta(hours=n)))
    assert [r.call_id[-1] for r in records(tmp_path)] == ["0", "1", "2", "3", "4"]


def test_files_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    path = spool.append(tmp_path / "spool", RICH)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_does_not_exist_has_no_records(tmp_path: Path) -> None:
    assert records(tmp_path / "nowhere") == []


def test_torn_at_any_byte_it_is_set_aside_and_the_others_are_read(tmp_path: Path) -> None:
    whole = spool.append(tmp_path / "whole", RICH).read_bytes()
    folder = tmp_path / "spool"
    other = spool.append(folder, record("2"))
    for length in range(len(whole) - 1):  # without its last byte, the line end, it is still whole
        (folder / "0-torn.record").write_bytes(whole[:length])
        torn, rest = list(spool.read(folder))
        assert isinstance(torn, Damaged)
        assert torn.reason
        assert torn.path.read_bytes() == whole[:length]
        assert isinstance(rest, Spooled)
        assert rest.path == other


def test_a_byte_changed_anywhere_is_noticed(tmp_path: Path) -> None:
    whole = spool.append(tmp_path / "whole", RICH).read_bytes()
    folder = tmp_path / "spool"
    folder.mkdir()
    for place in range(len(whole) - 1):
        changed = bytearray(whole)
        changed[place] ^= 0x11
        (folder / "0-changed.record").write_bytes(changed)
        assert [type(found) for found in spool.read(folder)] == [Damaged], place


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"SAHAYATA1 2 44136fa355b3678a {}\n",
        b"SAHAYATA1 2 4f53cda18c2baa0c []\n",
        b"SAHAYATA2 2 44136fa355b3678a {}\n",
        bytes(2 << 20),
    ],
    ids=["empty", "nothing in it", "no object", "a later format", "two megabytes"],
)
def test_what_is_no_record_is_set_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "0-x.record").write_bytes(content)
    (found,) = spool.read(tmp_path)
    assert isinstance(found, Damaged)
    assert found.path.parent == tmp_path / "damaged"
    assert list(spool.read(tmp_path)) == []


def test_a_record_of_a_later_version_is_read_as_far_as_it_is_known(tmp_path: Path) -> None:
    path = spool.append(tmp_path, RICH)
    newer = RICH.to_json().replace('{"call_id"', '{"weather": "rain", "call_id"').encode()
    path.write_bytes(spool._framed(newer))
    assert records(tmp_path) == [RICH]


def test_what_a_writer_has_not_finished_is_left_to_it(tmp_path: Path) -> None:
    path = spool.append(tmp_path, RICH)
    unfinished = path.rename(path.with_suffix(".writing"))
    assert list(spool.read(tmp_path)) == []
    assert unfinished.exists()


def test_a_file_that_cannot_be_read_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    (tmp_path / "0-folder.record").mkdir()
    spool.append(tmp_path, RICH)
    unreadable, whole = spool.read(tmp_path)
    assert isinstance(unreadable, Damaged)
    assert "cannot be read" in unreadable.reason
    assert isinstance(whole, Spooled)


@pytest.mark.parametrize("hours", [-1, 1], ids=["an hour old", "clock set back since"])
def test_what_a_killed_writer_left_is_read_later(tmp_path: Path, hours: int) -> None:
    path = spool.append(tmp_path, RICH)
    left = path.rename(path.with_suffix(".writing"))
    then = time.time() + hours * 3600
    os.utime(left, (then, then))
    assert records(tmp_path) == [RICH]


@pytest.mark.parametrize(
    "bad",
    [
        {"call_id": ""},
        {"call_id": "x" * 129},
        {"call_id": "a\nb"},
        {"at": NOON.replace(tzinfo=None)},
        {"record_id": "../../etc"},
    ],
)
def test_a_record_without_call_or_zone_or_with_a_path_for_an_id_cannot_be_made(
    bad: dict[str, object],
) -> None:
    values: dict[str, object] = {"call_id": "c-1", "kind": SpoolKind.TICKET, "at": NOON, **bad}
    with pytest.raises(ValueError, match=r"call id|zone|names a file"):
        SpoolRecord(**values)  # type: ignore[arg-type]
