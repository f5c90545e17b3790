"""Small conversations and what the fall-back makes of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ivr.fallback import Source, generate
from ivr.flow.model import Flows
from ivr.flow.view import CategoryView, DistrictView

VIEW = DistrictView(
    categories={
        "food": CategoryView("food", recorded=True),
        "psych": CategoryView("psych"),
        "other": CategoryView("general", recorded=True),
        "information": CategoryView("general", ticket=False),
    },
    queues={"food": 10, "psych": 5, "general": 10},
    pin_codes=("122", "1234"),
    hours={"default": ((0, 1440),), "psych": ((540, 1050), (1200, 1440))},
    holidays=frozenset({date(2026, 8, 15)}),
)
LIMITS = {
    "food": timedelta(hours=2),
    "psych": timedelta(minutes=15),
    "other": timedelta(days=1),
    "information": None,
}
ENDS: dict[str, dict[str, Any]] = {
    "start": {"kind": "goto", "to": "end"},
    "end": {"kind": "hangup", "prompts": ["bye"]},
    "operator": {"kind": "join_queue", "prompts": ["connecting"], "queue": "general"},
}


def source(texts: dict[str, str] | None = None, **nodes: dict[str, Any]) -> Source:
    """Describe a conversation of these nodes, beside a start, an end and an operator."""
    flows = Flows.model_validate(
        {
            "format": 1,
            "entries": {"inbound": "start", "queue_key": "end", "queue_limit": "end"},
            "rescue": "operator",
            "nodes": ENDS | nodes,
        }
    )
    return Source(flows, VIEW, LIMITS, "Asia/Kolkata", texts=texts or {})


def contexts(text: str) -> dict[str, str]:
    """Cut a dialplan into its contexts, without comments."""
    lines = [line for line in text.splitlines() if line and not line.startswith(";")]
    found: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if line.startswith("["):
            name = line.strip("[]")
            found[name] = []
        else:
            found[name].append(line)
    return {name: "\n".join(body) for name, body in found.items()}


def node(**made: dict[str, Any]) -> str:
    """Return the context of the one node that is given, without the line all contexts have."""
    (name,) = made
    body = contexts(generate(source(**made)))[f"fallback-{name}"]
    head, _, rest = body.partition("\n")
    assert head == "include => sub-fallback-every"
    return rest + "\n"
