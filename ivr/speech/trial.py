"""Trying a model in a process of its own: a damaged one may take its process with it.

``python -m ivr.speech.trial FOLDER`` reads words from standard input, one a line, and writes those
that the model does not know.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.speech.grammar import UNKNOWN
from ivr.speech.recogniser import ModelUnusable

LIMIT_S: Final = 180.0


@dataclass(frozen=True, slots=True)
class Tried:
    """A model that could be loaded."""

    name: str
    unknown: tuple[str, ...]
    """Which of the words it does not know."""
    takes_all_for_words: bool
    """It has no word for what is none: noise and other words are taken for those of the menu."""


def run(folder: Path, words: Iterable[str] = ()) -> Tried:
    """Load a model elsewhere. Raises ``ModelUnusable``."""
    try:
        done = subprocess.run(  # noqa: S603 - this module
            [sys.executable, "-m", "ivr.speech.trial", str(folder.resolve())],
            input="\n".join(words),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
            cwd=Path(__file__).parents[2],
        )
    except subprocess.TimeoutExpired as late:
        raise ModelUnusable(f"{folder}: was not loaded within {LIMIT_S:.0f} s") from late
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it is damaged"])[-1]
        why = said.removeprefix(f"{folder.resolve()}: ")[:300]
        raise ModelUnusable(f"{folder}: cannot be used: {why}")
    found = json.loads(done.stdout)
    return Tried(found["name"], tuple(found["unknown"]), found["takes_all_for_words"])


def main() -> int:
    """Load the model that was named and answer."""
    from ivr.speech.vosk_model import VoskModel  # noqa: PLC0415 - not in the process that asks

    try:
        model = VoskModel(Path(sys.argv[1]))
    except ModelUnusable as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    unknown = model.unknown(line.strip() for line in sys.stdin if line.strip())
    answer = {
        "name": model.name,
        "unknown": sorted(unknown),
        "takes_all_for_words": UNKNOWN in model.unknown([UNKNOWN]),
    }
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
