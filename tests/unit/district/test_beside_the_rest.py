"""A district beside the prompts and the seats: what ``sahayata check`` tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahayata.checks.check import check
from sahayata.cli.check import AREAS
from sahayata.district.file import load_district
from sahayata.district.named import unnamed
from sahayata.settings import PROJECT
from tests.unit.district.written import OURS, project_of


def test_a_greeting_that_names_another_district_is_a_fault_of_its_line(tmp_path: Path) -> None:
    ours = load_district(PROJECT / "district.yaml").helpline
    assert unnamed(ours, PROJECT / "prompts") == ()
    project = project_of(tmp_path / "hisar", OURS.replace("गुरुग्राम", "हिसार"))
    (fault,) = unnamed(load_district(project / "district.yaml").helpline, project / "prompts")
    catalogue = (PROJECT / "prompts/hi/catalogue.yaml").read_text(encoding="utf-8").splitlines()
    assert catalogue[fault.line - 1].lstrip().startswith("helpline_name:")
    assert fault.file == "catalogue.yaml"
    assert "write a sentence with हिसार ज़िला हेल्पलाइन in it" in fault.message


def test_a_name_is_found_however_its_dots_were_typed() -> None:
    ours = load_district(PROJECT / "district.yaml").helpline
    one_sign = {"hi": ours.name["hi"].replace("ज\u093c", "\u095b")}
    assert one_sign["hi"] != ours.name["hi"]
    assert unnamed(ours.model_copy(update={"name": one_sign}), PROJECT / "prompts") == ()


def test_check_tells_a_greeting_of_another_district(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(tmp_path / "hisar", OURS.replace("गुरुग्राम", "हिसार"))
    monkeypatch.setenv("SAHAYATA_PROJECT", str(project))
    found = [one.text for one in check(["prompts"], state=str(tmp_path)) if one.weight == "fault"]
    assert len(found) == 1
    assert "हिसार" in found[0]


def test_check_tells_a_fault_of_the_district_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(tmp_path / "slip", OURS.replace("queue: food,", "queue: foo,"))
    monkeypatch.setenv("SAHAYATA_PROJECT", str(project))
    told = [one.text for one in check(AREAS, state=str(tmp_path))]
    assert len(told) == 1
    assert "categories.food.queue: there is no queue 'foo'" in told[0]


def test_check_warns_of_a_queue_that_no_seat_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = OURS.replace('"241-244", queues: [psych]', '"241-244", queues: [general]')
    assert without != OURS
    for name, text in (("ours", OURS), ("unserved", without)):
        monkeypatch.setenv("SAHAYATA_PROJECT", str(project_of(tmp_path / name, text)))
        found = [
            one.text for one in check(["config"], state=str(tmp_path)) if "queues." in one.text
        ]
        assert len(found) == (name == "unserved")
    assert "queues.psych: no seat serves it" in found[0]
