"""Stands in for Vosk where ``PYTHONPATH`` leads here: deterministic, Hindi, and no model in it.

It hears how loud it is. Each utterance is the next line of the file ``says`` in the folder of the
model, ``phrase@percent``; the last line stays.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.utterances import Utterances


def SetLogLevel(level: int) -> None:  # noqa: N802 - as Vosk spells it
    """Say nothing anyway."""


class Model:
    """Whatever the file says."""

    def __init__(self, path: str) -> None:
        self.says = Path(path) / "says"
        self.says.touch()

    def vosk_model_find_word(self, word: str) -> int:
        """Know every word."""
        return len(word)

    def next_line(self) -> str:
        """Take the next line away, unless it is the last."""
        lines = self.says.read_text("utf-8").splitlines() or ["[unk]@100"]
        if len(lines) > 1:
            self.says.write_text("\n".join(lines[1:]), "utf-8")
        return lines[0]


class KaldiRecognizer:
    def __init__(self, model: Model, rate: int, grammar: str = "[]") -> None:
        assert rate == 8000
        assert isinstance(json.loads(grammar), list)
        self._model, self._utterances = model, Utterances()

    def SetWords(self, enabled: bool) -> None:  # noqa: N802 - as Vosk calls it
        assert enabled

    def AcceptWaveform(self, sound: bytes) -> bool:  # noqa: N802 - as Vosk calls it
        return self._utterances.ended(sound)

    def Result(self) -> str:  # noqa: N802 - as Vosk calls it
        phrase, _, percent = self._model.next_line().rpartition("@")
        heard = [{"word": word, "conf": int(percent) / 100} for word in phrase.split(" ")]
        return json.dumps({"result": heard, "text": phrase})

    def FinalResult(self) -> str:  # noqa: N802 - as Vosk calls it
        return self.Result() if self._utterances.going_on else json.dumps({"text": ""})
