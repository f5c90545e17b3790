"""District files to load: ours, and ours with something changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahayata.district.file import DistrictFaults, load_district
from sahayata.district.model import District
from sahayata.settings import PROJECT

OURS = (PROJECT / "district.yaml").read_text(encoding="utf-8")


def beside_prompts(folder: Path, text: str | bytes) -> Path:
    """Write a district.yaml that speaks Hindi."""
    (folder / "prompts").symlink_to(PROJECT / "prompts")
    file = folder / "district.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def loaded(folder: Path, text: str) -> District:
    return load_district(beside_prompts(folder, text))


def faults_of(folder: Path, text: str | bytes) -> list[str]:
    file = beside_prompts(folder, text)
    with pytest.raises(DistrictFaults) as caught:
        load_district(file)
    return [str(fault) for fault in caught.value.faults]


def project_of(folder: Path, text: str) -> Path:
    """Make a project of another district that is ours in everything else."""
    folder.mkdir()
    for name in ("callflows.yaml", "dialplans"):
        (folder / name).symlink_to(PROJECT / name)
    beside_prompts(folder, text)
    return folder
