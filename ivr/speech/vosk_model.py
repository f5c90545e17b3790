"""Vosk as a ``Recogniser``: one model, shared; it lets other threads run while it works."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from ivr.speech.grammar import UNKNOWN, Grammar, HeardWord
from ivr.speech.model_folder import require_model
from ivr.speech.recogniser import RATE, ModelUnusable
from ivr.speech.spelling import spellings

NAME_FILE: Final = "NAME"
"""Written into the folder at the installation: which model it is."""


class VoskModel:
    """A model in memory: as much of it as the folder is large, and twice that for the largest."""

    def __init__(self, folder: Path) -> None:
        """Load it; takes seconds. Raises ``ModelUnusable``."""
        require_model(folder)
        try:
            import vosk  # noqa: PLC0415 - 25 MB that nobody needs without a model
        except (ImportError, OSError) as fault:
            raise ModelUnusable(
                f"Vosk is not installed: pip install 'sahayata[speech]': {fault}"
            ) from fault
        vosk.SetLogLevel(-1)
        self._vosk = vosk
        try:
            self._model = vosk.Model(str(folder))
        except Exception as fault:  # Vosk raises the bare one and no other
            raise ModelUnusable(
                f"{folder}: Vosk cannot load this model: it is damaged, or of another version"
            ) from fault
        self._spelt: dict[str, str] = {}
        name = folder / NAME_FILE
        self._name = name.read_text("utf-8").strip() if name.is_file() else folder.name

    @property
    def name(self) -> str:
        """Which model it is."""
        return self._name

    def unknown(self, words: Iterable[str]) -> frozenset[str]:
        """Tell which words the model cannot recognise, however they are spelt."""
        return frozenset(word for word in words if not self._known_as(word))

    def listen(self, grammar: Grammar) -> _Hearing:
        """Begin to listen for the phrases of a grammar; words the model lacks are left out."""
        meant: dict[str, str] = {}
        phrases: list[str] = []
        for phrase in grammar.phrases:
            spelt = {word: self._known_as(word) for word in phrase.split(" ")}
            if all(spelt.values()):
                phrases.append(" ".join(spelt.values()))
                meant |= {known: word for word, known in spelt.items()}
        if self._known_as(UNKNOWN):
            phrases.append(UNKNOWN)
        text = json.dumps(phrases, ensure_ascii=False)
        return _Hearing(self._vosk.KaldiRecognizer(self._model, RATE, text), meant)

    def transcribe(self, pieces: Iterable[bytes]) -> tuple[HeardWord, ...]:
        """Write down a whole recording with every word the model knows."""
        hearing = _Hearing(self._vosk.KaldiRecognizer(self._model, RATE), {})
        words: tuple[HeardWord, ...] = ()
        for piece in pieces:
            words += hearing.hear(piece)
        return words + hearing.end()

    def _known_as(self, word: str) -> str:
        """Give the spelling the model knows a word by, "" when it knows none."""
        if word not in self._spelt:
            known = (
                form for form in spellings(word) if self._model.vosk_model_find_word(form) >= 0
            )
            self._spelt[word] = next(known, "")
        return self._spelt[word]


class _Hearing:
    def __init__(self, recogniser: Any, meant: dict[str, str]) -> None:  # noqa: ANN401 - has no types
        self._recogniser, self._meant = recogniser, meant
        recogniser.SetWords(True)

    def hear(self, sound: bytes) -> tuple[HeardWord, ...]:
        """Take sound; give the words of an utterance that has ended."""
        ended = self._recogniser.AcceptWaveform(sound)
        return self._words(self._recogniser.Result()) if ended else ()

    def end(self) -> tuple[HeardWord, ...]:
        """Give the words that were not followed by silence."""
        return self._words(self._recogniser.FinalResult())

    def _words(self, result: str) -> tuple[HeardWord, ...]:
        found = json.loads(result).get("result", [])
        return tuple(
            HeardWord(self._meant.get(word["word"], word["word"]), float(word["conf"]))
            for word in found
        )
