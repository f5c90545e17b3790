"""Another district is data: what its file may say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sahayata.district.file import DistrictFaults, load_district
from sahayata.settings import PROJECT
from tests.unit.district.written import OURS, faults_of, loaded


def test_our_district_loads() -> None:
    district = load_district(PROJECT / "district.yaml")
    food = district.categories["food"].limit
    assert food != "none"
    assert food.l1 == timedelta(hours=2)
    assert district.queues["psych"].wait_limit == timedelta(minutes=3)
    assert "201" in district.extensions


def test_without_a_section_of_the_roster_there_are_three_shifts(tmp_path: Path) -> None:
    beginning, _, rest = OURS.partition("roster:\n")
    (_, _, end) = rest.partition("missed_calls: 3\n")
    written = load_district(PROJECT / "district.yaml").roster
    plain = loaded(tmp_path, beginning + end).roster
    assert {n: s.hours for n, s in plain.shifts.items()} == {
        n: s.hours for n, s in written.shifts.items()
    }
    assert list(plain.pauses) == list(written.pauses)


def test_what_turns_red_is_the_districts(tmp_path: Path) -> None:
    beginning, _, rest = OURS.partition("wallboard:\n")
    shorter = "wallboard: {red: {paused: 40 min}}\n" + rest.split("\n", 1)[1]
    rules = loaded(tmp_path, beginning + shorter).wallboard
    assert rules.red.paused == timedelta(minutes=40)
    assert rules.red.ringing == timedelta(seconds=20)


def test_another_district_needs_no_code(tmp_path: Path) -> None:
    text = OURS.replace('"1950"', '"1076"').replace("गुरुग्राम", "रायपुर")
    helpline = loaded(tmp_path, text.replace("l1: 2 h", "l1: 90 min")).helpline
    assert helpline.short_code == "1076"
    assert helpline.district["hi"] == "रायपुर"


def test_a_language_without_prompts_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "district.yaml"
    file.write_text(OURS, encoding="utf-8")
    with pytest.raises(
        DistrictFaults, match=r"languages\.0: there is no prompts/hi/catalogue\.yaml"
    ):
        load_district(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DistrictFaults, match=r"nowhere\.yaml: cannot be read: No such file"):
        load_district(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "must be a table"),
        (b"- 1\n", "must be a table"),
        (b"format: 1\nname: \xff\xfe", "is not UTF-8"),
        (b"a: &x 1\nb: *x\n", "anchors and aliases"),
        (b"[" * 500, "nested deeper"),
        (b"a: [1, 2", "district.yaml:"),
        (b"x" * 1_000_001, "is larger than"),
    ],
)
def test_rubbish_is_refused_in_plain_words(tmp_path: Path, content: bytes, expected: str) -> None:
    assert expected in faults_of(tmp_path, content)[0]


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_faults(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "district.yaml"
    file.write_bytes(raw)
    with pytest.raises(DistrictFaults):
        load_district(file)
