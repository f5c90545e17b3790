"""Operators' names as recordings, beside the notices: made when the roster changes, not in a call.

The folder holds ``<digest>.alaw``, ``.ulaw`` and ``.g722`` of each name that a voice said, the
digest being of name, voice and processing; ``index.json`` tells whose they are. An operator's own
recording, ``own/<extension>.wav`` (8 kHz, 16 bit, mono), goes before what a voice said.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.call import PromptId
from ivr.voice.catalogue import AS_USUAL
from ivr.voice.codecs import BYTES_A_SECOND, ENCODERS, TELEPHONE_RATE
from ivr.voice.processing import PROCESSING, process
from ivr.voice.voice import Voice, VoiceFailed
from ivr.whole_file import write_whole

log = logging.getLogger(__name__)

PREFIX: Final = "name_"
"""``name_201`` is the prompt of the operator 201."""
INDEX: Final = "index.json"
OWN: Final = "own"
LONGEST_S: Final = 6.0
"""A longer recording of one's own is no name, and would keep a supervisor waiting."""
_STEM: Final = re.compile(r"[0-9a-f]{32}")
_EXTENSION: Final = re.compile(r"[0-9]{2,8}")


@dataclass(frozen=True, slots=True)
class SpokenName:
    """A recording of a name."""

    path: Path
    """Without ending, as Asterisk takes it."""
    seconds: float


def make_names(folder: Path, names: Mapping[str, str], voice: Voice) -> int:
    """Bring the folder up to date with the names of a roster, by extension; tell how many are new.

    Raises ``VoiceFailed`` with all names kept that could be said, and ``OSError``.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    index: dict[str, str] = {}
    made, failed = 0, None
    for extension, name in names.items():
        try:
            stem = hashlib.sha256(
                f"{voice.recipe(name, AS_USUAL)}\n{PROCESSING}".encode()
            ).hexdigest()[:32]
            if not _whole(folder / stem):
                speech = voice.speak(name, AS_USUAL)
                pcm = process(speech.samples, speech.rate, sentence=False)
                for ending, encode in ENCODERS.items():
                    write_whole(folder / f"{stem}.{ending}", encode(pcm))
                made += 1
        except (VoiceFailed, ValueError) as fault:
            failed = fault
        else:
            index[extension] = stem
    write_whole(folder / INDEX, json.dumps(index, indent=1, sort_keys=True).encode())
    for file in folder.glob("*.*"):
        if file.suffix[1:] in ENCODERS and file.stem not in index.values():
            file.unlink()
    if failed is not None:
        raise VoiceFailed(str(failed))
    return made


def read_names(folder: Path) -> Mapping[PromptId, SpokenName]:
    """Return what can be played, by prompt; an operator's own recording before a voice's."""
    found = {f"{PREFIX}{extension}": name for extension, name in _of_voice(folder).items()}
    for file in sorted((folder / OWN).glob("*.wav")):
        if _EXTENSION.fullmatch(file.stem) and (seconds := _own_seconds(file)):
            found[f"{PREFIX}{file.stem}"] = SpokenName(file.with_suffix(""), seconds)
    return found


def _of_voice(folder: Path) -> dict[str, SpokenName]:
    try:
        index = json.loads((folder / INDEX).read_bytes())
        pairs = [(str(extension), str(stem)) for extension, stem in index.items()]
    except (OSError, ValueError, AttributeError):
        return {}  # Extensions are said until the names are made, or made again.
    return {
        extension: SpokenName(folder / stem, _size(folder / stem) / BYTES_A_SECOND)
        for extension, stem in pairs
        if _EXTENSION.fullmatch(extension) and _STEM.fullmatch(stem) and _whole(folder / stem)
    }


def _whole(stem: Path) -> bool:
    return all(stem.with_suffix(f".{ending}").is_file() for ending in ENCODERS) and _size(stem) > 0


def _size(stem: Path) -> int:
    return stem.with_suffix(".alaw").stat().st_size


def _own_seconds(file: Path) -> float:
    """Return how long it is, 0.0 of what Asterisk could not play or nobody would wait for."""
    try:
        with wave.open(str(file), "rb") as sound:
            fits = (sound.getframerate(), sound.getsampwidth(), sound.getnchannels())
            seconds = sound.getnframes() / TELEPHONE_RATE
    except (OSError, EOFError, wave.Error) as fault:
        log.warning("%s cannot be played: %s", file, fault)
        return 0.0
    if fits != (TELEPHONE_RATE, 2, 1) or seconds > LONGEST_S:
        log.warning("%s is not 8 kHz, 16 bit, mono, or longer than %g s", file, LONGEST_S)
        return 0.0
    return seconds
