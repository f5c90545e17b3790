"""What a service on the internet can do to a build, without the internet."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import soundfile

from ivr.voice.gtts import TIME_LIMIT_S, Gtts
from ivr.voice.voice import VoiceAway, VoiceFailed


class Service:
    """Plays gTTS: gives what it was given to give."""

    def __init__(self, seconds: float | None = None, data: bytes = b"") -> None:
        self.seconds = seconds
        self.data = data
        self.asked: list[dict[str, Any]] = []

    def __call__(self, text: str, **asked: object) -> Service:
        self.asked.append({"text": text, **asked})
        return self

    def stream(self) -> Iterator[bytes]:
        if self.seconds is None:
            yield self.data
        else:
            file = io.BytesIO()
            sound = 0.3 * np.sin(np.arange(round(24_000 * self.seconds)) / 10)
            soundfile.write(file, sound, 24_000, format="MP3")
            yield file.getvalue()


def say(service: Service, text: str = "भोजन के लिए एक दबाएँ।") -> Any:
    return Gtts(connect=lambda: service).speak(text, 1.0)


def test_it_asks_with_a_time_limit_and_gives_the_sound() -> None:
    service = Service(seconds=2.0)
    speech = say(service)
    assert speech.rate == 24_000
    assert speech.samples.size / speech.rate == pytest.approx(2.0, abs=0.1)
    assert service.asked[0]["timeout"] == TIME_LIMIT_S
    assert service.asked[0]["lang"] == "hi"


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        (Service(data=b""), "with nothing"),
        (Service(data=b"<html>too many requests</html>"), "no sound"),
        (Service(seconds=0.1), r"gave only 0\.1 s"),
    ],
)
def test_a_bad_answer_is_refused(service: Service, reason: str) -> None:
    with pytest.raises(VoiceFailed, match=reason):
        say(service)


def test_no_internet_is_said_in_words() -> None:
    class Offline(Service):
        def stream(self) -> Iterator[bytes]:
            raise ConnectionError("network is unreachable")

    with pytest.raises(VoiceAway, match=r"\(ConnectionError: network is unreachable\); it needs"):
        say(Offline())


def test_without_the_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gtts", None)
    with pytest.raises(VoiceAway, match="gTTS is not installed: pip install"):
        Gtts().speak("एक", 1.0)
