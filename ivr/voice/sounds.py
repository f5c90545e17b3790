"""The recordings of all languages, held in memory for calls: what exists, where, how long.

Satisfies ``ivr.fastagi.sounds.Sounds``. A recording that is found missing while Asterisk plays is
not asked for again until ``refresh`` has seen it whole.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from ivr.call import PromptId
from ivr.languages import LANGUAGES
from ivr.voice.inventory import Inventory, take_inventory
from ivr.voice.masters import FOLDER, Master, read_masters
from ivr.voice.next_best import next_best

log = logging.getLogger(__name__)


class PublishedSounds:
    """What ``publish`` made in ``target`` out of the masters below ``prompts``."""

    def __init__(self, prompts: Path, target: Path, languages: Sequence[str]) -> None:
        """Look at every recording once. Raises ``MastersUnreadable``."""
        self._target = target
        self._masters: Mapping[str, Mapping[PromptId, Master]] = {
            language: read_masters(prompts / language / FOLDER) for language in languages
        }
        self._usable: dict[str, frozenset[PromptId]] = {}
        self._reported: set[tuple[str, PromptId]] = set()
        self.refresh()

    def refresh(self) -> tuple[str, ...]:
        """Look at the disk again and return what is wrong. Milliseconds, but not for a call."""
        faults: list[str] = []
        for language, masters in self._masters.items():
            inventory: Inventory = take_inventory(self._target / language, masters)
            self._usable[language] = inventory.usable
            faults += inventory.faults
        for fault in faults:
            log.error("recording unusable: %s", fault)
        self._reported.clear()
        return tuple(faults)

    def substitute(self, prompts: Sequence[PromptId], language: str) -> Sequence[PromptId]:
        """Return what can be played in place of ``prompts``: see ``ivr.voice.next_best``."""
        usable = self._usable.get(language, frozenset())
        best = next_best(prompts, usable, LANGUAGES.get(language, LANGUAGES["hi"]))
        for prompt in best.missing:
            self._report(prompt, language)
        return best.prompts

    def path(self, prompt: PromptId, language: str) -> str:
        """Return where a recording lies, relative to Asterisk's folder of sounds."""
        return f"{language}/{prompt}"

    def seconds(self, prompt: PromptId, language: str) -> float:
        """Return how long a recording is; 0.0 when that is not known."""
        master = self._masters.get(language, {}).get(prompt)
        return master.seconds if master else 0.0

    def missing(self, prompt: PromptId, language: str) -> None:
        """Note that Asterisk could not play a recording that should be there."""
        self._usable[language] = self._usable.get(language, frozenset()) - {prompt}
        self._report(prompt, language)

    def _report(self, prompt: PromptId, language: str) -> None:
        if (language, prompt) not in self._reported:
            self._reported.add((language, prompt))
            log.error("no usable recording of %s in %s: the next best is played", prompt, language)
