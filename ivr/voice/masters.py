"""Masters: the finished recordings of a language, 16 kHz FLAC, kept with the project.

``prompts/<language>/recordings/`` holds ``<id>.flac`` and ``index.json``. The index remembers the
recipe each recording was made by, so that a build makes again only what changed, and how long each
is, so that a damaged copy is found later. A build that fails leaves everything as it was.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from ivr.call import PromptId
from ivr.voice.catalogue import Catalogue, Prompt
from ivr.voice.processing import MASTER_RATE, PROCESSING, Pcm, process, silence
from ivr.voice.voice import Voice, VoiceFailed

FOLDER: Final = "recordings"
INDEX: Final = "index.json"
SENTENCE_ENDS: Final = ("।", "?", "!", ".")

Progress = Callable[[PromptId, int, int], None]
"""Told after each recording: which, how many are done, of how many."""


class BuildFailed(Exception):
    """Recordings could not be made; the old ones are untouched. The message names each prompt."""


class MastersUnreadable(Exception):
    """There are no masters, or their index is damaged; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Master:
    """One finished recording, as the index knows it."""

    recipe: str
    """SHA-256 of text, voice, settings and processing."""
    sha256: str
    """Of the FLAC file."""
    frames: int
    """How many samples at ``MASTER_RATE``."""
    phonemes: str
    """What the voice read, "" for a silence."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.frames / MASTER_RATE


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    made: tuple[PromptId, ...]
    kept: tuple[PromptId, ...]
    removed: tuple[PromptId, ...]


def build(
    catalogue: Catalogue, folder: Path, voice: Voice, on_progress: Progress | None = None
) -> BuildReport:
    """Make every recording of ``catalogue`` in ``folder`` that is missing, damaged or out of date.

    Raises ``BuildFailed`` with all that went wrong and the old recordings whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    old = _read_index(folder / INDEX) if (folder / INDEX).exists() else {}
    recipes = {name: _recipe(prompt, voice) for name, prompt in catalogue.prompts.items()}
    kept = {
        name: old[name]
        for name, recipe in recipes.items()
        if name in old and old[name].recipe == recipe and _is_whole(folder, name, old[name])
    }
    to_make = [name for name in recipes if name not in kept]
    with tempfile.TemporaryDirectory(prefix=".build-", dir=folder) as workshop:
        made, faults = {}, []
        for count, name in enumerate(to_make, 1):
            try:
                master, flac = _made(catalogue.prompts[name], voice, recipes[name])
            except (VoiceFailed, ValueError) as error:
                faults.append(f"{name}: {error}")
                continue
            (Path(workshop) / f"{name}.flac").write_bytes(flac)
            made[name] = master
            if on_progress:
                on_progress(name, count, len(to_make))
        if faults:
            raise BuildFailed("\n".join(faults))
        for name in made:
            (Path(workshop) / f"{name}.flac").replace(folder / f"{name}.flac")
        _write_index(Path(workshop), folder, {name: (made | kept)[name] for name in recipes})
    strangers = [file for file in sorted(folder.glob("*.flac")) if file.stem not in recipes]
    for file in strangers:
        file.unlink()
    return BuildReport(tuple(made), tuple(kept), tuple(file.stem for file in strangers))


def read_masters(folder: Path) -> Mapping[PromptId, Master]:
    """Read the index of finished recordings. Raises ``MastersUnreadable``."""
    try:
        return _read_index(folder / INDEX)
    except OSError as error:
        message = f"{folder / INDEX}: {error.strerror}; run `sahayata prompts build`"
        raise MastersUnreadable(message) from error


def read_master(folder: Path, name: PromptId) -> Pcm:
    """Read one recording. Raises ``MastersUnreadable`` when the file is missing or damaged."""
    path = folder / f"{name}.flac"
    try:
        pcm, rate = soundfile.read(path, dtype="int16")
    except (OSError, soundfile.LibsndfileError) as error:
        raise MastersUnreadable(f"{path} cannot be read; run `sahayata prompts build`") from error
    if rate != MASTER_RATE or pcm.ndim != 1:
        raise MastersUnreadable(f"{path} is not mono at {MASTER_RATE} Hz")
    return np.asarray(pcm, np.int16)


def stale(catalogue: Catalogue, folder: Path, voice: Voice) -> Iterator[PromptId]:
    """Name the prompts whose recording is missing, damaged, or made from another text or voice."""
    masters = read_masters(folder)
    for name, prompt in catalogue.prompts.items():
        master = masters.get(name)
        if (
            master is None
            or master.recipe != _recipe(prompt, voice)
            or not _is_whole(folder, name, master)
        ):
            yield name


def _made(prompt: Prompt, voice: Voice, recipe: str) -> tuple[Master, bytes]:
    phonemes = ""
    if prompt.pause_ms is not None:
        pcm = silence(prompt.pause_ms)
    else:
        speech = voice.speak(prompt.spoken)
        phonemes = speech.phonemes
        sentence = prompt.text.rstrip().endswith(SENTENCE_ENDS)
        pcm = process(speech.samples, speech.rate, sentence=sentence)
    file = io.BytesIO()
    soundfile.write(file, pcm, MASTER_RATE, format="FLAC", subtype="PCM_16", compression_level=1.0)
    flac = file.getvalue()
    return Master(recipe, hashlib.sha256(flac).hexdigest(), pcm.size, phonemes), flac


def _recipe(prompt: Prompt, voice: Voice) -> str:
    if prompt.pause_ms is not None:
        words = f"silence {prompt.pause_ms}"
    else:
        words = f"{prompt.text}\n{voice.recipe(prompt.spoken)}\n{PROCESSING}"
    return hashlib.sha256(words.encode()).hexdigest()


def _is_whole(folder: Path, name: PromptId, master: Master) -> bool:
    path = folder / f"{name}.flac"
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == master.sha256


def _read_index(path: Path) -> dict[PromptId, Master]:
    try:
        document = json.loads(path.read_bytes())
        return {name: Master(**entry) for name, entry in document.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise MastersUnreadable(f"{path} is damaged; delete it and run the build again") from error


def _write_index(workshop: Path, folder: Path, masters: Mapping[PromptId, Master]) -> None:
    document = {name: asdict(master) for name, master in sorted(masters.items())}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (workshop / INDEX).write_text(text + "\n", encoding="utf-8")
    (workshop / INDEX).replace(folder / INDEX)
