"""The optional ear for words: Whisper base, which writes what it hears in the Urdu script.

faster-whisper and the model (``python -m deploy.models whisper``) are needed by nobody who takes
calls. Whisper writes Hindi in any script that comes to its mind: here it may use no other letters.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.ear.recordings import Sound
from ivr.voice.codecs import TELEPHONE_RATE

RATE: Final = 16_000
MODEL: Final = "model.bin"
DIGESTS: Final[Mapping[str, str]] = {
    MODEL: "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
"""SHA-256 of every file."""
FETCH: Final = "`.venv/bin/python -m deploy.models whisper` fetches it"
SILENCE_S: Final = 0.4
"""Before and after: without it the first and the last word are lost."""
MOST_TOKENS: Final = 200
WORDS: Final = 50_257
"""Tokens above this one are signals, not letters."""
URDU: Final = re.compile(rb" ?[\x80-\xbf]?(?:[\xd8-\xdb][\x80-\xbf])*[\xd8-\xdb]?")
"""Whole letters of the Arabic script in UTF-8, or a part of one."""
NUMERALS: Final = re.compile(rb"\xd9[\xa0-\xa9]|\xdb[\xb0-\xb9]")


class EarMissing(Exception):
    """Whisper is not installed, or is damaged; the message says what fetches it."""


class Whisper:
    """Writes what is said in telephone sound. ``folder`` holds the files of ``DIGESTS``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, sound: Sound) -> str:
        """Write down what is said in ``sound`` (8 kHz, between -1 and 1), in Urdu's letters.

        The same sound always gives the same text. Raises ``EarMissing``.
        """
        pieces, _ = self._model.transcribe(
            _wide(sound),
            language="ur",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
            max_new_tokens=MOST_TOKENS,
            suppress_tokens=self._strangers,
        )
        return " ".join(piece.text.strip() for piece in pieces).strip()

    def likelihoods(self, sound: Sound, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return for each text how likely it is what was said: mean log-probability of its tokens.

        Comparable for one sound and texts of like length; a text's own likelihood is in it.
        """
        tokens = import_module("faster_whisper.tokenizer").Tokenizer(
            self._model.hf_tokenizer, multilingual=True, task="transcribe", language="ur"
        )
        heard = self._model.feature_extractor(_wide(sound))
        frames = self._model.feature_extractor.nb_max_frames
        padded = np.pad(heard[:, :frames], ((0, 0), (0, max(0, frames - heard.shape[1]))))
        encoded = self._model.encode(padded)
        means = []
        for text in texts:
            said = self._model.model.align(
                encoded, tokens.sot_sequence, [tokens.encode(f" {text}")], frames // 2
            )
            means.append(np.log(np.maximum(said[0].text_token_probs, 1e-9)).mean())
        return np.array(means, np.float64)

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401 - the library is optional and brings no types
        for name, digest in DIGESTS.items():
            path = self._folder / name
            if not path.is_file():
                raise EarMissing(f"{path} is not there: {FETCH}")
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    raise EarMissing(f"{path} is damaged or another version: {FETCH}")
        try:
            library = import_module("faster_whisper")
        except ImportError as error:
            raise EarMissing(f"faster-whisper is not installed: {FETCH}") from error
        return library.WhisperModel(
            str(self._folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=2,
            local_files_only=True,
        )

    @cached_property
    def _strangers(self) -> list[int]:
        """Every token that is not a piece of the Urdu script."""
        bytes_of = _bytes_of_letters()
        strangers = []
        for token, number in self._model.hf_tokenizer.get_vocab().items():
            if number >= WORDS:
                continue
            data = bytes(bytes_of[letter] for letter in token if letter in bytes_of)
            if not URDU.fullmatch(data) or NUMERALS.search(data):
                strangers.append(number)
        return [-1, *sorted(strangers)]


def _wide(sound: Sound) -> Sound:
    quiet = np.zeros(round(SILENCE_S * TELEPHONE_RATE), np.float32)
    padded = np.concatenate((quiet, sound, quiet)).astype(np.float64)
    return np.asarray(soxr.resample(padded, TELEPHONE_RATE, RATE), np.float32)


def _bytes_of_letters() -> dict[str, int]:
    """Undo how a tokenizer of bytes writes them, as GPT-2 began it.

    What can be seen stands for itself, the others, in order, for the letters from U+0100 on.
    """
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in seen]
    return {chr(byte): byte for byte in seen} | {chr(256 + n): b for n, b in enumerate(hidden)}
