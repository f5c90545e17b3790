"""What the fall-back is generated from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from ivr.call import PromptId
from ivr.flow.model import Flows, Menu
from ivr.flow.node import Node, Prompts
from ivr.flow.view import DistrictView


@dataclass(frozen=True, slots=True)
class Source:
    """The flows, checked by ``ivr.flow.checks``, and what they must know of the district."""

    flows: Flows
    view: DistrictView
    limits: Mapping[str, timedelta | None]
    """The promise of each category at level L-1, ``None`` where nothing is promised."""
    zone: str
    """The district's time zone by name, as the dialplan takes it: ``Asia/Kolkata``."""
    language: str = "hi"
    """The folder of recordings."""
    texts: Mapping[PromptId, str] = field(default_factory=dict)
    """What each prompt says, for the comments; a prompt left out stands there by its name."""
    seconds: Mapping[PromptId, float] = field(default_factory=dict)
    """How long each recording was made, so that one that was cut is not played; a prompt left out
    may be as short as the shortest word."""

    codes_back: tuple[str, ...] = ()
    """What an operator dials to be rung again after a pause or a wrap-up."""

    def sentences(self, node: Node) -> tuple[str, ...]:
        """Return what a node says, a sentence a line; spoken values stay in braces."""
        prompts: Prompts = getattr(node, "prompts", ())
        if isinstance(node, Menu):
            prompts += tuple(o.prompt for o in node.options.values() if o.prompt)
        return tuple(self.texts.get(prompt, prompt) for prompt in prompts)
