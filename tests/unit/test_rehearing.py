"""What did not arrive well is played once more, and the second time counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ivr.call import PromptId
from ivr.ear.arrival import Arrival
from sahayata import rehearing
from sahayata.rehearing import Reheard, Rehearing, rehear
from sahayata.settings import load

WELL = Arrival(0.0, 1.0, 1.0, 1.0, 1.0, -20.0)
ILL = Arrival(0.0, 1.0, 0.5, 0.5, 0.5, -20.0)
PROMPTS = ("greeting", "n_1", "n_2")


@pytest.mark.parametrize(
    ("times", "asked", "faulty", "repeated"),
    [
        ([set()], [PROMPTS], set(), ()),
        ([{"n_1"}, set()], [PROMPTS, ("n_1",)], set(), ("n_1",)),
        ([{"n_1", "n_2"}, {"n_2"}], [PROMPTS, ("n_1", "n_2")], {"n_2"}, ("n_1", "n_2")),
    ],
)
async def test_what_was_not_well_is_played_again(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    times: list[set[str]],
    asked: list[tuple[str, ...]],
    faulty: set[str],
    repeated: tuple[str, ...],
) -> None:
    played: list[tuple[str, ...]] = []
    told: list[PromptId] = []

    async def once(
        _settings: object,
        prompts: Sequence[PromptId],
        _recordings: Mapping[PromptId, Any],
        _language: str,
        tell: Callable[[PromptId], None],
    ) -> Rehearing:
        ill = times[len(played)]
        played.append(tuple(prompts))
        for prompt in prompts:
            tell(prompt)
        quiet = np.zeros(1, np.float32)
        found = (Reheard(p, quiet, ILL if p in ill else WELL) for p in prompts)
        return Rehearing(tuple(found), {"WriteFormat": "alaw"})

    monkeypatch.setattr(rehearing, "_rehear_once", once)
    settings = load(state=str(tmp_path), environment={})
    heard = await rehear(settings, PROMPTS, {}, "hi", told.append)
    assert played == asked
    assert told == list(PROMPTS)
    assert [one.prompt for one in heard.prompts] == list(PROMPTS)
    assert {one.prompt for one in heard.prompts if one.faults} == faulty
    assert heard.repeated == repeated
