"""Which voice says which prompt.

A person's wav comes before everything, then the voice that the catalogue names, then the usual one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.call import PromptId
from ivr.voice.catalogue import Prompt
from ivr.voice.espeak import Espeak
from ivr.voice.gtts import Gtts
from ivr.voice.kokoro import DIGESTS, Kokoro
from ivr.voice.recorded import FOLDER, Recorded
from ivr.voice.remembered import Remembered
from ivr.voice.voice import Voice

SPEAKERS: Final = tuple(name.removesuffix(".bin") for name in DIGESTS if name.endswith(".bin"))
"""The voices of Kokoro: hf_ are women, hm_ are men."""
VOICES: Final = ("kokoro", *(f"kokoro {speaker}" for speaker in SPEAKERS), "gtts", "espeak")
"""What may be the usual voice."""

VoiceOf = Callable[[PromptId, Prompt], Voice]
"""Says who speaks a prompt."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Voices by name, the usual one among them, and where a person's wavs are."""

    usual: str
    makers: Mapping[str, Voice]
    recorded: Path

    def __call__(self, name: PromptId, prompt: Prompt) -> Voice:
        """Return who says a prompt."""
        wav = self.recorded / f"{name}.wav"
        if wav.exists():
            return Recorded(wav)
        return self.makers[prompt.voice or self.usual]


def choose(
    prompts: Path, language: str, usual: str, models: Path, said: Path | None = None
) -> Choice:
    """Give the choice for the folder ``prompts/<language>``; nothing is loaded until it speaks.

    ``usual`` is one of ``VOICES``; ``models`` holds the folder of Kokoro's files, ``said`` what
    Kokoro has said before; ``None``: it says everything anew.

    Raises:
        ValueError: there is no such voice.
    """
    if usual not in VOICES:
        raise ValueError(f"{usual!r} is none of {', '.join(VOICES)}")
    usual, _, speaker = usual.partition(" ")
    kokoro = Kokoro(models / "kokoro", language=language)
    if speaker:
        kokoro = Kokoro(models / "kokoro", speaker, language=language)
    makers: dict[str, Voice] = {
        "kokoro": kokoro if said is None else Remembered(kokoro, said),
        "gtts": Gtts(language),
        "espeak": Espeak(language),
    }
    return Choice(usual, makers, prompts / FOLDER)
