"""Keys and words together on a line: what is asked of Asterisk, and every way it goes wrong."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ivr.call import Call, Collect, Digits, QueueEntry, Said, Silence, TooShort
from ivr.fastagi.agi_call import AgiCall
from ivr.fastagi.line import Line
from ivr.keypad import ScriptedKeypad
from ivr.keys import parse_keys
from tests.support.agi import SecondLongSounds, serving
from tests.support.fake_call import make_facts
from tests.support.plays_asterisk import Channel, header_block, run_agi

SPEC = Collect(first_wait_s=3.0, phrases=("राशन", "एक"), decoys=("नहीं",), invitation=("say_it",))
MENU = ("one", "two")
Answer = Digits | Silence | TooShort | Said


class Room:
    """A recogniser with so many places; ``None``: it does not answer."""

    def __init__(self, *free: int | None) -> None:
        self.free = list(free)
        self.asked = 0

    async def room(self) -> int | None:
        self.asked += 1
        return self.free.pop(0) if len(self.free) > 1 else self.free[0]


def channel(keys: str, recogniser: str = "well") -> Channel:
    return Channel(ScriptedKeypad(parse_keys(keys)), recogniser=recogniser)


async def ask(
    channel: Channel,
    places: Room | None,
    tmp_path: Path,
    *specs: Collect,
    late: float = 0.0,
) -> list[Answer]:
    """Ask each of ``specs``, then join a queue. ``late``: how many seconds a grammar takes."""
    answers: list[Answer] = []
    keypad = channel.keypad
    assert isinstance(keypad, ScriptedKeypad)

    def now() -> float:
        return keypad.now_s + late * len(channel.listened_for)

    async def answer(line: Line) -> None:
        sounds, folder = SecondLongSounds(), tmp_path / "messages"
        call: Call = AgiCall(line, make_facts(), sounds, folder, places=places, monotonic=now)
        for spec in specs:
            answers.append(await call.collect(MENU, spec))
        await call.join_queue(QueueEntry("food"))

    async with serving(answer) as (_, host, port):
        await run_agi(host, port, header_block("inbound?call_id=a"), channel)
    return answers


def spoken_to(channel: Channel) -> list[str]:
    """The commands about speech."""
    return [command for command in channel.commands if "peech" in command or "SPEECH" in command]


async def test_a_word_is_heard_at_once(tmp_path: Path) -> None:
    line, places = channel("say:राशन@93"), Room(4)
    assert await ask(line, places, tmp_path, SPEC) == [Said("राशन", 0.93)]
    assert line.listened_for == ["राशन|एक|!नहीं"]
    assert line.heard == ["one", "two", "say_it"]
    assert spoken_to(line) == [
        "EXEC MSet SPEECH_DTMF_MAXLEN=1,SPEECH_DTMF_TERMINATOR=",
        "EXEC SpeechCreate sahayata",
        'GET FULL VARIABLE "${SPEECH(status)}"',
        'SET VARIABLE SPEECH_ENGINE(grammar) "राशन|एक|!नहीं"',
        "EXEC SpeechBackground hi/one&hi/two&hi/say_it,3.00",
        'GET FULL VARIABLE "${SPEECH(results)}|${SPEECH_GRAMMAR(0)}|${SPEECH_SCORE(0)}|'
        '${SPEECH_TEXT(0)}"',
        "EXEC SpeechDestroy",
    ]


@pytest.mark.parametrize(("key", "heard"), [("h:one 2", 2), ("h:two #", 3), ("*", 3)])
async def test_a_key_is_taken_all_the_same(key: str, heard: int, tmp_path: Path) -> None:
    line = channel(key)
    assert await ask(line, Room(4), tmp_path, SPEC) == [Digits(key[-1])]
    assert len(line.heard) == heard


async def test_silence_takes_its_time_once(tmp_path: Path) -> None:
    line = channel("")
    assert await ask(line, Room(4), tmp_path, SPEC) == [Silence()]
    assert line.keypad.now_s == 6.0  # type: ignore[attr-defined]


async def test_the_recogniser_is_opened_once_for_a_call(tmp_path: Path) -> None:
    line, places = channel("say:एक say:राशन"), Room(4)
    answers = await ask(line, places, tmp_path, SPEC, SPEC)
    assert answers == [Said("एक", 1.0), Said("राशन", 1.0)]
    assert sum("SpeechCreate" in command for command in line.commands) == 1
    assert places.asked == 2, "before it is opened, and before it is closed"


@pytest.mark.parametrize("places", [None, Room(0), Room(None)])
async def test_without_a_place_there_are_keys_and_no_word_about_speech(
    places: Room | None, tmp_path: Path
) -> None:
    line = channel("say:राशन w1 2")
    assert await ask(line, places, tmp_path, SPEC, SPEC) == [Digits("2"), Silence()]
    assert spoken_to(line) == []
    assert "say_it" not in line.heard
    assert places is None or places.asked == 1


@pytest.mark.parametrize("recogniser", ["full", ""])
async def test_a_connection_that_is_refused_and_an_asterisk_that_knows_no_speech(
    recogniser: str, tmp_path: Path
) -> None:
    line = channel("say:राशन w1 2", recogniser)
    assert await ask(line, Room(4), tmp_path, SPEC, SPEC) == [Digits("2"), Silence()]
    assert sum("SpeechCreate" in command for command in line.commands) == 1
    assert "SpeechDestroy" not in " ".join(line.commands)


async def test_a_recogniser_that_dies_while_a_prompt_is_said(tmp_path: Path) -> None:
    """The rest of the prompts is said, and keys count."""
    line = channel("h:one say:राशन h:two 2", "dies")
    assert await ask(line, Room(4), tmp_path, SPEC, SPEC) == [Digits("2"), Silence()]
    assert line.heard == ["one", "two", "two", "one", "two"]
    assert sum("SpeechBackground" in command for command in line.commands) == 1
    assert "SpeechDestroy" not in " ".join(line.commands)


async def test_a_recogniser_that_does_not_take_the_words_in_time(tmp_path: Path) -> None:
    line = channel("2")
    assert await ask(line, Room(4), tmp_path, SPEC, SPEC, late=1.0) == [Digits("2"), Silence()]
    assert not any("SpeechBackground" in command for command in line.commands)
    assert line.listened_for == ["राशन|एक|!नहीं"], "it is not asked again in this call"


async def test_nobody_says_goodbye_to_a_recogniser_that_is_mute(tmp_path: Path) -> None:
    """Asterisk waits for its answer without a limit: the channel clears it away later."""
    line = channel("say:राशन")
    assert await ask(line, Room(4, None), tmp_path, SPEC) == [Said("राशन", 1.0)]
    assert "SpeechDestroy" not in " ".join(line.commands)
    assert line.variables["SAHAYATA_DONE"] == "queue"


@pytest.mark.parametrize(
    "spec",
    [
        Collect(first_wait_s=3.0, phrases=("राशन",), barge_in=False),
        Collect(first_wait_s=3.0, phrases=("राशन",), typed_ahead="1"),
        Collect(first_wait_s=3.0),
        Collect(first_wait_s=3.0, phrases=("राशन",) * 200),
    ],
)
async def test_questions_that_are_answered_by_keys_only(spec: Collect, tmp_path: Path) -> None:
    line = channel("")
    await ask(line, Room(4), tmp_path, spec)
    assert spoken_to(line) == []


async def test_letters_are_no_keys_here_either(tmp_path: Path) -> None:
    line = channel("h:one A h:two 2")
    assert await ask(line, Room(4), tmp_path, SPEC) == [Digits("2")]


async def test_a_score_is_never_more_than_sure(tmp_path: Path) -> None:
    line = channel("say:राशन")
    (answer,) = await ask(line, Room(4), tmp_path, SPEC)
    assert isinstance(answer, Said)
    assert math.isclose(answer.confidence, 1.0)
