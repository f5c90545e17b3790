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
from ivr.voice.names import PREFIX, SpokenName, names_changed_at, read_names
from ivr.voice.next_best import next_best
from ivr.voice.publish import as_published, changed_at
from ivr.voice.studio_lock import undisturbed

log = logging.getLogger(__name__)


class PublishedSounds:
    """What ``publish`` made in ``target`` out of the masters below ``prompts``.

    With ``names`` the names of operators in that folder are recordings of every language.
    """

    def __init__(
        self, prompts: Path, target: Path, languages: Sequence[str], names: Path | None = None
    ) -> None:
        """Look at every recording once. Raises ``MastersUnreadable``."""
        self._target = target
        self._names_in, self._names = names, dict[PromptId, SpokenName]()
        self._project: Mapping[str, Mapping[PromptId, Master]] = {
            language: read_masters(prompts / language / FOLDER) for language in languages
        }
        self._masters = dict(self._project)
        self._seen: tuple[int, ...] = ()
        self._lent: dict[PromptId, SpokenName] = {}
        self._usable: dict[str, frozenset[PromptId]] = {}
        self._reported: set[tuple[str, PromptId]] = set()
        self.refresh()

    def refresh(self) -> tuple[str, ...]:
        """Look at the disk again and return what is wrong. Milliseconds, but not for a call.

        While recordings are being changed nothing is looked at: ``changed`` is true afterwards.
        """
        faults: list[str] = []
        with undisturbed(self._target) as quiet:
            if not quiet and self._usable:
                return ()
            seen = self._indexes()
            for language, project in self._project.items():
                masters = as_published(project, self._target / language)
                inventory: Inventory = take_inventory(self._target / language, masters)
                self._masters[language] = masters
                self._usable[language] = inventory.usable
                faults += inventory.faults
        self._seen = seen
        if self._names_in is not None:
            self._names = dict(read_names(self._names_in))
        for fault in faults:
            log.error("recording unusable: %s", fault)
        self._reported.clear()
        return tuple(faults)

    def changed(self) -> bool:
        """Tell whether somebody published anything since the last look; asks the disk once."""
        return self._indexes() != self._seen

    def lend(self, prompt: PromptId, recording: SpokenName | None) -> None:
        """Let a call play a recording that is no prompt, by this name; ``None`` takes it away."""
        if recording is None:
            self._lent.pop(prompt, None)
        else:
            self._lent[prompt] = recording

    def substitute(self, prompts: Sequence[PromptId], language: str) -> Sequence[PromptId]:
        """Return what can be played in place of ``prompts``: see ``ivr.voice.next_best``."""
        usable = self._usable.get(language, frozenset()) | self._names.keys() | self._lent.keys()
        # A name that is gone meanwhile is left out: the extension after it says who it is.
        said = [p for p in prompts if p in usable or not p.startswith(PREFIX)]
        best = next_best(said, usable, LANGUAGES.get(language, LANGUAGES["hi"]))
        for prompt in best.missing:
            self._report(prompt, language)
        return best.prompts

    def named(self) -> frozenset[str]:
        """Return the extensions of the operators whose names can be said."""
        return frozenset(prompt.removeprefix(PREFIX) for prompt in self._names)

    def path(self, prompt: PromptId, language: str) -> str:
        """Return where a recording lies, relative to Asterisk's sounds unless it is a name."""
        if apart := self._apart(prompt):
            return str(apart.path)
        return f"{language}/{prompt}"

    def seconds(self, prompt: PromptId, language: str) -> float:
        """Return how long a recording is; 0.0 when that is not known."""
        if apart := self._apart(prompt):
            return apart.seconds
        master = self._masters.get(language, {}).get(prompt)
        return master.seconds if master else 0.0

    def missing(self, prompt: PromptId, language: str) -> None:
        """Note that Asterisk could not play a recording that should be there."""
        self._names.pop(prompt, None)
        self._lent.pop(prompt, None)
        self._usable[language] = self._usable.get(language, frozenset()) - {prompt}
        self._report(prompt, language)

    def _apart(self, prompt: PromptId) -> SpokenName | None:
        return self._names.get(prompt) or self._lent.get(prompt)

    def _indexes(self) -> tuple[int, ...]:
        folders = (self._target / language for language in self._project)
        names = names_changed_at(self._names_in) if self._names_in else 0
        return (*map(changed_at, folders), names)

    def _report(self, prompt: PromptId, language: str) -> None:
        if (language, prompt) not in self._reported:
            self._reported.add((language, prompt))
            log.error("no usable recording of %s in %s: the next best is played", prompt, language)
