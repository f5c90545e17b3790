"""The telephone without a line, pressed by a script in reckoned time."""

from __future__ import annotations

import os
import pty
from pathlib import Path

import pytest

from ivr.call import (
    CallerHungUp,
    Collect,
    Digits,
    NotRecorded,
    Played,
    QueueEntry,
    Recorded,
    RecordSpec,
    Silence,
    TooShort,
)
from ivr.keypad import NoTerminal, TerminalKeypad, keyboard
from ivr.keys import parse_keys
from ivr.simulator import PhoneCall, TextScreen
from tests.support.fake_call import FakeCall, make_facts

SIX = Collect(min_keys=6, max_keys=6, first_wait_s=5, gap_s=3, finish_keys="#")


def phone(keys: str, tmp_path: Path, *, then_hang_up: bool = False) -> FakeCall:
    return FakeCall(make_facts(), keys, tmp_path, then_hang_up=then_hang_up)


@pytest.mark.parametrize(
    ("keys", "outcome"),
    [
        ("122001", Digits("122001")),
        ("122001#", Digits("122001")),
        ("12#", TooShort("12")),
        ("12", TooShort("12")),
        ("#", TooShort("")),
        ("", Silence()),
        ("A1B2C2D001", Digits("122001")),
        ("12 w4 2001", TooShort("12")),
        ("w4 122001", Digits("122001")),
        ("w9 122001", Silence()),
    ],
)
async def test_keys_are_collected_as_a_line_would(
    keys: str, outcome: object, tmp_path: Path
) -> None:
    assert await phone(keys, tmp_path).collect(["pin_ask"], SIX) == outcome


async def test_a_key_into_a_prompt_stops_it_unless_it_may_not(tmp_path: Path) -> None:
    call = phone("w1.5 5", tmp_path)
    assert await call.play(["a", "b", "c"]) == Digits("5")
    assert call.heard == ["a", "b"]
    call = phone("w1.5 5", tmp_path)
    assert await call.play(["a", "b", "c"], barge_in=False) == Played()
    assert call.heard == ["a", "b", "c"]


async def test_keys_typed_ahead_count_first_and_nothing_is_said(tmp_path: Path) -> None:
    call = phone("w0 2001", tmp_path)
    ahead = Collect(min_keys=6, max_keys=6, finish_keys="#", typed_ahead="12")
    assert await call.collect(["pin_ask"], ahead) == Digits("122001")
    assert call.heard == []


async def test_a_key_that_stands_alone_ends_the_collection_at_once(tmp_path: Path) -> None:
    call = phone("*", tmp_path)
    alone = Collect(min_keys=6, max_keys=6, alone="*0")
    assert await call.collect(["pin_ask"], alone) == TooShort("*")
    assert call.keypad.now_s == 1.0


async def test_a_group_of_keys_waits_for_the_next_silence(tmp_path: Path) -> None:
    call = phone("1 2", tmp_path)
    assert await call.collect(["a"], Collect()) == Digits("1")
    assert await call.collect(["b", "c"], Collect()) == Digits("2")
    assert call.heard == ["a", "b", "c"]


async def test_a_group_can_wait_for_a_prompt(tmp_path: Path) -> None:
    call = phone("w:b 2", tmp_path)
    assert await call.collect(["a"], Collect()) == Silence()
    assert await call.collect(["b"], Collect()) == Digits("2")


async def test_a_key_can_follow_a_prompt_while_the_next_one_is_said(tmp_path: Path) -> None:
    call = phone("h:a 2 h:c !", tmp_path)
    assert await call.collect(["a", "b", "c"], Collect()) == Digits("2")
    assert call.heard == ["a", "b"]
    with pytest.raises(CallerHungUp):
        await call.collect(["c", "d", "e"], Collect())
    assert call.heard == ["a", "b", "c", "d"]


@pytest.mark.parametrize("keys", ["", "1", "w3"])
async def test_the_script_ends_with_a_hang_up_where_asked(keys: str, tmp_path: Path) -> None:
    call = phone(keys, tmp_path, then_hang_up=True)
    with pytest.raises(CallerHungUp):
        for _ in range(5):
            await call.collect(["a"], Collect())
    with pytest.raises(CallerHungUp):
        await call.play([])


async def test_a_message_is_a_file_and_a_full_disk_is_no_message(tmp_path: Path) -> None:
    call = phone("", tmp_path)
    recorded = await call.record(["message_ask"], RecordSpec(name="one"))
    assert recorded == Recorded(tmp_path / "one.wav", 1.0)
    assert (tmp_path / "one.wav").stat().st_size > 16_000
    nowhere = FakeCall(make_facts(), "", tmp_path / "missing")
    assert isinstance(await nowhere.record([], RecordSpec(name="one")), NotRecorded)


async def test_what_happens_is_shown_as_text(tmp_path: Path) -> None:
    lines: list[str] = []
    texts = {"hello": "नमस्ते।", "pause": "", "n_2": "दो", "t_ghante": "घंटे"}
    screen = TextScreen(texts, lines.append)
    keypad = FakeCall(make_facts(), "1", tmp_path).keypad
    call = PhoneCall(make_facts(), keypad, screen, tmp_path)
    await call.collect(["hello", "pause", "n_2", "t_ghante", "unknown"], Collect())
    await call.join_queue(QueueEntry("food", ticket="4821300000"))
    assert lines == [
        "  ♪ नमस्ते।",
        "  ♪ दो घंटे [unknown]",
        "[1]",
        "→ queue food, ticket 4821300000",
    ]


async def test_the_keyboard_of_a_terminal_is_a_keypad() -> None:
    main, terminal = pty.openpty()
    try:
        keypad = TerminalKeypad(terminal)
        os.write(main, b"1x#h\n")
        keypad.read()
        assert await keypad.key(0.05, silent=True) == "1"
        assert await keypad.key(0.05, silent=True) == "#"
        with pytest.raises(CallerHungUp):
            await keypad.key(0.05, silent=True)
        assert await keypad.key(0.01, silent=True) == ""
    finally:
        os.close(main)
        os.close(terminal)


async def test_without_a_terminal_the_keys_must_be_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (tmp_path / "empty").open("w+") as no_terminal:
        monkeypatch.setattr("sys.stdin", no_terminal)
        with pytest.raises(NoTerminal, match="--keys"), keyboard():
            raise AssertionError("a file is no terminal")


def test_scripts_of_the_documentation_can_be_read() -> None:
    assert parse_keys("1 w5 #")
