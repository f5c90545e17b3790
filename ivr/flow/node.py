"""What the nodes of ``callflows.yaml`` are made of: the kinds of names, and what several share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ivr.words import is_phrase


def _phrase(text: str) -> str:
    if not is_phrase(text):
        raise ValueError(f"{text[:60]!r} is no word that can be said: letters, one blank between")
    return text


NodeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
PromptRef = Annotated[str, Field(pattern=r"^([a-z0-9_]{1,64}|\{[a-z_]+(:[a-z_]+)?\})$")]
Prompts = Annotated[tuple[PromptRef, ...], Field(strict=False, max_length=40)]
"""What is said, in order; a list in YAML."""
Key = Annotated[str, Field(pattern=r"^[0-9*#]$")]
Code = Annotated[str, Field(pattern=r"^\*[0-9]{1,4}$")]
AnswerName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Phrase = Annotated[str, AfterValidator(_phrase)]
Seconds = Annotated[float, Field(gt=0, le=600)]


class Strict(BaseModel):
    """Unknown fields are errors; nothing changes after loading; no type is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Reaction(Strict):
    """What to do on silence or on a wrong key: say something and ask again, or go elsewhere."""

    say: Prompts = ()
    goto: NodeName | None = None
    """Leave at once instead of asking again."""


class Node(Strict):
    """What every node has."""

    about: str | None = None
    """The category the caller is now speaking of: a hang-up from here on leaves a ticket in it."""
    comment: str | None = None


class Recording(Node):
    """What every node has that records: until silence, the finishing key, or the time limit."""

    prompts: Prompts = ()
    max_s: Seconds
    min_s: Seconds = 1.0
    silence_s: Seconds = 4.0
    finish_key: Literal["#", "*"] = "#"
