"""A missing or damaged recording is found before a call needs it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from ivr.voice.inventory import take_inventory
from ivr.voice.masters import build, read_masters
from ivr.voice.publish import publish
from ivr.voice.sounds import PublishedSounds
from tests.unit.voice.catalogues import GREETING, PAUSE, catalogue
from tests.unit.voice.fake_voice import HummingVoice, only

NUMBERS = [f'  n_{n}: {{text: "{word}", for: "n"}}\n' for n, word in ((4, "चार"), (7, "सात"))]
FORTY_SEVEN = '  n_47: {text: "सैंतालीस", for: "n"}\n'
APOLOGY = '  recording_missing: {text: "माफ़ कीजिए।", for: "apology"}\n'


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """A folder of prompts with one language, published below ``sounds``."""
    folder = tmp_path / "prompts" / "hi"
    folder.mkdir(parents=True)
    texts = catalogue(folder, GREETING, PAUSE, *NUMBERS, FORTY_SEVEN, APOLOGY)
    build(texts, folder / "recordings", only(HummingVoice()))
    publish(folder / "recordings", tmp_path / "sounds")
    return folder.parent


def test_all_is_well_after_publishing(prompts: Path, tmp_path: Path) -> None:
    masters = read_masters(prompts / "hi/recordings")
    inventory = take_inventory(tmp_path / "sounds/hi", masters)
    assert (inventory.usable, inventory.faults) == (frozenset(masters), ())


@pytest.mark.parametrize(
    ("content", "fault"), [(b"", "is empty"), (b"\xd5" * 400, "lasts 0.1 s instead of")]
)
def test_a_damaged_file_makes_a_prompt_unusable(
    prompts: Path, tmp_path: Path, content: bytes, fault: str
) -> None:
    (tmp_path / "sounds/hi/greeting.alaw").write_bytes(content)
    masters = read_masters(prompts / "hi/recordings")
    inventory = take_inventory(tmp_path / "sounds/hi", masters)
    assert "greeting" not in inventory.usable
    assert [line for line in inventory.faults if "greeting.alaw" in line and fault in line]


def test_one_codec_is_enough(prompts: Path, tmp_path: Path) -> None:
    (tmp_path / "sounds/hi/greeting.g722").unlink()
    masters = read_masters(prompts / "hi/recordings")
    inventory = take_inventory(tmp_path / "sounds/hi", masters)
    assert "greeting" in inventory.usable
    assert len(inventory.faults) == 1


def test_sounds_answer_with_the_next_best_and_say_so_once(
    prompts: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "sounds/hi/n_47.alaw").write_bytes(b"")
    sounds = PublishedSounds(prompts, tmp_path / "sounds", ["hi"])
    with caplog.at_level(logging.ERROR):
        caplog.clear()
        for _ in range(3):
            assert sounds.substitute(("greeting", "n_47"), "hi") == ("greeting", "n_4", "n_7")
    assert len(caplog.records) == 1
    assert sounds.path("greeting", "hi") == "hi/greeting"
    assert sounds.seconds("pause_short", "hi") == 0.35
    assert sounds.seconds("unknown", "hi") == 0.0


def test_what_asterisk_could_not_play_is_not_asked_for_again(prompts: Path, tmp_path: Path) -> None:
    sounds = PublishedSounds(prompts, tmp_path / "sounds", ["hi"])
    sounds.missing("greeting", "hi")
    assert sounds.substitute(("greeting",), "hi") == ("recording_missing",)
    assert sounds.refresh() == ()
    assert sounds.substitute(("greeting",), "hi") == ("greeting",)


def test_an_unknown_language_has_nothing_to_play(prompts: Path, tmp_path: Path) -> None:
    sounds = PublishedSounds(prompts, tmp_path / "sounds", ["hi"])
    assert sounds.substitute(("greeting",), "ta") == ()
