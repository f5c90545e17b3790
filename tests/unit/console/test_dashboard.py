"""The dashboard asks for what the console tells, and for nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import console.health
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
    told |= {f"sahayata_room_{name}" for name in Report.__dataclass_fields__}
    wanted = set(asked(json.loads(DASHBOARD.read_text(encoding="utf-8"))))
    assert len(wanted) > 10
    assert wanted <= told
