"""The program ``espeak-ng``: it speaks by itself, and tells other voices how a text sounds."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

from ivr.voice.voice import VoiceAway, VoiceFailed

PROGRAM: Final = "espeak-ng"
TIME_LIMIT_S: Final = 30.0


def run_espeak(text: str, *options: str, program: str = PROGRAM) -> bytes:
    """Give ``text`` to espeak-ng and return what it writes. Raises ``VoiceFailed``."""
    found = shutil.which(program)
    if found is None:
        raise VoiceAway(f"{program} is not installed (apt-get install espeak-ng)")
    try:
        done = subprocess.run(  # noqa: S603 - the program is found on PATH, the text is its input
            [found, *options, "--stdin"],
            input=text.encode(),
            capture_output=True,
            timeout=TIME_LIMIT_S,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise VoiceFailed(f"{program} took more than {TIME_LIMIT_S:.0f} s") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip()
        raise VoiceFailed(f"{program} failed ({error.returncode}): {said}") from error
    return done.stdout


def phonemes_of(text: str, language: str, *, program: str = PROGRAM) -> str:
    """Return how espeak-ng reads ``text``, in the International Phonetic Alphabet.

    Sounds that are written with two letters are tied by a ``^``. Raises ``VoiceFailed``.
    """
    said = run_espeak(text, "-v", language, "-q", "--ipa", "--tie=^", program=program)
    return " ".join(said.decode("utf-8").split())
