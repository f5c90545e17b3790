"""A project folder for the bench: the helpline as it is, with short recordings.

Everything else is the project's own: conversations, district, dialplan. Only the recordings are cut
to ``SHORT_S``, the same for every arm, so that a call takes seconds; with them a call has less
voice, and whatever we add to a call weighs more than it does on a real one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import soundfile

from ivr.voice.masters import FOLDER, INDEX, Master, read_master, read_masters
from ivr.voice.processing import MASTER_RATE
from sahayata.settings import PROJECT

SHORT_S: Final = 0.2
SILENT_S: Final = 0.02
"""One packet of voice: next to nothing is said."""
COPIED: Final = ("agi_scripts", "dialplans", "ivr", "tickets")
"""What Asterisk reads or runs: it sees the project folder and not what a link in it leads to."""


def make_project(folder: Path, *, dialplan: str, seconds: float | None = SHORT_S) -> Path:
    """Make the project folder with ``dialplan`` as one more file of dialplans, and return it.

    ``seconds`` is how long a recording is at most; ``None`` leaves them as they are.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("callflows.yaml", "district.yaml"):
        shutil.copy(PROJECT / name, folder / name)
    (folder / "dialplans" / "bench.conf").write_text(dialplan, encoding="utf-8")
    for language in sorted((PROJECT / "prompts").iterdir()):
        target = folder / "prompts" / language.name
        shutil.copytree(language, target)
        if seconds is not None:
            _shorten(target / FOLDER, seconds)
    return folder


def _shorten(masters: Path, seconds: float) -> None:
    index = read_masters(masters)
    short = {name: _cut(masters, name, master, seconds) for name, master in index.items()}
    document = {name: asdict(master) for name, master in short.items()}
    (masters / INDEX).write_text(json.dumps(document), encoding="utf-8")


def _cut(masters: Path, name: str, master: Master, seconds: float) -> Master:
    most = round(seconds * MASTER_RATE)
    if master.frames <= most:
        return master
    file = masters / f"{name}.flac"
    soundfile.write(file, read_master(masters, name)[:most], MASTER_RATE, subtype="PCM_16")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return replace(master, sha256=digest, frames=most)
