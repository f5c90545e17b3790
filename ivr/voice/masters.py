"""Masters: the finished recordings of a language, 16 kHz FLAC, kept with the project.

``prompts/<language>/recordings/`` holds ``<id>.flac`` and ``index.json``. The index remembers the
recipe each recording was made by, so that a build makes again only what changed, and how long each
is, so that a damaged copy is found later. A build that fails leaves everything as it was, and what
it had finished for the next one: a neural voice takes minutes for a catalogue.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from ivr.call import PromptId
from ivr.voice.catalogue import Catalogue, Prompt
from ivr.voice.choice import VoiceOf
from ivr.voice.processing import MASTER_RATE, PROCESSING, Pcm, process, silence
from ivr.voice.recorded import Recorded
from ivr.voice.voice import Voice, VoiceAway, VoiceFailed

FOLDER: Final = "recordings"
INDEX: Final = "index.json"
WORKSHOP: Final = ".build"
"""In the folder of recordings: what a broken-off build had finished, by recipe."""
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
    """What the voice read; "" for a silence and for a person's recording."""
    voice: str = ""
    """Who said it, "" for a silence."""
    text: str = ""
    """What the text was then."""

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
    catalogue: Catalogue, folder: Path, voice_of: VoiceOf, on_progress: Progress | None = None
) -> BuildReport:
    """Make every recording of ``catalogue`` in ``folder`` that is missing, damaged or out of date.

    Raises ``BuildFailed`` with all that went wrong and the old recordings whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    old = _read_index(folder / INDEX) if (folder / INDEX).exists() else {}
    faults: list[str] = []
    recipes = dict(_recipes(catalogue, voice_of, faults))
    kept = {
        name: old[name]
        for name, recipe in recipes.items()
        if name in old and old[name].recipe == recipe and _is_whole(folder, name, old[name])
    }
    to_make = [name for name in recipes if name not in kept]
    workshop = folder / WORKSHOP
    workshop.mkdir(exist_ok=True)
    made = {}
    away = Counter[str]()
    for count, name in enumerate(to_make, 1):
        prompt = catalogue.prompts[name]
        voice = voice_of(name, prompt)
        if voice.name in away and prompt.pause_ms is None:
            away[voice.name] += 1
            continue
        try:
            _require_same_words(prompt, voice, old.get(name))
            made[name] = _made(prompt, voice, recipes[name], workshop)
        except (VoiceFailed, ValueError) as error:
            if isinstance(error, VoiceAway):
                away[voice.name] = 0
            faults.append(f"{name}: {error}")
            continue
        if on_progress:
            on_progress(name, count, len(to_make))
    if faults:
        faults += [f"{more} more of {who} were not tried" for who, more in away.items() if more]
        raise BuildFailed("\n".join(faults))
    for name, master in made.items():
        shutil.copyfile(_finished(workshop, master.recipe), workshop / "next.flac")
        (workshop / "next.flac").replace(folder / f"{name}.flac")
    _write_index(workshop, folder, {name: (made | kept)[name] for name in recipes})
    strangers = [file for file in sorted(folder.glob("*.flac")) if file.stem not in recipes]
    for file in strangers:
        file.unlink()
    shutil.rmtree(workshop)
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


def stale(catalogue: Catalogue, folder: Path, voice_of: VoiceOf) -> Iterator[PromptId]:
    """Name the prompts whose recording is missing, damaged, or made from another text or voice."""
    masters = read_masters(folder)
    recipes = dict(_recipes(catalogue, voice_of, []))
    for name in catalogue.prompts:
        master = masters.get(name)
        if (
            master is None
            or master.recipe != recipes.get(name)
            or not _is_whole(folder, name, master)
        ):
            yield name


def _made(prompt: Prompt, voice: Voice, recipe: str, workshop: Path) -> Master:
    """Make a recording in the workshop, or take the one a broken-off build left there."""
    file, note = _finished(workshop, recipe), workshop / f"{recipe}.json"
    if file.exists() and note.exists():
        return Master(**json.loads(note.read_bytes()))
    phonemes = who = ""
    if prompt.pause_ms is not None:
        pcm = silence(prompt.pause_ms)
    else:
        speech = voice.speak(prompt.spoken, prompt.pace)
        phonemes, who = speech.phonemes, voice.name
        sentence = prompt.text.rstrip().endswith(SENTENCE_ENDS)
        pcm = process(speech.samples, speech.rate, sentence=sentence)
    sound = io.BytesIO()
    soundfile.write(sound, pcm, MASTER_RATE, format="FLAC", subtype="PCM_16", compression_level=1.0)
    flac = sound.getvalue()
    master = Master(recipe, hashlib.sha256(flac).hexdigest(), pcm.size, phonemes, who, prompt.text)
    file.write_bytes(flac)
    # The note is last and whole: a recording without one counts as unfinished.
    (workshop / "note").write_text(json.dumps(asdict(master)), encoding="utf-8")
    (workshop / "note").replace(note)
    return master


def _finished(workshop: Path, recipe: str) -> Path:
    return workshop / f"{recipe}.flac"


def _recipes(
    catalogue: Catalogue, voice_of: VoiceOf, faults: list[str]
) -> Iterator[tuple[PromptId, str]]:
    for name, prompt in catalogue.prompts.items():
        try:
            yield name, _recipe(prompt, voice_of(name, prompt), prompt.text)
        except VoiceFailed as error:
            faults.append(f"{name}: {error}")


def _recipe(prompt: Prompt, voice: Voice, text: str) -> str:
    if prompt.pause_ms is not None:
        words = f"silence {prompt.pause_ms}"
    else:
        words = f"{text}\n{voice.recipe(prompt.spoken, prompt.pace)}\n{PROCESSING}"
    return hashlib.sha256(words.encode()).hexdigest()


def _require_same_words(prompt: Prompt, voice: Voice, old: Master | None) -> None:
    """Refuse a person's wav that was made for another text. Raises ``VoiceFailed``."""
    if not isinstance(voice, Recorded) or old is None or letters(old.text) == letters(prompt.text):
        return
    if old.recipe == _recipe(prompt, voice, old.text):
        raise VoiceFailed(
            f"{voice.wav} says “{old.text}”, and the text is now “{prompt.text}”:"
            " record it again, or delete the wav"
        )


def letters(text: str) -> str:
    """Return what is heard of a text: its letters, without marks and spaces between words."""
    return "".join(c for c in text if unicodedata.category(c)[0] in "LM")


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
