"""The catalogue of prompts: what the helpline says, id by id.

``prompts/<language>/catalogue.yaml`` is edited by people of the district, so loading is strict:
unknown fields, an id that stands twice, empty texts, Latin letters and digits are all reported at
once, each with file and line. ``ivr.voice.wording`` looks at what loads and may still be misheard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ivr.call import PromptId
from ivr.fault_words import shaped
from ivr.strict_yaml import Fault, YamlFaults, YamlSource, read_yaml
from ivr.voice.unsayable import unsayable

FILE_NAME: Final = "catalogue.yaml"
LONGEST_TEXT: Final = 600

AS_USUAL: Final = 1.0
"""The pace of most prompts."""

_Text = Annotated[str, Field(max_length=LONGEST_TEXT)]


class Prompt(BaseModel):
    """One thing that is said, or a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    text: _Text = ""
    """What is said and what people read; "" for a silence."""
    purpose: str = Field(alias="for", min_length=1, max_length=200)
    """When it is said."""
    say: _Text = ""
    """The text in a spelling a voice reads right; "" where the text itself is read right."""
    pause_ms: Annotated[int, Field(ge=20, le=10_000)] | None = None
    """How long a silence is; ``None`` for everything that has a text."""
    pace: Annotated[float, Field(ge=0.7, le=1.3)] = AS_USUAL
    """How fast it is said, beside the usual pace: 0.9 is a tenth slower."""
    voice: Literal["kokoro", "gtts", "espeak"] | None = None
    """Who says it; ``None``: the voice of the settings. A person's recording always comes first."""

    @model_validator(mode="after")
    def _one_of_text_and_pause(self) -> Prompt:
        if self.pause_ms is None and not self.text.strip():
            raise ValueError("has no text; write what is said, or pause_ms for a silence")
        if self.pause_ms is not None and (self.text or self.say):
            raise ValueError("is a silence (pause_ms) and a text at once; keep one of them")
        if self.pause_ms is not None and (self.voice or self.pace != AS_USUAL):
            raise ValueError("is a silence: it has neither voice nor pace")
        return self

    @property
    def spoken(self) -> str:
        """What a voice is given to read."""
        return self.say or self.text


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal[1]
    language: Annotated[str, shaped(r"[a-z]{2,3}", "code of a language: two or three letters")]
    prompts: dict[
        Annotated[str, shaped(r"[a-z0-9_]{1,64}", "name: small letters, digits and _")], Prompt
    ]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every prompt of one language, in the order of the file."""

    language: str
    prompts: Mapping[PromptId, Prompt]

    def text_of(self, prompts: tuple[PromptId, ...]) -> str:
        """Return what is said by a list of prompts, as text. An unknown id is a ``KeyError``."""
        return " ".join(text for prompt in prompts if (text := self.prompts[prompt].text))


@dataclass(frozen=True, slots=True)
class LoadedCatalogue:
    """A catalogue, and where each thing in it stands."""

    catalogue: Catalogue
    source: YamlSource


def load_catalogue(path: Path) -> Catalogue:
    """Read a catalogue. Raises ``ivr.strict_yaml.YamlFaults`` with every fault in it."""
    return load_with_lines(path).catalogue


def load_with_lines(path: Path) -> LoadedCatalogue:
    """Read a catalogue and keep its lines. Raises ``ivr.strict_yaml.YamlFaults``."""
    source = read_yaml(path)
    faults = list(_unsayable(source))
    try:
        document = _Document.model_validate(source.data)
    except ValidationError as error:
        raise YamlFaults(*sorted((*source.faults(error), *faults))) from error
    if faults:
        raise YamlFaults(*faults)
    prompts = MappingProxyType(document.prompts)
    return LoadedCatalogue(Catalogue(document.language, prompts), source)


def _unsayable(source: YamlSource) -> Iterator[Fault]:
    """Look at every text there is, whatever else may be wrong with the file."""
    match source.data:
        case {"language": str(language), "prompts": dict(prompts)}:
            for prompt_id, prompt in prompts.items():
                texts = prompt if isinstance(prompt, dict) else {}
                for field in ("text", "say"):
                    text = texts.get(field)
                    if isinstance(text, str) and (message := unsayable(text, language)):
                        yield source.fault(("prompts", prompt_id, field), message)
