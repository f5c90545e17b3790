"""A disk that is full, a process that is killed, two at once: kept and heard, or neither."""

from __future__ import annotations

import errno
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from ivr.voice.masters import FOLDER
from ivr.voice.publish import publish
from ivr.voice.studio import Chosen
from ivr.voice.studio_booth import Booth
from ivr.voice.studio_lock import undisturbed
from tests.support.studio import AT, encoded, keep, on_disk, said, small_booth, sounds_of


@pytest.fixture
def booth(tmp_path: Path) -> Booth:
    return small_booth(tmp_path)


def failing(monkeypatch: pytest.MonkeyPatch, fault: BaseException, when: range) -> None:
    """Let writing and replacing of files fail, counted from 0 on."""
    count = iter(range(10_000))
    make, put = tempfile.NamedTemporaryFile, Path.replace

    def tried() -> None:
        if next(count) in when:
            raise fault

    def made(*given: Any, **named: Any) -> Any:
        tried()
        return make(*given, **named)

    def replaced(self: Path, target: Path) -> Path:
        tried()
        return put(self, target)

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", made)
    monkeypatch.setattr(Path, "replace", replaced)


def files(booth: Booth) -> dict[Path, bytes]:
    found = (*booth.sounds.rglob("*"), *booth.folder.rglob("*"))
    return {file: file.read_bytes() for file in found if file.is_file()}


def test_a_full_disk_leaves_everything_as_it_was_whenever_it_is_full(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(booth, seconds=0.3)
    sounds, before, made = sounds_of(booth), files(booth), said(booth, seconds=0.5)
    full = OSError(errno.ENOSPC, "No space left on device")
    for at in range(100):
        with monkeypatch.context() as patch:
            failing(patch, full, range(at, at + 1))
            try:
                booth.keep("greeting", made, who="301", how="telephone 301", at=AT)
            except OSError:
                assert files(booth) == before, at
                assert sounds.refresh() == (), at
            else:
                break
    assert at > 10
    assert on_disk(booth) == encoded(made)


def test_who_is_killed_in_the_middle_is_mended_by_the_next_start(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Nobody puts anything right after this."""

    masters, made, project = booth.prompts / FOLDER, said(booth), on_disk(booth)
    heard = []
    for at in range(100):
        with monkeypatch.context() as patch:
            failing(patch, Killed(), range(at, 10_000))
            try:
                booth.keep("greeting", made, who="301", how="telephone 301", at=AT)
            except Killed:
                pass
            else:
                break
        publish(masters, booth.sounds, "hi", booth.chosen().own)
        assert booth.chosen().faults == ()
        assert sounds_of(booth).refresh() == ()
        heard.append(booth.shelf("greeting").in_use)
        assert on_disk(booth) == (encoded(made) if heard[-1] else project), at
        booth.put_back("greeting", 0)
    assert 0 in heard
    assert any(heard)
    takes = booth.shelf("greeting").takes
    left = {file.name for file in (booth.folder / "greeting").iterdir()}
    assert left == {"takes.json", *(f"{take.number}.flac" for take in takes)}


def test_two_officials_at_once_are_both_kept_and_the_last_is_heard(booth: Booth) -> None:
    takes = {seconds: said(booth, seconds=seconds) for seconds in (0.3, 0.4, 0.5)}
    ready = threading.Barrier(len(takes))

    def record(seconds: float) -> None:
        ready.wait(10)
        booth.keep("greeting", takes[seconds], who=str(seconds), how="telephone 301", at=AT)

    threads = [threading.Thread(target=record, args=(seconds,)) for seconds in takes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    shelf = booth.shelf("greeting")
    assert [take.number for take in shelf.takes] == [1, 2, 3]
    assert {take.who for take in shelf.takes} == {"0.3", "0.4", "0.5"}
    assert shelf.playing is not None
    assert on_disk(booth) == encoded(takes[float(shelf.playing.who)])


def test_a_start_lays_out_what_is_on_record_with_nobody_else_at_it(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = said(booth)
    booth.keep("greeting", made, who="301", how="telephone 301", at=AT)
    publish(booth.prompts / FOLDER, booth.sounds)
    look = Booth.chosen
    quiet = []

    def chosen(self: Booth) -> Chosen:
        with undisturbed(self.sounds) as undone:
            quiet.append(undone)
        return look(self)

    monkeypatch.setattr(Booth, "chosen", chosen)
    report, _ = booth.lay_out_all()
    assert quiet == [False]
    assert report.made == ("hi/greeting",)
    assert on_disk(booth) == encoded(made)
