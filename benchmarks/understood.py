"""What is understood of each voice, over the whole catalogue: by request, as it takes an hour.

Every prompt is made by the voice as a build makes it, brought down to the telephone's A-law, and
written down by Whisper; a single word stands in a sentence (``ivr.ear.among``). What the neural
voice has said before is taken from the cache.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Final

from benchmarks.result import Row
from ivr.ear.recordings import load_each
from ivr.ear.understanding import understand
from ivr.ear.understood import ranked
from ivr.ear.whisper import Whisper
from ivr.voice.catalogue import FILE_NAME, load_catalogue
from ivr.voice.choice import choose
from ivr.voice.masters import build
from sahayata.settings import PROJECT
from sahayata.voices import models

HINDI: Final = PROJECT / "prompts" / "hi"
VOICES: Final = ("kokoro", "espeak")
"""Those that speak without the internet."""


def run() -> Sequence[Row]:
    """Measure every voice once: the same sound is always understood alike."""
    return [row for voice in VOICES for row in _understood(voice)]


def _understood(voice: str) -> Sequence[Row]:
    catalogue = load_catalogue(HINDI / FILE_NAME)
    with tempfile.TemporaryDirectory(prefix="sahayata-bench-") as place:
        folder = Path(place)
        # No person's recording: the folder of wavs is empty.
        build(catalogue, folder, choose(folder, "hi", voice, models(), models() / "said"))
        known = load_each(folder)
    spoken = {name: recording.speech for name, recording in known.items()}
    alike = ranked(understand(Whisper(models() / "whisper"), spoken, known, catalogue))
    errors = [one.error for each in alike.values() for one in each.prompts]
    rows = [Row(f"sounds not understood, {voice}", "%", [100 * fmean(errors)])]
    for kind, each in alike.items():
        note = f"{len(each.prompts)} prompts, {len(each.outliers)} outliers"
        rows.append(Row(f"{voice}, {kind}", "%", [100 * each.mean], note=note))
    return rows
