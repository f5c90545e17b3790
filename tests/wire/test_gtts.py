"""The package gTTS itself against a server that speaks the service's protocol, well and badly."""

from __future__ import annotations

import base64
import io
import json
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.voice.gtts import Gtts
from ivr.voice.masters import BuildFailed, build
from ivr.voice.voice import Speech, VoiceAway, VoiceFailed
from tests.support.gtts_library import gtts_wheel
from tests.unit.voice.catalogues import GREETING, ONE, catalogue

TEXT = "भोजन के लिए एक दबाएँ।"
RATE = 24_000


def mp3(seconds: float) -> bytes:
    sound = io.BytesIO()
    hum = 0.3 * np.sin(np.arange(round(RATE * seconds)) / 10)
    soundfile.write(sound, hum, RATE, format="MP3")
    return sound.getvalue()


def answer(sound: bytes | None) -> bytes:
    """Write an answer as the service does: the sound in base 64, in JSON, in JSON."""
    inner = None if sound is None else json.dumps([base64.b64encode(sound).decode()])
    return b")]}'\n\n" + json.dumps([["wrb.fr", "jQ1olc", inner]], separators=(",", ":")).encode()


class Service(ThreadingHTTPServer):
    """Answers as the test says, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.status = 200
        self.body = answer(mp3(2.0))
        self.slowly = False
        self.never = False
        self.cut = 0
        self.asked: list[list[object]] = []
        self.over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answering(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        ((((_, parameters, _, _),),),) = (json.loads(urllib.parse.parse_qs(body)["f.req"][0]),)
        self.server.asked.append(json.loads(parameters))
        if self.server.never:
            self.server.over.wait()
            return
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        if self.server.slowly:
            for byte in self.server.body:
                if self.server.over.wait(0.05):
                    return
                self.wfile.write(bytes([byte]))
        self.wfile.write(self.server.body[: len(self.server.body) - self.server.cut])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.syspath_prepend(gtts_wheel())
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    made = Service()
    monkeypatch.setattr("gtts.tts._translate_url", lambda tld, path: f"{made.address}/{path}")
    thread = threading.Thread(target=made.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.over.set()
    made.shutdown()
    thread.join()
    made.server_close()


def say(text: str = TEXT, silence_s: float = 10.0, whole_s: float = 20.0) -> Speech:
    return Gtts(silence_s=silence_s, whole_s=whole_s).speak(text, 1.0)


def test_the_sound_of_the_service_is_what_is_said(service: Service) -> None:
    speech = say()
    assert speech.samples.size / speech.rate == pytest.approx(2.0, abs=0.1)
    assert np.abs(speech.samples).max() == pytest.approx(0.3, abs=0.05)
    assert [asked[:2] for asked in service.asked] == [[TEXT, "hi"]]


def test_a_long_text_is_asked_for_in_pieces_and_comes_as_one(service: Service) -> None:
    speech = say("यह बहुत लंबा वाक्य है जो सौ अक्षरों में नहीं समाता। " * 4)
    assert len(service.asked) > 1
    assert speech.samples.size / speech.rate == pytest.approx(2.0 * len(service.asked), abs=0.3)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (429, b"", r"did not answer \(gTTSError: 429"),
        (503, b"", r"503 .*Upstream API error"),
        (200, answer(None), "200 .*Probable cause"),
    ],
)
def test_a_service_that_refuses(service: Service, status: int, body: bytes, reason: str) -> None:
    service.status, service.body = status, body
    with pytest.raises(VoiceAway, match=reason):
        say()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (answer(mp3(0.1)), "gave only"),
        (answer(b"<html>"), "what is no sound"),
        (answer(b""), "with nothing"),
        (b"", "with nothing"),
    ],
)
def test_too_little_is_refused(service: Service, body: bytes, reason: str) -> None:
    service.body = body
    with pytest.raises(VoiceFailed, match=reason):
        say()


def test_a_service_that_never_answers_has_a_time_limit(service: Service) -> None:
    service.never = True
    with pytest.raises(VoiceAway, match=r"did not answer \(gTTSError: Failed to connect"):
        say(silence_s=0.2)


def test_one_that_answers_drop_by_drop_has_one_too(service: Service) -> None:
    service.slowly = True
    with pytest.raises(VoiceAway, match=r"the sound was not whole after 0\.5 s"):
        say(whole_s=0.5)


def test_a_connection_that_breaks_off(service: Service) -> None:
    service.cut = 100
    with pytest.raises(VoiceFailed, match="gtts"):
        say()


def test_without_internet_one_prompt_is_tried_and_nothing_changes(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("gtts.tts._translate_url", lambda tld, path: f"http://127.0.0.1:9/{path}")
    folder = tmp_path / "recordings"
    with pytest.raises(BuildFailed) as failed:
        build(catalogue(tmp_path, GREETING, ONE), folder, lambda _name, _prompt: Gtts())
    first, rest = str(failed.value).splitlines()
    assert first.startswith("greeting: gtts did not answer (gTTSError: Failed to connect")
    assert first.endswith("it needs the internet")
    assert rest == "1 more of gtts were not tried"
    assert list(folder.glob("*.flac")) == []
