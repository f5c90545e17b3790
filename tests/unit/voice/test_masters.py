"""A build makes what changed, the same every time, and a failed one changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import soundfile

from ivr.voice.masters import (
    BuildFailed,
    MastersUnreadable,
    build,
    read_master,
    read_masters,
    stale,
)
from ivr.voice.voice import Speech, VoiceAway
from tests.unit.voice.catalogues import GREETING, ONE, PAUSE, catalogue
from tests.unit.voice.fake_voice import HummingVoice, only


def snapshot(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_every_prompt_becomes_a_flac_at_16_khz(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    report = build(catalogue(tmp_path, GREETING, ONE, PAUSE), folder, only(HummingVoice()))
    assert report.made == ("greeting", "n_1", "pause_short")
    info = soundfile.info(folder / "greeting.flac")
    assert (info.samplerate, info.channels, info.subtype) == (16_000, 1, "PCM_16")
    masters = read_masters(folder)
    assert masters["greeting"].frames == info.frames == read_master(folder, "greeting").size
    assert masters["greeting"].phonemes == "नमस्ते।"
    assert masters["pause_short"].seconds == 0.35
    assert not read_master(folder, "pause_short").any()


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    prompts = catalogue(tmp_path, GREETING, ONE, PAUSE)
    build(prompts, tmp_path / "a", only(HummingVoice()))
    build(prompts, tmp_path / "b", only(HummingVoice()))
    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "b")


def test_only_what_changed_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    build(catalogue(tmp_path, GREETING, ONE), folder, only(HummingVoice()))
    voice = HummingVoice()
    changed = catalogue(tmp_path, GREETING.replace("नमस्ते", "प्रणाम"), ONE)
    assert list(stale(changed, folder, only(voice))) == ["greeting"]
    report = build(changed, folder, only(voice))
    assert (report.made, report.kept, voice.said) == (("greeting",), ("n_1",), ["प्रणाम।"])
    assert list(stale(changed, folder, only(voice))) == []


def test_another_setting_of_the_voice_makes_all_speech_again(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    prompts = catalogue(tmp_path, GREETING, ONE, PAUSE)
    build(prompts, folder, only(HummingVoice()))
    report = build(prompts, folder, only(HummingVoice(setting="slow")))
    assert (report.made, report.kept) == (("greeting", "n_1"), ("pause_short",))


def test_what_left_the_catalogue_leaves_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    build(catalogue(tmp_path, GREETING, ONE), folder, only(HummingVoice()))
    report = build(catalogue(tmp_path, GREETING), folder, only(HummingVoice()))
    assert report.removed == ("n_1",)
    assert sorted(snapshot(folder)) == ["greeting.flac", "index.json"]


@pytest.mark.parametrize("damage", [b"", b"fLaC but no more"])
def test_a_damaged_recording_is_made_again(tmp_path: Path, damage: bytes) -> None:
    folder = tmp_path / "recordings"
    prompts = catalogue(tmp_path, GREETING, ONE)
    build(prompts, folder, only(HummingVoice()))
    whole = snapshot(folder)
    (folder / "n_1.flac").write_bytes(damage)
    with pytest.raises(MastersUnreadable, match=r"n_1\.flac cannot be read"):
        read_master(folder, "n_1")
    assert list(stale(prompts, folder, only(HummingVoice()))) == ["n_1"]
    assert build(prompts, folder, only(HummingVoice())).made == ("n_1",)
    assert snapshot(folder) == whole


def test_a_failed_build_leaves_the_old_recordings_whole(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    build(catalogue(tmp_path, GREETING, ONE), folder, only(HummingVoice()))
    whole = snapshot(folder)
    voice = HummingVoice(setting="new", cannot_say=frozenset({"एक"}))
    with pytest.raises(BuildFailed, match="n_1: has lost its voice"):
        build(catalogue(tmp_path, GREETING, ONE), folder, only(voice))
    assert snapshot(folder) == whole


def test_a_voice_that_is_away_is_asked_once(tmp_path: Path) -> None:
    class Away(HummingVoice):
        def speak(self, text: str, pace: float) -> Speech:
            self.said.append(text)
            raise VoiceAway("is out of reach")

    voice = Away()
    with pytest.raises(BuildFailed) as failed:
        build(catalogue(tmp_path, GREETING, PAUSE, ONE), tmp_path / "r", only(voice))
    assert voice.said == ["नमस्ते।"]
    assert str(failed.value) == "greeting: is out of reach\n1 more of humming were not tried"


def test_progress_is_told_after_each_recording(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    prompts = catalogue(tmp_path, GREETING, ONE)
    build(prompts, tmp_path / "r", only(HummingVoice()), lambda *progress: told.append(progress))
    assert told == [("greeting", 1, 2), ("n_1", 2, 2)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"n_1": {"colour": "red"}}', '{"n_1": 3}'])
def test_a_damaged_index_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "index.json").write_text(text)
    with pytest.raises(MastersUnreadable, match=r"index\.json is damaged"):
        read_masters(tmp_path)


def test_a_missing_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MastersUnreadable, match="sahayata prompts build"):
        read_masters(tmp_path)


def test_the_index_reads_well_in_a_diff(tmp_path: Path) -> None:
    build(catalogue(tmp_path, ONE, GREETING), tmp_path / "r", only(HummingVoice()))
    text = (tmp_path / "r" / "index.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == ["greeting", "n_1"]
    assert "नमस्ते" in text


def test_what_a_failed_build_had_finished_is_not_made_twice(tmp_path: Path) -> None:
    prompts, folder = catalogue(tmp_path, GREETING, ONE), tmp_path / "r"
    with pytest.raises(BuildFailed):
        build(prompts, folder, only(HummingVoice(cannot_say=frozenset({"एक"}))))
    voice = HummingVoice()
    assert build(prompts, folder, only(voice)).made == ("greeting", "n_1")
    assert voice.said == ["एक"]
    assert sorted(file.name for file in folder.iterdir()) == [
        *("greeting.flac", "index.json", "n_1.flac")
    ]
    build(prompts, tmp_path / "other", only(HummingVoice()))
    assert snapshot(folder) == snapshot(tmp_path / "other")
