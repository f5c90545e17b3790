"""Press or say."""

from __future__ import annotations

from ivr.flow.loader import load_flows
from ivr.flow.vocabulary import words_of
from ivr.languages import LANGUAGES
from ivr.speech import trial
from ivr.speech.grammar import UNKNOWN
from ivr.speech.model_folder import HOW_TO_INSTALL, require_model
from ivr.speech.recogniser import ModelUnusable
from ivr.voice.catalogue import load_catalogue
from sahayata.checks.finding import Findings
from sahayata.district.view import view_of
from sahayata.settings import Settings


def look(settings: Settings) -> Findings:
    """Look at the model for speech, and try it on the words of the conversations."""
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
