"""The names of the roster are spoken when it changes, and nothing waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, update

from ivr.voice.names import make_names, read_names
from queue_manager.roster.schema import operators
from sahayata.processes import spoken_names
from sahayata.processes.spoken_names import Better, SpokenNames
from tests.support.waiting import until
from tests.unit.voice.fake_voice import HummingVoice


async def until_named(folder: Path, extensions: set[str]) -> None:
    prompts = {f"name_{extension}" for extension in extensions}
    await until(lambda: read_names(folder).keys() == prompts)


def seat(store: Engine, extension: str, name_hi: str) -> None:
    row = {
        "extension": extension,
        "name": "Sunita",
        "name_hi": name_hi,
        "languages": "hi",
        "pin_mark": "x",
    }
    with store.begin() as connection:
        connection.execute(insert(operators).values(**row, supervisor=False))


async def test_who_comes_is_named_and_who_leaves_is_not(
    store: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spoken_names, "LOOK_EVERY_S", 0.01)
    seat(store, "201", "सुनीता यादव")
    stop, voice = asyncio.Event(), HummingVoice()
    keeping = asyncio.create_task(SpokenNames(tmp_path, voice).keep(store, stop))
    await until_named(tmp_path, {"201"})
    seat(store, "202", "")
    await until_named(tmp_path, {"201", "202"})
    assert voice.said == ["सुनीता यादव", "Sunita"]
    with store.begin() as connection:
        left = update(operators).where(operators.c.extension == "201")
        connection.execute(left.values(left_on=date(2026, 6, 1)))
    await until_named(tmp_path, {"202"})
    stop.set()
    await keeping


async def test_without_a_voice_it_goes_on_and_asks_once(
    store: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(spoken_names, "LOOK_EVERY_S", 0.01)
    seat(store, "201", "सुनीता यादव")
    stop = asyncio.Event()
    mute = HummingVoice(cannot_say=frozenset({"सुनीता यादव"}))
    keeping = asyncio.create_task(SpokenNames(tmp_path, mute).keep(store, stop))
    await until(lambda: "told by extension" in caplog.text)
    seat(store, "202", "अजय कुमार")
    await until_named(tmp_path, {"202"})
    stop.set()
    await keeping
    assert caplog.text.count("told by extension") == 2


async def test_a_better_voice_says_them_anew_and_is_left_when_the_roster_changes(
    store: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spoken_names, "LOOK_EVERY_S", 0.01)
    seat(store, "201", "सुनीता यादव")
    plain, fine = HummingVoice(), HummingVoice("fine")
    asked: list[Mapping[str, str]] = []
    go_on = asyncio.Event()

    async def say(names: Mapping[str, str]) -> None:
        asked.append(names)
        await go_on.wait()
        make_names(tmp_path, names, (fine, plain))

    stop = asyncio.Event()
    keeping = asyncio.create_task(SpokenNames(tmp_path, plain, Better(fine, say)).keep(store, stop))
    await until_named(tmp_path, {"201"})
    await until(lambda: len(asked) == 1, "it was begun when each had a name")
    seat(store, "202", "अजय कुमार")
    await until_named(tmp_path, {"201", "202"})
    await until(lambda: len(asked) == 2, "and anew")
    by_plain = read_names(tmp_path)
    go_on.set()
    await until(lambda: not read_names(tmp_path).items() & by_plain.items(), "all by the fine one")
    stop.set()
    await keeping
    assert sorted(fine.said) == ["अजय कुमार", "सुनीता यादव"], "each once"
    again = SpokenNames(tmp_path, plain, Better(fine, say))
    await again.keep(store, stop)
    assert len(asked) == 2, "nothing is left for it to say"
