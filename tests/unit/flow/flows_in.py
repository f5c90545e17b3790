"""Small flows written as in callflows.yaml, for tests of the loader, the lint and the engine."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

from ivr.flow.loader import FlowFaults, LoadedFlows, load_with_source
from ivr.flow.speech import FIXED_PROMPTS
from ivr.flow.view import CategoryView, DistrictView
from ivr.flow.vocabulary import UNSURE_PROMPTS

VIEW = DistrictView(
    categories={
        "food": CategoryView("food", recorded=True),
        "psych": CategoryView("psych", recorded=False),
        "other": CategoryView("general", recorded=True),
        "information": CategoryView("general", recorded=False, ticket=False),
    },
    queues={"food": 10, "psych": 5, "general": 10},
    pin_codes=("122",),
)
TEXTS = {
    "hello": "नमस्ते।",
    "press_one": "भोजन के लिए एक दबाएँ।",
    "press_two": "राशन के लिए दो दबाएँ।",
    "press_hash": "पूरा होने पर हैश दबाएँ।",
    "ask": "पिन कोड दबाइए।",
    **{f"category_{category}": category for category in VIEW.categories},
    **dict.fromkeys((*FIXED_PROMPTS, *UNSURE_PROMPTS), "है।"),
}
HEAD = """\
format: 1
entries: {inbound: start, queue_key: back, queue_limit: back}
rescue: rescue
nodes:
"""
TAIL = """\
rescue: {kind: join_queue, queue: general}
back: {kind: rejoin_queue}
"""


def document(nodes: str) -> str:
    """Complete a flow: ``nodes`` must have ``start``."""
    return HEAD + indent(dedent(nodes).strip() + "\n" + TAIL, "  ")


def load(tmp_path: Path, text: str) -> LoadedFlows:
    path = tmp_path / "callflows.yaml"
    path.write_text(text, encoding="utf-8")
    return load_with_source(path, VIEW, TEXTS)


def faults(tmp_path: Path, text: str) -> list[str]:
    """Everything the loader says about a document, without the name of the file."""
    try:
        load(tmp_path, text)
    except FlowFaults as error:
        return [str(fault).removeprefix("callflows.yaml:") for fault in error.faults]
    return []
