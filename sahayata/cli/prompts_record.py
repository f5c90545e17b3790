"""``sahayata prompts record``: an official's voice in the place of the project's recording."""

from __future__ import annotations

import argparse
import getpass
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sahayata.cli.typed import an_extension
from sahayata.cli.words import (
    BadWords,
    Refused,
    Words,
    add_state,
    command,
    running_settings,
    say,
    settings,
    started_before,
)
from sahayata.settings import Settings

if TYPE_CHECKING:
    from ivr.voice.processing import Pcm
    from ivr.voice.studio_booth import Booth

MOST_WHO = 64
"""As long as the audit log has it."""
MOST_HOW = 80


def add(verbs: Words) -> None:
    """Add the verb ``record``."""
    verb = command(verbs, "record", "record a prompt anew: callers hear it from then on", run)
    add_prompt(verb)
    how = verb.add_mutually_exclusive_group(required=True)
    how.add_argument(
        "--from", dest="file", metavar="FILE.wav", help="take this file: mono, 16 kHz or more"
    )
    how.add_argument(
        "--call",
        type=an_extension,
        metavar="EXT",
        help="ring this telephone of a supervisor, who says it there",
    )


def add_prompt(verb: argparse.ArgumentParser, *, nargs: str | None = None) -> None:
    """Add the words that name a prompt of an instance."""
    verb.add_argument(
        "id",
        metavar="ID",
        nargs=nargs,
        help="the name of a prompt in the catalogue, or its number on the reading sheet",
    )
    verb.add_argument("--language", help="the folder under prompts/ (the district's first)")
    add_state(verb)


def booth_of(args: argparse.Namespace) -> tuple[Settings, Booth]:
    """Read the studio that the words mean; nothing has to run. Raises ``Refused``."""
    from ivr.strict_yaml import YamlFaults
    from sahayata.studio import open_booth

    found = settings(args)
    language = args.language or found.district.helpline.languages[0]
    if not re.fullmatch(r"[a-z]{2,3}", language) or not (found.prompts / language).is_dir():
        raise BadWords(
            f"there are no prompts in {language!r}: {found.prompts / language} does not exist"
        )
    try:
        return found, open_booth(found, language)
    except YamlFaults as fault:
        raise Refused(str(fault)) from fault


def prompt_of(booth: Booth, word: str) -> str:
    """Return the prompt a word means: an id, or a number. Raises ``BadWords``."""
    prompt = word if word in booth.catalogue.prompts else booth.prompt_of(word)
    if prompt is None:
        raise BadWords(f"{word!r} is not in {booth.prompts / 'catalogue.yaml'}")
    if not booth.text_of(prompt):
        raise BadWords(f"{prompt} is a silence: nobody can say it")
    return prompt


def whoever() -> str:
    """Say who sits at the machine."""
    try:
        return _printable(getpass.getuser(), MOST_WHO)
    except (KeyError, OSError):  # A user without a name, as in a container.
        return f"uid {os.getuid()}"


def _printable(text: str, most: int) -> str:
    """Return what may stand in a record of a text that may be anything."""
    return "".join(c if c.isprintable() else "?" for c in text)[:most]


def run(args: argparse.Namespace) -> int:
    """Record a prompt anew; 1 when nothing was kept."""
    from sahayata.studio_deeds import NotDone, keep

    found, booth = booth_of(args)
    prompt = prompt_of(booth, args.id)
    started_before(found)
    if args.call:
        return _by_telephone(running_settings(args), booth, prompt, args.call)
    pcm = _from_file(booth, prompt, Path(args.file))
    how = _printable(f"file {Path(args.file).name}", MOST_HOW)
    try:
        number = keep(found, booth, prompt, pcm, who=whoever(), how=how)
    except NotDone as fault:
        raise Refused(f"{prompt}: {fault}") from fault
    say(f"{prompt}: take {number} is what callers hear from the next call on")
    say(f"“{booth.text_of(prompt)}”")
    return 0


def _from_file(booth: Booth, prompt: str, file: Path) -> Pcm:
    from ivr.voice.recorded import FULL, Recorded
    from ivr.voice.studio_judge import WHY
    from ivr.voice.studio_judge import Refused as NotGoodEnough
    from ivr.voice.voice import VoiceFailed

    try:
        speech = Recorded(file).speak(booth.text_of(prompt), 1.0)
    except VoiceFailed as fault:
        raise Refused(str(fault)) from fault
    made = booth.judge(prompt, speech.samples.astype("float64"), speech.rate, FULL)
    if isinstance(made, NotGoodEnough):
        raise Refused(f"{file}: {WHY[made.why]}; the text is “{booth.text_of(prompt)}”")
    return made


def _by_telephone(found: Settings, booth: Booth, prompt: str, extension: str) -> int:
    from ivr.voice.studio import TakesUnreadable
    from sahayata.studio_call import CannotRing, call

    number = booth.numbers.get(prompt)
    if number is None:
        raise Refused(f"{prompt} has no number yet: sahayata prompts script gives it one")
    say(f"{extension} rings: answer it, press your PIN, and say “{booth.text_of(prompt)}”")
    try:
        before = booth.shelf(prompt).last
        answered = call(found, extension, number)
        after = booth.shelf(prompt)
    except (CannotRing, TakesUnreadable) as fault:
        raise Refused(str(fault)) from fault
    if not answered:
        raise Refused(f"nobody answered at {extension}")
    if after.last == before:
        raise Refused("nothing was kept: callers hear what they heard before")
    say(f"{prompt}: take {after.last} is what callers hear from the next call on")
    return 0
