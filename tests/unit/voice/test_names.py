"""Names of operators: said once, kept by what they are, one's own voice first."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import pytest

from ivr.voice.names import INDEX, OWN, all_said, make_names, read_names
from ivr.voice.sounds import PublishedSounds
from ivr.voice.voice import VoiceFailed
from tests.unit.voice.fake_voice import HummingVoice

NAMES = {"201": "सुनीता यादव", "202": "अजय कुमार", "203": "सुनीता यादव"}


def own(folder: Path, extension: str, rate: int = 8000, seconds: float = 1.5) -> Path:
    (folder / OWN).mkdir(exist_ok=True)
    path = folder / OWN / f"{extension}.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"\1\0" * round(rate * seconds))
    return path


def test_each_name_is_said_once_and_kept(tmp_path: Path) -> None:
    voice = HummingVoice()
    assert make_names(tmp_path, NAMES, (voice,)) == 2
    assert voice.said == ["सुनीता यादव", "अजय कुमार"]
    assert make_names(tmp_path, NAMES, (voice,)) == 0
    found = read_names(tmp_path)
    assert set(found) == {"name_201", "name_202", "name_203"}
    assert found["name_201"] == found["name_203"]
    assert 0.3 < found["name_202"].seconds < 1.0
    for ending in ("alaw", "ulaw", "g722"):
        assert found["name_202"].path.with_suffix(f".{ending}").stat().st_size > 2000


def test_what_nobody_is_called_any_more_is_removed(tmp_path: Path) -> None:
    make_names(tmp_path, NAMES, (HummingVoice(),))
    old = read_names(tmp_path)["name_202"].path
    make_names(tmp_path, {**NAMES, "202": "अजय शर्मा"}, (HummingVoice(),))
    assert not old.with_suffix(".alaw").exists()
    make_names(tmp_path, {}, (HummingVoice(),))
    assert [file.name for file in tmp_path.iterdir()] == [INDEX]


def test_a_name_that_cannot_be_said_costs_no_other(tmp_path: Path) -> None:
    with pytest.raises(VoiceFailed):
        make_names(tmp_path, NAMES, (HummingVoice(cannot_say=frozenset({"अजय कुमार"})),))
    assert set(read_names(tmp_path)) == {"name_201", "name_203"}


def test_a_better_voice_takes_over_name_by_name(tmp_path: Path) -> None:
    plain, better = HummingVoice(), HummingVoice("fine", cannot_say=frozenset({"अजय कुमार"}))
    make_names(tmp_path, NAMES, (plain,), better)
    assert better.said == [], "it is only looked for"
    assert not all_said(tmp_path, NAMES.values(), better)
    first = read_names(tmp_path)
    assert make_names(tmp_path, NAMES, (better, plain)) == 1
    second = read_names(tmp_path)
    assert first["name_201"] != second["name_201"] == second["name_203"]
    assert second["name_202"] == first["name_202"], "what it cannot say the plain one has said"
    assert not first["name_201"].path.with_suffix(".alaw").exists()
    assert all_said(tmp_path, ["सुनीता यादव"], better)
    # At the next start nothing is said again, and the better recordings stay.
    assert make_names(tmp_path, NAMES, (plain,), better) == 0
    assert read_names(tmp_path) == second


def test_ones_own_voice_goes_before_and_only_if_it_can_be_played(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_names(tmp_path, NAMES, (HummingVoice(),))
    of_voice = read_names(tmp_path)["name_202"]
    path = own(tmp_path, "201")
    own(tmp_path, "202", rate=44100)
    own(tmp_path, "203", seconds=60)
    (tmp_path / OWN / "204.wav").write_bytes(b"RIFF")
    own(tmp_path, "nobody")
    found = read_names(tmp_path)
    assert found["name_201"].path == path.with_suffix("")
    assert found["name_201"].seconds == pytest.approx(1.5)
    assert found["name_202"] == of_voice
    assert set(found) == {"name_201", "name_202", "name_203"}
    assert len(caplog.records) == 3
    make_names(tmp_path, NAMES, (HummingVoice(),))
    assert path.exists()


@pytest.mark.parametrize(
    "index", ["", "[]", '{"201": "../../etc/passwd"}', '{"201": 7}', '{"x": "' + "a" * 32 + '"}']
)
def test_a_damaged_index_names_nobody(tmp_path: Path, index: str) -> None:
    (tmp_path / INDEX).write_text(index)
    assert read_names(tmp_path) == {}
    assert make_names(tmp_path, NAMES, (HummingVoice(),)) == 2


def test_a_call_plays_a_name_and_leaves_out_one_that_is_gone(tmp_path: Path) -> None:
    make_names(tmp_path / "names", NAMES, (HummingVoice(),))
    sounds = PublishedSounds(tmp_path, tmp_path, [], names=tmp_path / "names")
    assert sounds.named() == {"201", "202", "203"}
    assert sounds.substitute(("name_201", "name_299"), "hi") == ("name_201",)
    stem = json.loads((tmp_path / "names" / INDEX).read_text())["201"]
    assert sounds.path("name_201", "hi") == str(tmp_path / "names" / stem)
    assert sounds.seconds("name_201", "hi") == read_names(tmp_path / "names")["name_201"].seconds
    sounds.missing("name_201", "hi")
    assert sounds.named() == {"202", "203"}
    sounds.refresh()
    assert sounds.named() == {"201", "202", "203"}
    assert not sounds.changed()
    make_names(tmp_path / "names", {"299": "मीना देवी"}, (HummingVoice(),))
    assert sounds.changed(), "who came is named within a second or two"
