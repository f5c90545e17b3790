"""The dashboard asks for what the console tells, and for nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import console.health
from console.room_health import STANDING
from queue_manager.room.health import Report

DASHBOARD = Path(__file__).parents[3] / "deploy" / "grafana" / "room.json"


def asked(node: Any) -> Iterator[str]:
    match node:
        case {"expr": str(expression)}:
            yield from re.findall(r"sahayata_\w+", expression)
        case dict():
            for value in node.values():
                yield from asked(value)
        case list():
            for value in node:
                yield from asked(value)


def test_every_series_of_the_dashboard_is_told() -> None:
    ours = Path(console.health.__file__).read_text(encoding="utf-8")
    told = set(re.findall(r'"(sahayata_\w+)"', ours))
    told |= {f"{name}_total" for name in told}
    told |= {
        f"sahayata_room_{name}{'' if name in STANDING else '_total'}"
        for name in Report.__dataclass_fields__
    }
    wanted = set(asked(json.loads(DASHBOARD.read_text(encoding="utf-8"))))
    assert len(wanted) > 10
    assert wanted <= told


def test_of_all_that_the_room_tells_it_is_known_what_only_grows() -> None:
    growing = {
        *("events", "events_by_name", "unknown_events", "malformed_events", "connections"),
        *("losses", "audits", "differences", "repairs", "reapplied"),
        *("journal_written", "journal_lost", "duty_lost"),
    }
    words = {"journal_away"}
    assert {*Report.__dataclass_fields__} - words == growing | STANDING
