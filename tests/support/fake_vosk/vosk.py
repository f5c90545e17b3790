"""Stands in for Vosk where ``PYTHONPATH`` leads here: deterministic, Hindi, and no model in it.

It hears how loud it is. Each utterance is the next line of the file ``says`` in the folder of the
model, ``phrase@percent``; the last line stays.
"""

from __future__ import annotations

import json
from array import array
from pathlib import Path

LOUD = 300
"""Mean of the amplitude from which somebody speaks."""
PIECE = 1600
SILENCE = 3
"""So many quiet pieces of a tenth of a second end an utterance."""


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
        self._model = model
        self._rest = b""
        self._quiet, self._spoken = 0, False

    def SetWords(self, enabled: bool) -> None:  # noqa: N802
        assert enabled

    def AcceptWaveform(self, sound: bytes) -> bool:  # noqa: N802
        self._rest += sound
        ended = False
        while len(self._rest) >= PIECE and not ended:
            piece, self._rest = self._rest[:PIECE], self._rest[PIECE:]
            samples = array("h", piece)
            loud = sum(map(abs, samples)) / len(samples) >= LOUD
            self._spoken = self._spoken or loud
            self._quiet = 0 if loud else self._quiet + 1
            ended = self._spoken and self._quiet >= SILENCE
        if ended:
            self._spoken = False
        return ended

    def Result(self) -> str:  # noqa: N802
        phrase, _, percent = self._model.next_line().rpartition("@")
        heard = [{"word": word, "conf": int(percent) / 100} for word in phrase.split(" ")]
        return json.dumps({"result": heard, "text": phrase})

    def FinalResult(self) -> str:  # noqa: N802
        return self.Result() if self._spoken else json.dumps({"text": ""})
