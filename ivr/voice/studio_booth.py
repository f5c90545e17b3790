"""Where a prompt is recorded anew: judged, kept, laid out for the next call, put back. Blocks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ivr.call import PromptId
from ivr.voice.catalogue import Catalogue
from ivr.voice.masters import FOLDER, SENTENCE_ENDS, MastersUnreadable, letters, read_masters
from ivr.voice.processing import Pcm
from ivr.voice.publish import PublishReport, publish_all, publish_one
from ivr.voice.studio import Chosen, NoSuchTake, Shelf, Studio, Take, TakesUnreadable, TakeUnfit
from ivr.voice.studio_judge import Refused, finished, usual_seconds
from ivr.voice.studio_lock import alone
from ivr.voice.studio_numbers import LAST, Numbers

log = logging.getLogger(__name__)

NOT_DONE: Final = (OSError, TakesUnreadable, TakeUnfit, NoSuchTake, MastersUnreadable)
"""What ``Booth.keep`` and ``Booth.put_back`` raise; callers then hear what they heard before."""


@dataclass(frozen=True)
class Booth:
    """The studio of one language of an instance."""

    prompts: Path
    """``prompts/<language>`` of the project."""
    folder: Path
    """Where takes are kept: ``DIR/studio/<language>``."""
    sounds: Path
    """What Asterisk plays, with a folder for the language in it."""
    catalogue: Catalogue
    numbers: Numbers

    def prompt_of(self, number: str) -> PromptId | None:
        """Return the prompt of a number of the reading sheet; ``None`` where there is none."""
        if not (number.isascii() and number.isdigit() and len(number) <= len(str(LAST))):
            return None
        found = (name for name, its in self.numbers.items() if its == int(number))
        name = next(found, None)
        return name if name is not None and self.text_of(name) else None

    def text_of(self, prompt: PromptId) -> str:
        """Return what a prompt says; "" for a silence and for what is no prompt."""
        known = self.catalogue.prompts.get(prompt)
        return known.text if known else ""

    def judge(
        self, prompt: PromptId, samples: NDArray[np.float64], rate: int, full: float
    ) -> Pcm | Refused:
        """Make a master of what was said in the place of a prompt, or say why not.

        ``full`` is as ``ivr.voice.studio_judge.finished`` has it.
        """
        text = self.text_of(prompt)
        sentence = text.rstrip().endswith(SENTENCE_ENDS)
        usual_s = self.usual_s(prompt, text)
        return finished(samples, rate, usual_s=usual_s, sentence=sentence, full=full)

    def keep(self, prompt: PromptId, pcm: Pcm, *, who: str, how: str, at: datetime) -> Take:
        """Keep a recording: the next call hears it. Raises ``NOT_DONE``."""
        with alone(self.sounds), self._or_as_before(prompt):
            take = self._studio.keep(
                prompt, pcm, who=who, how=how, at=at, text=self.text_of(prompt)
            )
            self._lay_out(prompt)
        return take

    def put_back(self, prompt: PromptId, number: int) -> Take | None:
        """Put an earlier take in use, or with 0 the project's recording: the next call hears it.

        Raises ``NOT_DONE``: ``TakeUnfit`` for a take that says another text than the catalogue.
        """
        with alone(self.sounds), self._or_as_before(prompt):
            take = self._studio.put_back(prompt, number)
            self._lay_out(prompt)
        return take

    def shelf(self, prompt: PromptId) -> Shelf:
        """Return the takes of a prompt. Raises ``ivr.voice.studio.TakesUnreadable``."""
        return self._studio.shelf(prompt)

    def recorded(self) -> tuple[PromptId, ...]:
        """Name the prompts that somebody recorded anew at some time."""
        return self._studio.prompts()

    def chosen(self) -> Chosen:
        """Say which takes are to be played, and which are not, with the reason."""
        return self._studio.chosen(self._texts)

    def lay_out_all(self) -> tuple[PublishReport, Chosen]:
        """Bring what Asterisk plays up to date, and say what of the takes is played.

        Nobody keeps one in between. Raises as ``ivr.voice.publish.publish`` does.
        """
        masters, language = self.prompts / FOLDER, self.catalogue.language
        with alone(self.sounds):
            chosen = self.chosen()
            return publish_all(masters, self.sounds, language, chosen.own), chosen

    @contextmanager
    def _or_as_before(self, prompt: PromptId) -> Iterator[None]:
        """Change the takes of a prompt, or leave them and what callers hear as they were."""
        before = self._studio.shelf(prompt)
        try:
            yield
        except (NoSuchTake, TakeUnfit):
            self._studio.restore(prompt, before)
            raise
        except (OSError, MastersUnreadable):
            self._studio.restore(prompt, before)
            try:
                self._lay_out(prompt)
            except NOT_DONE as fault:
                log.error("%s is not as it was: the next start mends it: %s", prompt, fault)
            raise
        self._studio.tidy(prompt, self._studio.shelf(prompt))

    def _lay_out(self, prompt: PromptId) -> None:
        own = self._studio.own(prompt, self.text_of(prompt))
        masters, language = self.prompts / FOLDER, self.catalogue.language
        report = publish_one(masters, self.sounds, language, prompt, own)
        if report.faults:
            raise MastersUnreadable("; ".join(report.faults))
        if not (report.made or report.kept):
            raise MastersUnreadable(f"{masters}: {prompt} is missing; run `sahayata prompts build`")

    def usual_s(self, prompt: PromptId, text: str) -> float:
        """Say how long a text takes: as the project's recording says it, if it says this text."""
        try:
            master = read_masters(self.prompts / FOLDER).get(prompt)
        except MastersUnreadable:
            master = None
        if master is None or letters(master.text) != letters(text):
            return usual_seconds(text)
        return master.seconds

    @cached_property
    def _studio(self) -> Studio:
        return Studio(self.folder)

    @cached_property
    def _texts(self) -> dict[PromptId, str]:
        return {name: prompt.text for name, prompt in self.catalogue.prompts.items()}
