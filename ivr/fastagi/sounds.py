"""The port to the recordings, as a line needs it: what exists, where it lies, how long it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ivr.call import PromptId


class Sounds(Protocol):
    """The recordings of all languages. Answers from memory: a call never waits for a disk."""

    def substitute(self, prompts: Sequence[PromptId], language: str) -> Sequence[PromptId]:
        """Return what can be played in place of ``prompts``: only recordings that exist.

        A prompt without a recording gives way to the next best, or is left out and reported.
        """

    def path(self, prompt: PromptId, language: str) -> str:
        """Where a recording lies, as Asterisk takes it: absolute, or relative to its sounds folder.

        Without ending, and of ``[A-Za-z0-9/._-]`` only: it stands between ``&`` in a list.
        """

    def seconds(self, prompt: PromptId, language: str) -> float:
        """How long a recording is; 0.0 when that is not known."""

    def missing(self, prompt: PromptId, language: str) -> None:
        """Note that Asterisk could not play a recording that should be there."""

    def refresh(self) -> object:
        """Look at the disk again, as after a recording that was cut short; not from the event loop.

        What it returns is of no matter to a line.
        """
