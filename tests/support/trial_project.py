"""A project like ours whose dialplan has extensions that only tests dial."""

from __future__ import annotations

import shutil
from pathlib import Path

from sahayata.settings import PROJECT

WRAP_UP = "wrap_up: 30 s"


def trial_project(folder: Path, dialplan: str) -> Path:
    """Make a project of links to ours, with ``dialplan`` as one more file of the dialplan.

    Operators are free at once after a call: no wrap-up keeps the next caller waiting.
    """
    folder.mkdir()
    for path in PROJECT.iterdir():
        if path.name not in ("dialplans", "district.yaml", "var", ".git"):
            (folder / path.name).symlink_to(path)
    district = (PROJECT / "district.yaml").read_text(encoding="utf-8")
    assert WRAP_UP in district
    (folder / "district.yaml").write_text(district.replace(WRAP_UP, "wrap_up: 0 s"), "utf-8")
    shutil.copytree(PROJECT / "dialplans", folder / "dialplans")
    (folder / "dialplans" / "trial.conf").write_text(dialplan, encoding="utf-8")
    return folder
