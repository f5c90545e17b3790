"""A project like ours whose dialplan has extensions that only tests dial."""

from __future__ import annotations

import shutil
from pathlib import Path

from sahayata.settings import PROJECT


def trial_project(folder: Path, dialplan: str) -> Path:
    """Make a project of links to ours, with ``dialplan`` as one more file of the dialplan."""
    folder.mkdir()
    for path in PROJECT.iterdir():
        if path.name not in ("dialplans", "var", ".git"):
            (folder / path.name).symlink_to(path)
    shutil.copytree(PROJECT / "dialplans", folder / "dialplans")
    (folder / "dialplans" / "trial.conf").write_text(dialplan, encoding="utf-8")
    return folder
