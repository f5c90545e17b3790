"""The sentences and their recordings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ivr.voice.catalogue import load_with_lines
from ivr.voice.espeak_ng import phonemes_of
from ivr.voice.inventory import take_inventory
from ivr.voice.masters import FOLDER, read_masters, stale
from ivr.voice.publish import as_published
from ivr.voice.recorded import FOLDER as RECORDED
from ivr.voice.recorded import strangers
from ivr.voice.respelling import respelt
from ivr.voice.studio_numbers import FILE_NAME as NUMBERS
from ivr.voice.studio_numbers import read_numbers, with_new
from ivr.voice.voice import VoiceFailed
from ivr.voice.wording import known_words, wording
from sahayata.checks.finding import Findings
from sahayata.district.named import unnamed
from sahayata.settings import Settings
from sahayata.studio import open_booth
from sahayata.voices import voices

MOST_OF_A_KIND: Final = 8


def look(settings: Settings) -> Findings:
    """Look at the catalogue, its recordings, their numbers and what is published."""
    for unsaid in unnamed(settings.district.helpline, settings.prompts):
        yield "fault", str(unsaid)
    for language in settings.district.helpline.languages:
        folder = settings.prompts / language
        loaded = load_with_lines(folder / "catalogue.yaml")
        catalogue = loaded.catalogue
        for remark in wording(loaded, known_words(folder), _phonemes):
            yield "warning", str(remark)
        masters = read_masters(folder / FOLDER)
        old = list(stale(catalogue, folder / FOLDER, voices(settings, language)))
        yield from _few(
            [f"{folder / FOLDER}: {name} is missing or says another text" for name in old],
            "make prompts",
        )
        if not old:
            yield "ok", f"{language}: {len(catalogue.prompts)} prompts, each with its recording"
        numbers = read_numbers(folder)
        if unnumbered := with_new(numbers, catalogue).keys() - numbers.keys():
            names = ", ".join(sorted(unnumbered))
            yield "warning", f"{folder / NUMBERS}: {names}: no number; sahayata prompts script"
        for unplayed in open_booth(settings, language).chosen().faults:
            yield "warning", unplayed
        for stranger in strangers(folder / RECORDED, catalogue.prompts):
            yield "warning", stranger
        published = settings.state.sounds / language
        if published.is_dir() and any(published.iterdir()):
            found = take_inventory(published, as_published(masters, published))
            yield from _few(found.faults, "the next start mends them")


def _few(faults: Sequence[str], remedy: str) -> Findings:
    """Give the first faults of a kind: after an update there is one of each recording."""
    yield from (("fault", f"{fault}: {remedy}") for fault in faults[:MOST_OF_A_KIND])
    if len(faults) > MOST_OF_A_KIND:
        yield "fault", f"and {len(faults) - MOST_OF_A_KIND} more like this: {remedy}"


def _phonemes(word: str) -> str:
    try:
        return phonemes_of(respelt(word), "hi")
    except VoiceFailed:
        return ""  # No espeak-ng here: the word is named without its sound.
