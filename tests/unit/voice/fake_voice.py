"""A voice that hums: quick, always the same, and it remembers what it said."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ivr.voice.choice import Choice, VoiceOf
from ivr.voice.voice import Speech, VoiceFailed

RATE = 22_050


@dataclass
class HummingVoice:
    """Hums each word for a fifth of a second at a pitch of its own."""

    setting: str = "plain"
    cannot_say: frozenset[str] = frozenset()
    said: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "humming"

    def recipe(self, text: str, pace: float) -> str:
        return f"hum {self.setting} {pace}: {text}"

    def speak(self, text: str, pace: float) -> Speech:
        if text in self.cannot_say:
            raise VoiceFailed("has lost its voice")
        self.said.append(text)
        t = np.arange(RATE // 5) / RATE
        words = []
        for word in text.split():
            pitch = 200 + hashlib.sha256(word.encode()).digest()[0] * 2
            words.append(0.2 * np.sin(2 * np.pi * pitch * t))
        silence = np.zeros(RATE // 2)
        return Speech(np.concatenate([silence, *words, silence]).astype(np.float32), RATE, text)


def only(voice: HummingVoice) -> VoiceOf:
    """The choice where one voice says everything."""
    return lambda _name, _prompt: voice


def chosen(voice: HummingVoice, recorded: Path) -> VoiceOf:
    """The choice between a person's wavs and one voice."""
    return Choice("espeak", {"espeak": voice}, recorded)
