"""Publishing is quick to repeat, repairs what is damaged, and leaves nothing half written."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.asterisk_sounds import HELPLINE
from ivr.voice.codecs import bytes_a_second
from ivr.voice.inventory import take_inventory
from ivr.voice.masters import MastersUnreadable, build, read_masters
from ivr.voice.publish import publish
from tests.unit.voice.catalogues import GREETING, ONE, PAUSE, catalogue
from tests.unit.voice.fake_voice import HummingVoice, only

ENDINGS = ("alaw", "g722", "sln16", "ulaw")


@pytest.fixture
def masters(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    build(catalogue(tmp_path, GREETING, ONE, PAUSE), folder, only(HummingVoice()))
    return folder


def test_every_prompt_lies_there_in_every_codec(masters: Path, tmp_path: Path) -> None:
    target = tmp_path / "sounds"
    report = publish(masters, target)
    assert sorted(report.made) == [
        *("hi/beep", "hi/digits/1", "hi/digits/pause", "hi/greeting", "hi/n_1", "hi/pause_short"),
        "moh/sahayata",
    ]
    for ending in ENDINGS:
        size = (target / f"hi/greeting.{ending}").stat().st_size
        seconds = read_masters(masters)["greeting"].seconds
        assert size / bytes_a_second(ending) == pytest.approx(seconds)
        assert (target / f"hi/n_1.{ending}").read_bytes() == (
            target / f"hi/digits/1.{ending}"
        ).read_bytes()
        assert (target / f"moh/sahayata.{ending}").stat().st_size == 30 * bytes_a_second(ending)
    assert list(target.rglob(".new-*")) == []


def test_nothing_is_written_twice(masters: Path, tmp_path: Path) -> None:
    target = tmp_path / "sounds"
    first = publish(masters, target)
    before = {file: file.stat().st_mtime_ns for file in target.rglob("*.*law")}
    second = publish(masters, target)
    assert (second.made, sorted(second.kept)) == ((), sorted(first.made))
    assert {file: file.stat().st_mtime_ns for file in target.rglob("*.*law")} == before


@pytest.mark.parametrize("damage", [None, b"", b"x" * 4000])
def test_a_damaged_file_is_written_again(
    masters: Path, tmp_path: Path, damage: bytes | None
) -> None:
    target = tmp_path / "sounds"
    publish(masters, target)
    victim = target / "hi/greeting.ulaw"
    whole = victim.read_bytes()
    if damage is None:
        victim.unlink()
    else:
        victim.write_bytes(damage)
    assert publish(masters, target).made == ("hi/greeting",)
    assert victim.read_bytes() == whole


def test_a_damaged_index_costs_only_time(masters: Path, tmp_path: Path) -> None:
    target = tmp_path / "sounds"
    publish(masters, target)
    (target / "hi/published.json").write_text("{")
    assert len(publish(masters, target).made) == 7


def test_a_changed_prompt_replaces_and_a_removed_one_goes(masters: Path, tmp_path: Path) -> None:
    target = tmp_path / "sounds"
    publish(masters, target)
    changed = catalogue(tmp_path, GREETING.replace("नमस्ते", "प्रणाम"), PAUSE)
    build(changed, masters, only(HummingVoice()))
    report = publish(masters, target)
    assert report.made == ("hi/greeting",)
    assert sorted(report.removed) == ["hi/digits/1", "hi/n_1"]
    assert not list(target.glob("hi/n_1.*"))


def test_a_damaged_master_is_reported_and_the_rest_published(masters: Path, tmp_path: Path) -> None:
    (masters / "n_1.flac").write_bytes(b"no sound")
    report = publish(masters, tmp_path / "sounds")
    assert len(report.faults) == 1
    assert "n_1.flac cannot be read" in report.faults[0]
    assert "hi/greeting" in report.made
    inventory = take_inventory(tmp_path / "sounds/hi", read_masters(masters))
    assert inventory.usable == {"greeting", "pause_short"}


def test_without_masters_there_is_nothing_to_publish(tmp_path: Path) -> None:
    with pytest.raises(MastersUnreadable, match="sahayata prompts build"):
        publish(tmp_path / "nowhere", tmp_path / "sounds")


def test_asterisk_names_cover_every_number_and_the_sounds_of_the_queue() -> None:
    assert {f"digits/{n}" for n in range(100)} < HELPLINE.keys()
    assert HELPLINE["queue-minutes"] == "t_minute"
