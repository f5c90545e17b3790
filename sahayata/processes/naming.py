"""Operators' names said by Kokoro: ``python -m sahayata.processes.naming``, one run a roster.

A process of its own, as the model takes some hundred megabytes and all the time it is given: it has
the lowest priority there is, and ends with the one that began it. What to do stands on its standard
input; what it has made so far is kept when it is ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ivr.voice.espeak import Espeak
from ivr.voice.kokoro import Kokoro
from ivr.voice.names import make_names
from ivr.voice.voice import VoiceFailed
from sahayata.processes.spoken_names import Better

log = logging.getLogger(__name__)

PROGRAM: Final = (sys.executable, "-m", "sahayata.processes.naming")
LOWEST: Final = 19
"""How nice this process is to all others."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What one run does."""

    folder: str
    names: Mapping[str, str]
    """By extension."""
    models: str
    voice: str
    language: str

    @classmethod
    def by(cls, voice: Kokoro, folder: Path, names: Mapping[str, str]) -> Naming:
        """Have these names said by this voice."""
        return cls(str(folder), names, str(voice.folder), voice.voice, voice.language)

    def run(self) -> int:
        """Say what is missing; what Kokoro cannot say espeak-ng does. Raises as ``make_names``."""
        kokoro = Kokoro(Path(self.models), self.voice, language=self.language)
        return make_names(Path(self.folder), self.names, (kokoro, Espeak(self.language)))


def better_names(voice: Kokoro, folder: Path) -> Better:
    """Give what has names said by Kokoro beside everything else."""
    return Better(voice, lambda names: name_all(Naming.by(voice, folder, names)))


async def name_all(naming: Naming) -> None:
    """Run the process to its end; ended with the task that waits for it."""
    with_us = ("setpriv", "--pdeathsig", "TERM", "--") if shutil.which("setpriv") else ()
    process = await asyncio.create_subprocess_exec(
        *(*with_us, *PROGRAM),
        stdin=PIPE,
        stdout=DEVNULL,
        stderr=PIPE,
    )
    try:
        _, said = await process.communicate(json.dumps(asdict(naming)).encode())
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
    if process.returncode:
        why = said.decode(errors="replace").strip().rpartition("\n")[2]
        ended = why or f"it ended with {process.returncode}"
        log.warning("not all names of operators are said by %s: %s", naming.voice, ended)
    else:
        log.info("names of operators are said by %s", naming.voice)


def main() -> int:
    """Do what standard input says; 1 and why on standard error when it cannot be done."""
    os.nice(LOWEST)
    try:
        Naming(**json.load(sys.stdin)).run()
    except (VoiceFailed, OSError) as fault:
        print(fault, file=sys.stderr)  # noqa: T201 - who began this reads it
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
