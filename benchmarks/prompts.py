"""What the voice costs: looking prompts up in a call, laying them out at a start, building them.

Look-up: what a call plays, from ids to Asterisk's paths, with every recording there. Laying out:
the masters as A-law, mu-law, G.722 and plain samples in an empty folder, as the first start does.
Building: the whole catalogue from nothing with espeak-ng, which is always there; with Kokoro by
request, as it takes a quarter of an hour.
"""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks import transcoding
from benchmarks.result import Row
from ivr.voice.catalogue import load_catalogue
from ivr.voice.choice import choose
from ivr.voice.masters import FOLDER, build
from ivr.voice.publish import publish
from ivr.voice.sounds import PublishedSounds
from sahayata.settings import PROJECT
from sahayata.voices import models

PROMPTS: Final = PROJECT / "prompts"
HINDI: Final = PROMPTS / "hi"
CALL: Final = (
    *("greeting", "helpline_name", "privacy_notice", "main_menu_food", "main_menu_ration"),
    *("main_menu_medical", "main_menu_psych", "main_menu_status", "main_menu_information"),
    *("main_menu_needs", "main_menu_operator", "number_is"),
    *(f"n_{digit}" for digit in (4, 7, 1, 0, 9, 2, 3, 4, 5, 6)),
)
"""About what a citizen hears before an operator."""
LOOK_UPS: Final = 2000


def run(port_base: int, rounds: int) -> Sequence[Row]:
    """Measure look-up, laying out, and a build with espeak-ng; and look for transcoding."""
    with tempfile.TemporaryDirectory(prefix="sahayata-bench-") as place:
        folder = Path(place)
        laid_out = [_laid_out(folder / f"sounds-{n}") for n in range(rounds)]
        megabytes = sum(f.stat().st_size for f in (folder / "sounds-0").rglob("*.*")) / 1e6
        sounds = PublishedSounds(PROMPTS, folder / "sounds-0", ("hi",))
        looked_up = [_looked_up(sounds) for _ in range(rounds)]
        before = _processor_s()
        built = [_built(folder / f"built-{n}", "espeak") for n in range(rounds)]
        processor = (_processor_s() - before) / rounds
    masters = sum(file.stat().st_size for file in (HINDI / FOLDER).iterdir() if file.is_file())
    return [
        Row("look-up of a call's prompts", "µs", looked_up, note=f"{len(CALL)} prompts"),
        Row("recordings laid out", "s", laid_out, note="at the first start, four formats"),
        Row("recordings on disk", "MB", [megabytes], note=f"masters: {masters / 1e6:.1f} MB"),
        Row("catalogue built, espeak-ng", "s", built, note=f"{_count()} prompts"),
        Row("of which processor", "s", [processor]),
        Row("most memory", "MB", [_most_mb()]),
        *transcoding.run(port_base),
    ]


def run_kokoro(rounds: int) -> Sequence[Row]:
    """Build the whole catalogue with Kokoro, from nothing."""
    seconds, processor = [], []
    with tempfile.TemporaryDirectory(prefix="sahayata-bench-") as folder:
        for number in range(rounds):
            before = _processor_s()
            seconds.append(_built(Path(folder) / f"built-{number}", "kokoro"))
            processor.append(_processor_s() - before)
    return [
        Row("catalogue built, Kokoro", "s", seconds, note=f"{_count()} prompts"),
        Row("of which processor", "s", processor),
        Row("most memory", "MB", [_most_mb()]),
    ]


def _count() -> int:
    return len(load_catalogue(HINDI / "catalogue.yaml").prompts)


def _laid_out(target: Path) -> float:
    began = time.perf_counter()
    publish(HINDI / FOLDER, target)
    return time.perf_counter() - began


def _looked_up(sounds: PublishedSounds) -> float:
    """Return how long one call's look-ups take, in microseconds."""
    began = time.perf_counter()
    for _ in range(LOOK_UPS):
        best = sounds.substitute(CALL, "hi")
        "&".join(sounds.path(prompt, "hi") for prompt in best)
        sum(sounds.seconds(prompt, "hi") for prompt in best)
    return (time.perf_counter() - began) / LOOK_UPS * 1e6


def _built(folder: Path, voice: str) -> float:
    began = time.perf_counter()
    build(load_catalogue(HINDI / "catalogue.yaml"), folder, choose(folder, "hi", voice, models()))
    took = time.perf_counter() - began
    shutil.rmtree(folder)
    return took


def _most_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _processor_s() -> float:
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(who.ru_utime + who.ru_stime for who in used)
