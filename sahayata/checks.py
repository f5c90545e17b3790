"""``sahayata check``: what is wrong before a caller finds out, with file, line and what to do."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from database.engine import StoreUnavailable, reading
from deploy.asterisk_home import AsteriskMissing
from deploy.provision import find
from ivr.flow.checks import lint
from ivr.flow.loader import load_flows, load_with_source
from ivr.flow.vocabulary import words_of
from ivr.languages import LANGUAGES
from ivr.speech import trial
from ivr.speech.grammar import UNKNOWN
from ivr.speech.model_folder import HOW_TO_INSTALL, require_model
from ivr.speech.recogniser import ModelUnusable
from ivr.strict_yaml import YamlFaults
from ivr.voice.catalogue import load_catalogue, load_with_lines
from ivr.voice.espeak_ng import phonemes_of
from ivr.voice.inventory import take_inventory
from ivr.voice.masters import FOLDER, MastersUnreadable, read_masters, stale
from ivr.voice.publish import as_published
from ivr.voice.respelling import respelt
from ivr.voice.studio_numbers import FILE_NAME as NUMBERS
from ivr.voice.studio_numbers import read_numbers, with_new
from ivr.voice.voice import VoiceFailed
from ivr.voice.wording import known_words, wording
from sahayata import dialplan
from sahayata.district.file import DistrictFaults
from sahayata.district.named import unnamed
from sahayata.district.view import view_of
from sahayata.secrets import SecretsUnreadable, load_or_create
from sahayata.setting import BadSetting
from sahayata.settings import Settings, load
from sahayata.stores import open_database
from sahayata.studio import open_booth
from sahayata.supervisor import instance_status
from sahayata.voices import voices

Weight = Literal["ok", "warning", "fault"]
Findings = Iterator[tuple[Weight, str]]
Look = Callable[[Settings], Findings]
MOST_OF_A_KIND: Final = 8
OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    area: str
    weight: Weight
    text: str


def check(areas: Iterable[str], *, state: str | None = None) -> Iterator[Finding]:
    """Look at these areas, one after the other; never raises for what it finds.

    Settings that cannot be used are told once, in place of everything that needs them.

    Raises:
        KeyError: there is no such area.
    """
    looks = {area: LOOKS[area] for area in areas}
    try:
        settings = load(state=state)
    except BadSetting as fault:
        yield Finding("config", "fault", str(fault))
        return
    except DistrictFaults as faults:
        yield from (Finding("config", "fault", str(fault)) for fault in faults.faults)
        return
    told: set[str] = set()
    for area, look in looks.items():
        for finding in _findings(area, look, settings):
            # Several areas read the same files: a fault in one of them is told once.
            if finding.weight == "ok" or finding.text not in told:
                yield finding
            told.add(finding.text)


def _findings(area: str, look: Look, settings: Settings) -> Iterator[Finding]:
    try:
        for weight, text in look(settings):
            yield Finding(area, weight, text)
    except (BadSetting, MastersUnreadable) as fault:
        yield Finding(area, "fault", str(fault))
    except YamlFaults as faults:
        yield from (Finding(area, "fault", str(fault)) for fault in faults.faults)


def _config(settings: Settings) -> Findings:
    for setting in settings.origins:
        yield "ok", f"{setting.name} = {setting.shown} ({setting.origin})"
    yield "ok", f"district.yaml: {', '.join(settings.district.helpline.district.values())}"
    served = {queue for seats in settings.district.seats for queue in seats.queues}
    for queue in settings.district.queues:
        if queue not in served:
            text = f"queues.{queue}: no seat serves it: only the roster can"
            yield "warning", f"{settings.district_file.name}: {text}"
    secrets = settings.state.secrets
    if not secrets.exists():
        yield "warning", f"{secrets} is made at the first start"
        return
    if secrets.stat().st_mode & OTHERS_MAY:
        yield "fault", f"{secrets} can be read by others: chmod 600 {secrets}"
    try:
        load_or_create(secrets, ())
    except SecretsUnreadable as fault:
        yield "fault", str(fault)
    try:
        with reading(open_database(settings)):
            yield "ok", "the database answers"
    except StoreUnavailable as fault:
        yield "fault", f"the database does not answer: {fault}"


def _few(faults: Sequence[str], remedy: str) -> Findings:
    """Give the first faults of a kind: after an update there is one of each recording."""
    yield from (("fault", f"{fault}: {remedy}") for fault in faults[:MOST_OF_A_KIND])
    if len(faults) > MOST_OF_A_KIND:
        yield "fault", f"and {len(faults) - MOST_OF_A_KIND} more like this: {remedy}"


def _prompts(settings: Settings) -> Findings:
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
        published = settings.state.sounds / language
        if published.is_dir() and any(published.iterdir()):
            found = take_inventory(published, as_published(masters, published))
            yield from _few(found.faults, "the next start mends them")


def _phonemes(word: str) -> str:
    try:
        return phonemes_of(respelt(word), "hi")
    except VoiceFailed:
        return ""  # No espeak-ng here: the word is named without its sound.


def _flow(settings: Settings) -> Findings:
    language = settings.district.helpline.languages[0]
    catalogue = load_catalogue(settings.prompts / language / "catalogue.yaml")
    view = view_of(settings.district)
    loaded = load_with_source(settings.callflows, view, catalogue.prompts)
    texts = {name: prompt.text for name, prompt in catalogue.prompts.items()}
    at_once = [name for name, category in view.categories.items() if category.at_once]
    remarks = lint(loaded, texts, catalogue.language, at_once)
    for remark in remarks:
        yield "fault" if remark.grave else "warning", str(remark.fault)
    if not any(remark.grave for remark in remarks):
        told = "1 remark" if len(remarks) == 1 else f"{len(remarks)} remarks"
        nodes = len(loaded.flows.nodes)
        yield "ok", f"{settings.callflows.name}: no fault, {told}; {nodes} nodes"


def _pbx(settings: Settings) -> Findings:
    try:
        asterisk = find()
        weight: Weight = "warning" if asterisk.old else "ok"
        yield weight, f"Asterisk {asterisk.version} in {asterisk.root or asterisk.binary}"
    except AsteriskMissing as fault:
        yield "fault", str(fault)
    file = settings.project / dialplan.FILE
    if not file.exists() or file.read_text(encoding="utf-8") != dialplan.dialplan_of(
        settings.project
    ):
        yield (
            "fault",
            f"{dialplan.FILE} is not what callflows.yaml and district.yaml say: make dialplan",
        )
    else:
        yield "ok", f"{dialplan.FILE} is up to date"
    status = instance_status(settings)
    yield "ok", "an instance is running" if status.running else "no instance is running"


def _speech(settings: Settings) -> Findings:
    folder = settings.speech_model
    if not folder.exists():
        how = f"{HOW_TO_INSTALL} puts a model for speech into {folder}"
        yield "ok", f"keys only: {how}; which one: docs/speech.md"
        return
    language = settings.district.helpline.languages[0]
    catalogue = load_catalogue(settings.prompts / language / "catalogue.yaml")
    flows = load_flows(settings.callflows, view_of(settings.district), catalogue.prompts)
    try:
        require_model(folder)
        tried = trial.run(folder, words_of(flows, language, LANGUAGES[language]))
    except ModelUnusable as fault:
        yield "fault", f"keys only: {fault}; {HOW_TO_INSTALL} puts a model in its place"
        return
    yield "ok", f"words may be said: {tried.name} in {folder}"
    if tried.unknown:
        unknown = ", ".join(tried.unknown)
        yield "warning", f"callflows.yaml: the model does not know {unknown}: choose other words"
    if tried.takes_all_for_words:
        yield "warning", f"{tried.name} takes noise for words: it has no {UNKNOWN}; choose another"


LOOKS: Final[Mapping[str, Look]] = {
    "config": _config,
    "prompts": _prompts,
    "flow": _flow,
    "pbx": _pbx,
    "speech": _speech,
}
"""What is looked at in each area."""
