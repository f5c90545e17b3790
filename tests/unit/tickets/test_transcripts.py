"""Spoken messages are written down once, into the history of their ticket, as made by a machine."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.speech.grammar import HeardWord
from sahayata.transcribing import Transcribing
from tests.support.fake_call import ARRIVED
from tests.support.fake_recogniser import FakeRecogniser, words
from tests.support.ticketing import file_of, record
from tickets.call_events import MessageTranscribed
from tickets.events import from_json, to_json
from tickets.register import Register
from tickets.spool_record import SpoolKind
from tickets.transcripts import add_transcript, not_transcribed


def message(path: Path, rate: int = 8000, seconds: float = 1.0) -> str:
    with path.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(bytes(int(2 * rate * seconds)))
    return str(path)


def leave(register: Register, call: str, recording: str) -> str:
    issued = register.take_in(record(call)).issued
    assert issued is not None
    register.take_in(record(call, SpoolKind.MESSAGE, message=recording, seconds=1.0))
    return issued.number


def transcripts(store: Engine, number: str) -> list[MessageTranscribed]:
    history = file_of(store, number).history
    return [e.event for e in history if isinstance(e.event, MessageTranscribed)]


def test_messages_are_written_down_once(register: Register, store: Engine, tmp_path: Path) -> None:
    recordings = [message(tmp_path / f"{n}.wav") for n in (1, 2)]
    numbers = [leave(register, str(n), path) for n, path in enumerate(recordings)]
    says = [(*words("राशन", 0.5), *words("नहीं आया", 0.8)), ()]
    fake = FakeRecogniser(says)
    assert Transcribing(store, fake, tmp_path, lambda: ARRIVED).look() == 2
    assert transcripts(store, numbers[0]) == [
        MessageTranscribed(recordings[0], "राशन नहीं आया", "a fake", 0.7)
    ]
    assert transcripts(store, numbers[1]) == [MessageTranscribed(recordings[1], "", "a fake", 0.0)]
    told = file_of(store, numbers[0]).history[-1]
    assert (told.who, told.at) == ("recogniser", ARRIVED)
    again = Transcribing(store, fake, tmp_path, lambda: ARRIVED)
    assert again.look() == 0, "after a restart, too"
    assert fake.utterances == 2


def test_what_is_no_message_of_this_machine_is_left_alone(
    register: Register, store: Engine, tmp_path: Path
) -> None:
    here = tmp_path / "messages"
    here.mkdir()
    (here / "text.wav").write_text("not found")
    elsewhere = message(tmp_path / "elsewhere.wav")
    for call, path in enumerate(
        [
            str(here / "gone.wav"),
            str(here / "text.wav"),
            message(here / "wide.wav", rate=16000),
            elsewhere,
            str(here / ".." / "elsewhere.wav"),
        ]
    ):
        leave(register, str(call), path)
    assert Transcribing(store, FakeRecogniser([words("x")]), here, lambda: ARRIVED).look() == 0


def test_a_message_is_left_for_later_when_the_process_ends(
    register: Register, store: Engine, tmp_path: Path
) -> None:
    number = leave(register, "1", message(tmp_path / "1.wav"))
    stop = asyncio.Event()
    stop.set()
    work = Transcribing(store, FakeRecogniser([words("x")]), tmp_path, lambda: ARRIVED)
    assert work.look(stop) == 0
    assert transcripts(store, number) == []
    assert work.look() == 1


def test_a_message_at_which_recognition_fails_keeps_no_other_from_its_turn(
    register: Register, store: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [leave(register, str(n), message(tmp_path / f"{n}.wav")) for n in (1, 2)]
    fake = FakeRecogniser([words("x")])
    well = fake.transcribe

    def once_badly(pieces: Iterable[bytes]) -> tuple[HeardWord, ...]:
        monkeypatch.setattr(fake, "transcribe", well)
        raise MemoryError

    monkeypatch.setattr(fake, "transcribe", once_badly)
    assert Transcribing(store, fake, tmp_path, lambda: ARRIVED).look() == 1
    assert [len(transcripts(store, number)) for number in numbers] == [0, 1]


def test_two_who_write_the_same_down(register: Register, store: Engine, tmp_path: Path) -> None:
    number = leave(register, "1", message(tmp_path / "1.wav"))
    (found,) = not_transcribed(store)
    event = MessageTranscribed(found.recording, "x", "m", 1.0)
    assert add_transcript(store, found, event, ARRIVED)
    assert not add_transcript(store, found, event, ARRIVED)
    assert transcripts(store, number) == [event]


def test_a_transcript_says_that_it_is_a_machines() -> None:
    event = MessageTranscribed("/m/1.wav", "राशन", "vosk-model-small-hi-0.22", 0.7)
    assert '"machine_made":true' in to_json(event)
    assert from_json(event.kind, to_json(event)) == event
    assert HeardWord("राशन", 0.7) == words("राशन", 0.7)[0]
