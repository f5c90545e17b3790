"""``SCRIPT.md``: the reading sheet for a person who records the prompts."""

from __future__ import annotations

from typing import Final

from ivr.voice.catalogue import AS_USUAL, Catalogue, Prompt
from ivr.voice.studio_numbers import Numbers

FILE_NAME: Final = "SCRIPT.md"

_HEAD: Final = """\
# Reading sheet ({language})

Made from `catalogue.yaml` by `sahayata prompts script`; change a text there, not here.

- A quiet room, one voice, one day. A hand's breadth from the microphone, and a little to its side.
- Speak slowly and kindly, as to somebody older in your own family. Smile: it is heard.
- Half a second of silence before and after each line. A slip: pause, say the whole line again.
- Lines **without** a full stop are said in the middle of a sentence: do not let the voice fall.
- One file a line, named by its id: `{example}.wav`, mono, 16 bit, 16 kHz or more.
- Or by telephone: a supervisor dials `*20` and asks for a line by its number. Numbers stay.

{count} lines, about {minutes} minutes of speech.

|   | id | text | when it is said |
|--:|----|------|-----------------|
"""
_CHARACTERS_A_MINUTE: Final = 520


def reading_sheet(catalogue: Catalogue, numbers: Numbers) -> str:
    """Return the reading sheet as Markdown: every line with its number, id, and when it is said.

    ``numbers`` has one for every text of the catalogue.
    """
    lines = [(name, prompt) for name, prompt in catalogue.prompts.items() if prompt.text]
    characters = sum(len(prompt.text) for _, prompt in lines)
    head = _HEAD.format(
        language=catalogue.language,
        example=lines[0][0] if lines else "id",
        count=len(lines),
        minutes=max(1, round(characters / _CHARACTERS_A_MINUTE)),
    )
    rows = (
        f"| {numbers[name]} | `{name}` | {prompt.text} | {_when(prompt)} |\n"
        for name, prompt in lines
    )
    return head + "".join(rows)


def _when(prompt: Prompt) -> str:
    manner = "slowly: " if prompt.pace < AS_USUAL else "briskly: " if prompt.pace > AS_USUAL else ""
    return manner + prompt.purpose.replace("|", "/")
