"""Reading ``district.yaml``: every fault at once, each with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from ivr.languages import LANGUAGES
from ivr.strict_yaml import Fault, YamlFaults, YamlSource, survey_yaml
from ivr.voice.catalogue import FILE_NAME
from sahayata.district.agreement import disagreements, languages
from sahayata.district.model import District


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
        source, doubles = survey_yaml(path)
    except YamlFaults as error:
        raise DistrictFaults(error.faults) from error
    faults = [*doubles]
    faults += [source.fault(found.path, found.message) for found in disagreements(source.data)]
    faults += _unwritten(source, path.parent / "prompts")
    try:
        district = District.model_validate(source.data)
    except ValidationError as error:
        raise DistrictFaults(tuple(sorted({*faults, *source.faults(error)}))) from error
    if faults:
        raise DistrictFaults(tuple(sorted(faults)))
    return district


def _unwritten(source: YamlSource, prompts: Path) -> Iterator[Fault]:
    """Find the languages that have no catalogue of prompts beside the file."""
    for at, language in enumerate(languages(source.data)):
        catalogue = prompts / language / FILE_NAME
        if language in LANGUAGES and not catalogue.is_file():
            message = f"there is no prompts/{language}/{FILE_NAME}"
            yield source.fault(("helpline", "languages", at), message)
