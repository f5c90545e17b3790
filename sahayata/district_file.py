"""Reading ``district.yaml``: every fault at once, each with file and line."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from ivr.strict_yaml import Fault, YamlFaults, read_yaml
from sahayata.district import District


class DistrictFaults(Exception):
    """district.yaml cannot be used; ``faults`` says why, each with its line."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def load_district(path: Path) -> District:
    """Read and check the district's file.

    Raises:
        DistrictFaults: with every fault that could be found.
    """
    try:
        source = read_yaml(path)
    except YamlFaults as error:
        raise DistrictFaults(error.faults) from error
    try:
        return District.model_validate(source.data)
    except ValidationError as error:
        raise DistrictFaults(source.faults(error)) from error
