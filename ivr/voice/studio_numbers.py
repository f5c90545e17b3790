"""The number of each sentence, by which an official asks for it on the telephone.

``prompts/<language>/numbers.txt`` has a line for each, ``101 greeting``. A number once given stays
with its prompt whatever is put before it, and goes to no other when the prompt is gone: reading
sheets hang on walls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ivr.call import PromptId
from ivr.strict_yaml import Fault, YamlFaults
from ivr.voice.catalogue import Catalogue

FILE_NAME: Final = "numbers.txt"
FIRST: Final = 101
LAST: Final = 9999
MOST_BYTES: Final = 500_000
_HEAD: Final = """\
# The number of each sentence on the reading sheet, for who records it anew by telephone. Kept by
# `sahayata prompts script`: it adds what is new. A number is never changed and never given again.
"""
_LINE: Final = re.compile(r"([1-9][0-9]{2,3}) ([a-z0-9_]{1,64})")

Numbers = Mapping[PromptId, int]
"""The number of each prompt, of those that are gone too, in the order of the file."""


def read_numbers(folder: Path) -> Numbers:
    """Read the numbers of a language; none where there is no file.

    Raises ``ivr.strict_yaml.YamlFaults`` with every line that is wrong.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return {}
    try:
        text = path.read_bytes()[:MOST_BYTES].decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise YamlFaults(Fault(FILE_NAME, 0, f"cannot be read: {error}")) from error
    numbers: dict[PromptId, int] = {}
    faults = []
    for at, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            faults.append(
                Fault(FILE_NAME, at, f"{line[:60]!r} is no number and the id of a prompt")
            )
        elif found[2] in numbers or int(found[1]) in numbers.values():
            faults.append(Fault(FILE_NAME, at, f"{line[:60]!r}: one of the two stands above, too"))
        else:
            numbers[found[2]] = int(found[1])
    if faults:
        raise YamlFaults(*faults)
    return numbers


def with_new(numbers: Numbers, catalogue: Catalogue) -> Numbers:
    """Return the numbers with one for each text of the catalogue that has none yet."""
    given = dict(numbers)
    following = max((*given.values(), FIRST - 1)) + 1
    for name, prompt in catalogue.prompts.items():
        if prompt.text and name not in given:
            given[name] = following
            following += 1
    return given


def as_text(numbers: Numbers) -> str:
    """Return the file."""
    return _HEAD + "".join(f"{number} {name}\n" for name, number in numbers.items())
