"""The studio by telephone: judged, heard again, kept on record, or forgotten."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from database.engine import StoreUnavailable
from ivr.room import RoomAnswer, RoomUnavailable
from ivr.voice.codecs import ENCODERS
from ivr.voice.studio_booth import Booth
from sahayata.settings import PROJECT
from sahayata.staff.studio import MOST_CALLS, StudioByTelephone
from sahayata.studio import PUT_BACK, RECORDED
from tests.support.fake_call import make_facts
from tests.support.studio import FakeSounds, recorded, small_booth, spoken

AT = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
FACTS = make_facts(entry="studio", caller="301")


@dataclass
class Office:
    """A studio, and what is on record of it; ``away`` takes the database down."""

    folder: Path
    booth: Booth
    sounds: FakeSounds = field(default_factory=FakeSounds)
    away: bool = False
    lines: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.studio = StudioByTelephone(
            self.booth, self.folder / "lobby", self.sounds, self, lambda: AT
        )

    def audit(self, who: str, what: str, whom: str, queue: str, outcome: str) -> int:
        if self.away:
            raise StoreUnavailable("locked")
        self.lines.append((who, what, whom, outcome))
        return len(self.lines)

    def ended(self, number: int, who: str, what: str, outcome: str) -> None:
        self.lines.append((who, what, str(number), outcome))

    async def take(
        self, number: str = "101", seconds: float = 0.3, call: str = "c-1"
    ) -> RoomAnswer:
        facts = make_facts(entry="studio", caller="301", call_id=call)
        file = recorded(self.folder / f"{call}.wav", spoken(seconds))
        try:
            return await self.studio.take(facts, number, file)
        finally:
            assert not file.exists(), "a voice is left nowhere"

    async def ask(self, do: str, call: str = "c-1", **given: str) -> RoomAnswer:
        facts = make_facts(entry="studio", caller="301", call_id=call)
        return await self.studio.ask(facts, "301", do, given)

    @property
    def in_lobby(self) -> int:
        folder = self.folder / "lobby"
        return len(list(folder.iterdir())) if folder.exists() else 0


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, small_booth(tmp_path))


async def test_what_is_kept_is_heard_by_callers_and_on_record(office: Office) -> None:
    assert await office.ask("prompt", number="101") == RoomAnswer("done", ("greeting",))
    took = await office.take()
    (name,) = took.prompts
    assert took.outcome == "good"
    assert Path(f"{office.sounds.lent[name].path}.alaw").stat().st_size == pytest.approx(
        office.sounds.lent[name].seconds * 8000, abs=1
    )
    assert office.in_lobby == len(ENCODERS)
    assert office.booth.shelf("greeting").takes == ()
    assert await office.ask("keep_take") == RoomAnswer("done")
    take = office.booth.shelf("greeting").playing
    assert take is not None
    assert (take.who, take.how, take.at) == ("301", "telephone 301", AT)
    assert office.lines == [
        ("301", "record_prompt", "greeting", "asked"),
        ("301", "record_prompt", "1", "confirmed"),
    ]
    assert (office.sounds.looks, office.sounds.lent, office.in_lobby) == (1, {}, 0)
    assert (await office.ask("keep_take")).outcome == "no_take", "once"


@pytest.mark.parametrize("language", ["hi", "en"])
@pytest.mark.parametrize("what", [RECORDED, PUT_BACK])
def test_the_record_of_deeds_has_words_for_it(language: str, what: str) -> None:
    words = json.loads((PROJECT / "console" / "words" / f"{language}.json").read_bytes())
    assert words[f"deed_{what}"]


async def test_what_is_dropped_or_left_is_forgotten(office: Office) -> None:
    for leave in ("drop_take", "hang up"):
        await office.take()
        if leave == "drop_take":
            assert await office.ask(leave) == RoomAnswer("done")
        else:
            await office.studio.leave("c-1")
        assert (office.sounds.lent, office.in_lobby, office.lines) == ({}, 0, [])
        assert (await office.ask("keep_take")).outcome == "no_take"


async def test_a_refused_take_takes_the_one_before_with_it(office: Office) -> None:
    await office.take()
    assert await office.take(seconds=5.0) == RoomAnswer("long")
    assert (await office.ask("keep_take")).outcome == "no_take", "the last one counts"
    assert office.in_lobby == 0


async def test_without_a_record_nothing_is_kept(office: Office) -> None:
    await office.take()
    office.away = True
    with pytest.raises(RoomUnavailable):
        await office.ask("keep_take")
    assert office.booth.shelf("greeting").takes == ()
    office.away = False
    assert await office.ask("keep_take") == RoomAnswer("done"), "it may be tried again"


async def test_what_the_disk_does_not_take_is_told(office: Office) -> None:
    await office.take()
    (office.folder / "studio").write_text("in the way")
    with pytest.raises(RoomUnavailable, match="cannot be kept"):
        await office.ask("keep_take")
    assert [line[3] for line in office.lines] == ["asked", "unknown"]


@pytest.mark.parametrize("fault", [asyncio.CancelledError, RuntimeError])
async def test_what_broke_off_is_not_on_record_as_done(
    office: Office, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    def breaks_off(*_: object, **__: object) -> None:
        raise fault

    await office.take()
    monkeypatch.setattr(Booth, "keep", breaks_off)
    with pytest.raises(fault):
        await office.ask("keep_take")
    assert [line[3] for line in office.lines] == ["asked", "unknown"]


@pytest.mark.parametrize("number", ["999", "", "../1"])
async def test_a_number_of_no_prompt(office: Office, number: str) -> None:
    assert (await office.ask("prompt", number=number)).outcome == "no_such_prompt"
    with pytest.raises(RoomUnavailable):
        await office.take(number=number)


async def test_a_recording_that_is_none(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(b"RIFF")
    with pytest.raises(RoomUnavailable, match="cannot be used"):
        await office.studio.take(FACTS, "101", file)
    assert not file.exists()


async def test_calls_that_never_come_back_are_forgotten_in_the_end(office: Office) -> None:
    for number in range(MOST_CALLS + 3):
        await office.take(call=f"c-{number}")
    assert len(office.sounds.lent) == MOST_CALLS
    assert office.in_lobby == MOST_CALLS * len(ENCODERS)
    assert (await office.ask("keep_take", call="c-0")).outcome == "no_take"
    assert (await office.ask("keep_take", call=f"c-{MOST_CALLS}")).outcome == "done"
