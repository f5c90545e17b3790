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
from collections.abc import Iterable, Mapping, Sequence
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


def make_names(
    folder: Path, names: Mapping[str, str], voices: Sequence[Voice], better: Voice | None = None
) -> int:
    """Bring the folder up to date with the names of a roster, by extension; tell how many are new.

    Of ``voices`` the first that can says a name. What ``better`` said once goes before; it is asked
    for nothing. Raises ``VoiceFailed`` with all names kept that could be said, and ``OSError``.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    index: dict[str, str] = {}
    made, failed = 0, None
    for extension, name in names.items():
        there = _said(folder, name, (better,) if better else ())
        try:
            stem, new = (there, False) if there else _first_that_can(folder, name, voices)
        except VoiceFailed as fault:
            failed = fault
        else:
            index[extension] = stem
            made += new
    write_whole(folder / INDEX, json.dumps(index, indent=1, sort_keys=True).encode())
    for file in folder.glob("*.*"):
        if file.suffix[1:] in ENCODERS and file.stem not in index.values():
            file.unlink()
    if failed is not None:
        raise failed
    return made


def all_said(folder: Path, names: Iterable[str], voice: Voice) -> bool:
    """Tell whether a voice has said each of these names."""
    return all(_said(folder, name, (voice,)) for name in names)


def _first_that_can(folder: Path, name: str, voices: Sequence[Voice]) -> tuple[str, bool]:
    """Return the recording of a name, and whether it was made just now. Raises ``VoiceFailed``."""
    faults: list[str] = []
    for voice in voices:
        if said := _said(folder, name, (voice,)):
            return said, False
        try:
            return _say(folder, name, voice), True
        except (VoiceFailed, ValueError) as fault:
            faults.append(str(fault))
    raise VoiceFailed("; ".join(faults))


def _say(folder: Path, name: str, voice: Voice) -> str:
    speech = voice.speak(name, AS_USUAL)
    pcm = process(speech.samples, speech.rate, sentence=False)
    stem = _stem(name, voice)
    for ending, encode in ENCODERS.items():
        write_whole(folder / f"{stem}.{ending}", encode(pcm))
    return stem


def _said(folder: Path, name: str, voices: Iterable[Voice]) -> str:
    """Return what one of these voices said of a name; "" for nothing."""
    stems = (_stem(name, voice) for voice in voices)
    return next((stem for stem in stems if _whole(folder / stem)), "")


def _stem(name: str, voice: Voice) -> str:
    recipe = f"{voice.recipe(name, AS_USUAL)}\n{PROCESSING}"
    return hashlib.sha256(recipe.encode()).hexdigest()[:32]


def names_changed_at(folder: Path) -> int:
    """Tell when names were last said by a voice, in nanoseconds; 0 before that."""
    try:
        return (folder / INDEX).stat().st_mtime_ns
    except OSError:
        return 0


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
