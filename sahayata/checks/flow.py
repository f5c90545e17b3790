"""The conversations."""

from __future__ import annotations

from ivr.flow.checks import lint
from ivr.flow.loader import load_with_source
from ivr.voice.catalogue import load_catalogue
from sahayata.checks.finding import Findings
from sahayata.district.view import view_of
from sahayata.settings import Settings


def look(settings: Settings) -> Findings:
    """Look at the conversations."""
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
