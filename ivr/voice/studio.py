"""What officials recorded in the place of the project's recordings, kept with the instance.

``DIR/studio/<language>/<prompt>/`` holds every take that was kept, a master as those of the project
(``1.flac``), and ``takes.json``: which one is in use, and of each who recorded it, when, how, and
from which text. A take that says another text than the catalogue has now is not played.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import soundfile
from pydantic import TypeAdapter, ValidationError

from ivr.call import PromptId
from ivr.voice.masters import letters
from ivr.voice.processing import MASTER_RATE, Pcm
from ivr.whole_file import write_whole

RECORD: Final = "takes.json"
MOST_TAKES: Final = 20
"""So many of a prompt are kept; then the oldest goes."""
OF_THE_PROJECT: Final = 0
"""Stands in the place of a take's number for the recording that came with the project."""


class TakesUnreadable(Exception):
    """The record of a prompt is damaged; the message says which file."""


class NoSuchTake(Exception):
    """There is no take of this number."""


class TakeUnfit(Exception):
    """A take that callers are not to hear; the message says why."""


@dataclass(frozen=True, slots=True)
class Take:
    """A recording that an official kept."""

    number: int
    """From 1 on, and never given again."""
    who: str
    how: str
    """``telephone 301``, ``file greeting.wav``."""
    at: datetime
    """Aware, UTC."""
    text: str
    """What the catalogue had then."""
    sha256: str
    """Of the FLAC file."""
    frames: int
    """How many samples at ``MASTER_RATE``."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.frames / MASTER_RATE


@dataclass(frozen=True, slots=True)
class Shelf:
    """The takes of one prompt, the oldest first."""

    in_use: int = OF_THE_PROJECT
    takes: tuple[Take, ...] = ()
    last: int = 0
    """The highest number that was ever given."""

    @property
    def playing(self) -> Take | None:
        """The take in use; ``None`` for the project's recording."""
        return self.take(self.in_use) if self.in_use else None

    def take(self, number: int) -> Take:
        """Return a take. Raises ``NoSuchTake``."""
        for take in self.takes:
            if take.number == number:
                return take
        raise NoSuchTake(f"there is no take {number}")


@dataclass(frozen=True, slots=True)
class OwnRecording:
    """A take to be played in the place of the project's recording."""

    path: Path
    """The master, FLAC."""
    sha256: str
    frames: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be played of all takes, and what is not, with the reason."""

    own: Mapping[PromptId, OwnRecording]
    faults: tuple[str, ...]


_SHELF: Final = TypeAdapter(Shelf)


class Studio:
    """The takes of one language. Blocks; who changes anything holds ``studio_lock.alone``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prompts(self) -> tuple[PromptId, ...]:
        """Name the prompts that somebody recorded anew at some time."""
        return tuple(sorted(record.parent.name for record in self._folder.glob(f"*/{RECORD}")))

    def shelf(self, prompt: PromptId) -> Shelf:
        """Return the takes of a prompt. Raises ``TakesUnreadable``."""
        record = self._record(prompt)
        try:
            return _SHELF.validate_json(record.read_bytes())
        except FileNotFoundError:
            return Shelf()
        except (OSError, ValidationError) as fault:
            raise TakesUnreadable(f"{record} is damaged: restore it, or move it away") from fault

    def keep(
        self, prompt: PromptId, pcm: Pcm, *, who: str, how: str, at: datetime, text: str
    ) -> Take:
        """Keep a recording and put it in use; ``tidy`` takes away what is then one too many.

        Raises ``TakesUnreadable`` and ``OSError``.
        """
        shelf = self.shelf(prompt)
        sound = io.BytesIO()
        soundfile.write(sound, pcm, MASTER_RATE, format="FLAC", subtype="PCM_16")
        flac = sound.getvalue()
        digest = hashlib.sha256(flac).hexdigest()
        take = Take(shelf.last + 1, who, how, at, text, digest, pcm.size)
        self._record(prompt).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self._sound(prompt, take.number), flac, durable=True)
        takes = (*shelf.takes, take)[-MOST_TAKES:]
        # The record last: a take without one counts as never made.
        self._write(prompt, Shelf(take.number, takes, take.number))
        return take

    def put_back(self, prompt: PromptId, number: int) -> Take | None:
        """Put an earlier take in use, or with ``OF_THE_PROJECT`` the project's recording.

        Raises ``NoSuchTake``, ``TakesUnreadable`` and ``OSError``.
        """
        shelf = self.shelf(prompt)
        take = shelf.take(number) if number else None
        self._write(prompt, replace(shelf, in_use=number))
        return take

    def restore(self, prompt: PromptId, shelf: Shelf) -> None:
        """Make the takes of a prompt what they were. Raises ``OSError``."""
        self.tidy(prompt, shelf)  # First: the disk may be full.
        if shelf.takes:
            self._write(prompt, shelf)
        else:
            self._record(prompt).unlink(missing_ok=True)

    def tidy(self, prompt: PromptId, shelf: Shelf) -> None:
        """Take away what does not stand on the shelf, of a keep that was broken off, too."""
        files = {self._sound(prompt, take.number) for take in shelf.takes} | {self._record(prompt)}
        for file in self._record(prompt).parent.glob("*"):
            if file not in files:
                file.unlink(missing_ok=True)

    def own(self, prompt: PromptId, text: str) -> OwnRecording | None:
        """Return what is to be played of a prompt; ``None`` for the project's recording.

        ``text`` is what the catalogue has now. Raises ``TakeUnfit``, ``NoSuchTake`` and
        ``TakesUnreadable``.
        """
        take = self.shelf(prompt).playing
        if take is None:
            return None
        path = self._sound(prompt, take.number)
        if unfit := self._unfit(path, take, text):
            raise TakeUnfit(unfit)
        return OwnRecording(path, take.sha256, take.frames)

    def chosen(self, texts: Mapping[PromptId, str]) -> Chosen:
        """Say which takes are to be played; ``texts`` are those of the catalogue as it is now."""
        own, faults = {}, []
        for prompt in self.prompts():
            try:
                found = self.own(prompt, texts.get(prompt, ""))
            except (TakeUnfit, NoSuchTake, TakesUnreadable) as fault:
                faults.append(f"{prompt}: {fault}; the project's recording is played")
                continue
            if found is not None:
                own[prompt] = found
        return Chosen(own, tuple(faults))

    def _unfit(self, path: Path, take: Take, text: str) -> str:
        """Say why a take is not played, "" when it is."""
        said = f"what {take.who} recorded on {take.at:%Y-%m-%d} (take {take.number})"
        if not text:
            return f"{said} is of a prompt that the catalogue has no more"
        if letters(take.text) != letters(text):
            return f"{said} says “{take.text}”, and the text is now “{text}”: record it again"
        try:
            whole = hashlib.sha256(path.read_bytes()).hexdigest() == take.sha256
        except OSError:
            whole = False
        return "" if whole else f"{said} is missing or damaged: {path}"

    def _record(self, prompt: PromptId) -> Path:
        return self._folder / prompt / RECORD

    def _sound(self, prompt: PromptId, number: int) -> Path:
        return self._folder / prompt / f"{number}.flac"

    def _write(self, prompt: PromptId, shelf: Shelf) -> None:
        write_whole(self._record(prompt), _SHELF.dump_json(shelf, indent=1), durable=True)
