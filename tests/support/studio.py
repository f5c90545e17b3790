"""A small studio of two sentences, and what a person says into a telephone."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import wave
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.voice.catalogue import load_catalogue
from ivr.voice.codecs import ENCODERS
from ivr.voice.masters import build
from ivr.voice.names import SpokenName
from ivr.voice.processing import Pcm
from ivr.voice.publish import publish
from ivr.voice.sounds import PublishedSounds
from ivr.voice.studio_booth import Booth
from ivr.voice.studio_judge import TELEPHONE_FULL, Refused
from tests.unit.voice.catalogues import GREETING, ONE, PAUSE, catalogue
from tests.unit.voice.fake_voice import HummingVoice, only

RATE: Final = 8_000
AT: Final = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
NUMBERS: Final = {"greeting": 101, "n_1": 102, "gone": 103}


@dataclass
class FakeSounds:
    """Keeps what was lent, and how often somebody asked it to look again."""

    lent: dict[str, SpokenName] = field(default_factory=dict)
    looks: int = 0

    def lend(self, prompt: str, recording: SpokenName | None) -> None:
        if recording is None:
            del self.lent[prompt]
        else:
            self.lent[prompt] = recording

    def refresh(self) -> None:
        self.looks += 1


def small_booth(folder: Path) -> Booth:
    """A studio of an instance whose recordings are laid out for Asterisk."""
    shutil.copytree(_made(), folder, dirs_exist_ok=True)
    prompts = folder / "hi"
    known = load_catalogue(prompts / "catalogue.yaml")
    return Booth(prompts, folder / "studio" / "hi", folder / "sounds", known, NUMBERS)


@cache
def _made() -> Path:
    """Make its recordings once."""
    folder = Path(tempfile.mkdtemp(prefix="sahayata-studio-"))
    atexit.register(shutil.rmtree, folder)
    (folder / "hi").mkdir()
    known = catalogue(folder / "hi", GREETING, ONE, PAUSE)
    build(known, folder / "hi" / "recordings", only(HummingVoice()))
    publish(folder / "hi" / "recordings", folder / "sounds")
    return folder


def spoken(seconds: float = 0.3, size: float = 0.3, room: float = 0.0) -> NDArray[np.float64]:
    """Speech between two silences, in a room of that loudness."""
    t = np.arange(round(seconds * RATE)) / RATE
    voice = size * np.sin(2 * np.pi * 300 * t) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * t))
    silence = np.zeros(RATE // 2)
    noise = np.random.default_rng(1).normal(0, 1, voice.size + RATE)
    return np.asarray(np.concatenate([silence, voice, silence]) + room * noise)


def recorded(path: Path, sound: NDArray[np.float64]) -> Path:
    """The same as Asterisk writes it: 8 kHz, 16 bit, one channel."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(sound, -1, 0.984) * 32767).astype("<i2").tobytes())
    return path


def said(booth: Booth, prompt: str = "greeting", seconds: float = 0.3) -> Pcm:
    """What is fit to be kept of a prompt."""
    made = booth.judge(prompt, spoken(seconds), RATE, TELEPHONE_FULL)
    assert not isinstance(made, Refused), made
    return made


def keep(booth: Booth, prompt: str = "greeting", seconds: float = 0.3) -> int:
    """Keep a recording, and return its number."""
    made = said(booth, prompt, seconds)
    return booth.keep(prompt, made, who="301", how="telephone 301", at=AT).number


def on_disk(booth: Booth, name: str = "greeting") -> dict[str, bytes]:
    """What Asterisk plays of a prompt, by codec."""
    return {ending: (booth.sounds / "hi" / f"{name}.{ending}").read_bytes() for ending in ENCODERS}


def encoded(pcm: Pcm) -> dict[str, bytes]:
    """The same of a master that is to be played."""
    return {ending: encode(pcm) for ending, encode in ENCODERS.items()}


def sounds_of(booth: Booth) -> PublishedSounds:
    """The recordings as a server sees them."""
    return PublishedSounds(booth.prompts.parent, booth.sounds, ["hi"])
