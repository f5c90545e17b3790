"""Looks at the areas that are asked for; never raises for what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ivr.strict_yaml import YamlFaults
from ivr.voice.masters import MastersUnreadable
from sahayata.checks import config, flow, pbx, prompts, speech
from sahayata.checks.finding import Finding, Look
from sahayata.district.file import DistrictFaults
from sahayata.setting import BadSetting
from sahayata.settings import Settings, load

LOOKS: Final[Mapping[str, Look]] = {
    "config": config.look,
    "prompts": prompts.look,
    "flow": flow.look,
    "pbx": pbx.look,
    "speech": speech.look,
}
"""What is looked at in each area."""


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
