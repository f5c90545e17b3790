"""Places of instances for these tests."""

from __future__ import annotations

from pathlib import Path

from sahayata.settings import Settings, load


def settings_of(folder: Path, base: int = 20000) -> Settings:
    settings = load(state=str(folder), port_base=base, environment={})
    settings.state.prepare()
    return settings
