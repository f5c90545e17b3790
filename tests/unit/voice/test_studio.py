"""What an official recorded: kept with the instance, heard by the next call, and put back."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ivr.asterisk_sounds import HELPLINE
from ivr.ear import load_recordings
from ivr.voice.codecs import BYTES_A_SECOND
from ivr.voice.masters import FOLDER, MastersUnreadable, read_masters
from ivr.voice.names import SpokenName
from ivr.voice.processing import MASTER_RATE
from ivr.voice.publish import own_recordings, publish
from ivr.voice.studio import MOST_TAKES, NoSuchTake, TakesUnreadable, TakeUnfit
from ivr.voice.studio_booth import Booth
from ivr.voice.studio_lock import alone
from tests.support.studio import AT, encoded, keep, on_disk, said, small_booth, sounds_of
from tests.unit.voice.catalogues import GREETING, ONE, PAUSE, catalogue


@pytest.fixture
def booth(tmp_path: Path) -> Booth:
    return small_booth(tmp_path)


def test_the_next_call_hears_what_was_kept_in_every_codec(booth: Booth) -> None:
    before, made = on_disk(booth), said(booth)
    booth.keep("greeting", made, who="301", how="telephone 301", at=AT)
    assert on_disk(booth) == encoded(made) != before
    length = (booth.sounds / "hi" / "greeting.bytes").read_text()
    assert int(length) == len(on_disk(booth)["alaw"])
    take = booth.shelf("greeting").playing
    assert take is not None
    assert (take.who, take.how, take.at, take.text) == ("301", "telephone 301", AT, "नमस्ते।")


def test_what_asterisk_calls_by_another_name_is_replaced_there_too(booth: Booth) -> None:
    assert HELPLINE["digits/1"] == "n_1"
    keep(booth, "n_1", 0.15)
    assert on_disk(booth, "n_1") == on_disk(booth, "digits/1")


def test_a_server_knows_the_new_length_at_its_next_look(booth: Booth) -> None:
    sounds = sounds_of(booth)
    old = sounds.seconds("greeting", "hi")
    assert not sounds.changed()
    keep(booth, seconds=0.5)
    assert sounds.changed()
    assert sounds.refresh() == (), "no fault: the length is the one that was kept"
    assert not sounds.changed()
    take = booth.shelf("greeting").playing
    assert take is not None
    assert sounds.seconds("greeting", "hi") == take.seconds != old
    assert sounds.substitute(["greeting"], "hi") == ("greeting",)


def test_nobody_looks_while_recordings_are_changed(booth: Booth) -> None:
    sounds = sounds_of(booth)
    inside, over = threading.Event(), threading.Event()

    def change() -> None:
        with alone(booth.sounds):
            inside.set()
            over.wait(10)

    changing = threading.Thread(target=change)
    changing.start()
    inside.wait(10)
    (booth.sounds / "hi" / "greeting.alaw").write_bytes(b"half")
    assert sounds.refresh() == ()
    assert "greeting" in sounds.substitute(["greeting"], "hi")
    over.set()
    changing.join()
    assert sounds.refresh() != ()


def test_an_earlier_take_and_the_projects_own_are_put_back(booth: Booth) -> None:
    project = on_disk(booth)
    assert keep(booth, seconds=0.3) == 1
    first = on_disk(booth)
    assert keep(booth, seconds=0.5) == 2
    assert on_disk(booth) != first
    assert booth.put_back("greeting", 1) == booth.shelf("greeting").take(1)
    assert on_disk(booth) == first
    assert booth.put_back("greeting", 0) is None
    assert on_disk(booth) == project
    assert not (booth.sounds / "hi" / "greeting.bytes").exists()
    assert own_recordings(booth.sounds / "hi") == {}
    with pytest.raises(NoSuchTake, match="no take 9"):
        booth.put_back("greeting", 9)
    assert keep(booth) == 3, "a number is never given again"


def test_it_outlives_a_start_and_an_upgrade(booth: Booth) -> None:
    made = said(booth)
    booth.keep("greeting", made, who="301", how="telephone 301", at=AT)
    masters = booth.prompts / FOLDER
    assert publish(masters, booth.sounds, "hi", booth.chosen().own).made == ()
    assert on_disk(booth) == encoded(made)
    publish(masters, booth.sounds)  # a version that knows nothing of it
    assert on_disk(booth) != encoded(made)
    publish(masters, booth.sounds, "hi", booth.chosen().own)
    assert on_disk(booth) == encoded(made)


def test_what_says_another_text_than_the_catalogue_is_not_played(booth: Booth) -> None:
    keep(booth)
    changed = catalogue(booth.prompts, GREETING.replace("नमस्ते", "प्रणाम"), ONE, PAUSE)
    later = replace(booth, catalogue=changed)
    assert later.chosen().own == {}
    (fault,) = later.chosen().faults
    assert "says “नमस्ते।”, and the text is now “प्रणाम।”: record it again" in fault
    stop = catalogue(booth.prompts, GREETING.replace("नमस्ते।", "नमस्ते"), ONE, PAUSE)
    assert set(replace(booth, catalogue=stop).chosen().own) == {"greeting"}, "the same letters"
    gone = catalogue(booth.prompts, ONE, PAUSE)
    assert "the catalogue has no more" in replace(booth, catalogue=gone).chosen().faults[0]


def test_a_damaged_take_or_record_is_told_and_the_projects_own_played(booth: Booth) -> None:
    keep(booth)
    keep(booth, "n_1", 0.15)
    (booth.folder / "greeting" / "1.flac").write_bytes(b"fLaC")
    (booth.folder / "n_1" / "takes.json").write_text("{")
    own, faults = booth.chosen().own, booth.chosen().faults
    assert own == {}
    assert "greeting: what 301 recorded on 2026-11-22 (take 1) is missing or damaged" in faults[0]
    assert "takes.json is damaged" in faults[1]
    with pytest.raises(TakesUnreadable):
        keep(booth, "n_1", 0.15)


def test_so_many_takes_are_kept_and_no_more(booth: Booth) -> None:
    for _ in range(MOST_TAKES + 2):
        keep(booth)
    takes = booth.shelf("greeting").takes
    assert [take.number for take in takes] == list(range(3, MOST_TAKES + 3))
    assert len(list((booth.folder / "greeting").glob("*.flac"))) == MOST_TAKES


def test_the_ear_knows_what_was_recorded(booth: Booth) -> None:
    keep(booth, seconds=0.6)
    own = {name: one.path for name, one in own_recordings(booth.sounds / "hi").items()}
    folder = booth.prompts / FOLDER
    heard = {one.prompt: one for one in load_recordings(folder, own).known}
    project = {one.prompt: one for one in load_recordings(folder).known}
    assert heard["greeting"].seconds == pytest.approx(0.6, abs=0.1)
    assert heard["greeting"].seconds != project["greeting"].seconds
    assert np.array_equal(heard["n_1"].speech, project["n_1"].speech)


def test_a_call_may_play_what_nobody_kept_yet(booth: Booth, tmp_path: Path) -> None:
    sounds = sounds_of(booth)
    sounds.lend("take_1", SpokenName(tmp_path / "take_1", 1.5))
    assert sounds.substitute(["greeting", "take_1"], "hi") == ("greeting", "take_1")
    assert sounds.path("take_1", "hi") == str(tmp_path / "take_1")
    assert sounds.seconds("take_1", "hi") == 1.5
    sounds.lend("take_1", None)
    assert "take_1" not in sounds.substitute(["greeting", "take_1"], "hi")


def test_every_file_is_longer_than_the_fall_back_asks_at_every_moment(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The length beside a recording is never more than any file has, whatever is replaced first."""
    seen: list[bool] = []
    whole = Path.replace

    def replaced(self: Path, target: Path) -> Path:
        moved = whole(self, target)
        length = booth.sounds / "hi" / "greeting.bytes"
        least = int(length.read_text()) if length.exists() else 0
        sizes = [len(data) for ending, data in on_disk(booth).items() if ending != "sln16"]
        seen.append(all(size >= least for size in sizes))
        return moved

    monkeypatch.setattr(Path, "replace", replaced)
    for seconds in (0.6, 0.3, 0.5):
        keep(booth, seconds=seconds)
    booth.put_back("greeting", 0)
    assert len(seen) > 10
    assert all(seen)


def test_numbers_of_the_reading_sheet_lead_to_prompts(booth: Booth) -> None:
    asked = ("101", "102", "103", "104", "", "१०१", "0101", "9" * 5000)
    assert [booth.prompt_of(n) for n in asked] == [
        *("greeting", "n_1", None, None, None, None, "greeting", None)
    ]


def test_the_usual_length_is_that_of_the_projects_recording(booth: Booth) -> None:
    master = read_masters(booth.prompts / FOLDER)["greeting"]
    assert booth.usual_s("greeting", "नमस्ते।") == master.seconds
    assert booth.usual_s("greeting", "यह बहुत लंबा वाक्य है।") > 2
    assert len(on_disk(booth)["alaw"]) == pytest.approx(
        master.frames * BYTES_A_SECOND / MASTER_RATE, abs=1
    )


def test_a_take_of_an_old_text_is_not_put_back(booth: Booth) -> None:
    keep(booth)
    booth.put_back("greeting", 0)
    project = on_disk(booth)
    changed = catalogue(booth.prompts, GREETING.replace("नमस्ते", "प्रणाम"), ONE, PAUSE)
    later = replace(booth, catalogue=changed)
    with pytest.raises(TakeUnfit, match="says “नमस्ते।”, and the text is now “प्रणाम।”"):
        later.put_back("greeting", 1)
    assert later.shelf("greeting").in_use == 0
    assert (later.chosen().faults, on_disk(later)) == ((), project)


def test_what_has_no_recording_of_the_project_is_not_said_to_be_heard(booth: Booth) -> None:
    new = catalogue(booth.prompts, GREETING, GREETING.replace("greeting", "new"), ONE, PAUSE)
    later = replace(booth, catalogue=new)
    with pytest.raises(MastersUnreadable, match="new is missing; run `sahayata prompts build`"):
        keep(later, "new")
    assert later.recorded() == ()


def test_an_instance_that_was_moved_finds_its_takes(booth: Booth) -> None:
    keep(booth)
    moved = replace(booth, folder=booth.folder.rename(booth.folder.with_name("moved")))
    publish(booth.prompts / FOLDER, booth.sounds, "hi", moved.chosen().own)
    assert own_recordings(booth.sounds / "hi")["greeting"].path.is_file()
