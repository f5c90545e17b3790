"""``sahayata prompts takes | put-back``: what was recorded anew, by whom, and the way back."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Any

from sahayata.cli.prompts_record import add_prompt, booth_of, prompt_of, whoever
from sahayata.cli.words import Refused, Words, add_json, answer_json, command, say, started_before

if TYPE_CHECKING:
    from ivr.voice.studio import Shelf

THE_PROJECTS = "the project's recording"


def add(verbs: Words) -> None:
    """Add the verbs ``takes`` and ``put-back``."""
    takes = command(verbs, "takes", "what was recorded anew, when and by whom", run_takes)
    add_prompt(takes, nargs="?")
    add_json(takes)
    back = command(verbs, "put-back", "let callers hear an earlier recording again", run_put_back)
    add_prompt(back)
    back.add_argument(
        "take",
        metavar="TAKE",
        nargs="?",
        type=a_take,
        help=f"its number; 0 is {THE_PROJECTS} (the one before that in use)",
    )


def a_take(text: str) -> int:
    """Read the number of a take, or 0."""
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of a take")
    return int(text)


def run_takes(args: argparse.Namespace) -> int:
    """List the takes of a prompt, or of all that were ever recorded anew."""
    from ivr.voice.studio import TakesUnreadable

    _, booth = booth_of(args)
    prompts = [prompt_of(booth, args.id)] if args.id else booth.recorded()
    try:
        shelves = {prompt: booth.shelf(prompt) for prompt in prompts}
    except TakesUnreadable as fault:
        raise Refused(str(fault)) from fault
    faults = booth.chosen().faults
    if args.json:
        answer_json({"prompts": {p: _document(s) for p, s in shelves.items()}, "faults": faults})
        return 0
    for prompt, shelf in shelves.items():
        say(f"{prompt}: “{booth.text_of(prompt)}”")
        for take in reversed(shelf.takes):
            used = "*" if take.number == shelf.in_use else " "
            when = f"{take.at.astimezone():%Y-%m-%d %H:%M}"
            say(f" {used} {take.number:3}  {when}  {take.who}, {take.how}  {take.seconds:.1f} s")
        say(f" {' ' if shelf.in_use else '*'}   0  {THE_PROJECTS}")
    for unplayed in faults:
        say(f"not played: {unplayed}")
    if not shelves:
        say("nobody has recorded anything anew")
    return 0


def run_put_back(args: argparse.Namespace) -> int:
    """Put a take, or the project's recording, in use."""
    from ivr.voice.studio import TakesUnreadable
    from sahayata.studio_deeds import NotDone, put_back

    found, booth = booth_of(args)
    prompt = prompt_of(booth, args.id)
    started_before(found)
    try:
        number = _before(booth.shelf(prompt)) if args.take is None else args.take
        put_back(found, booth, prompt, number, who=whoever())
    except (TakesUnreadable, NotDone) as fault:
        raise Refused(f"{prompt}: {fault}") from fault
    what = f"take {number}" if number else THE_PROJECTS
    say(f"{prompt}: {what} is what callers hear from the next call on")
    return 0


def _before(shelf: Shelf) -> int:
    """Return the take before the one in use, 0 when that is the project's recording."""
    if not shelf.in_use:
        raise Refused(f"{THE_PROJECTS} is in use; name the take to be put in its place")
    return max((take.number for take in shelf.takes if take.number < shelf.in_use), default=0)


def _document(shelf: Shelf) -> dict[str, Any]:
    return {
        "in_use": shelf.in_use,
        "takes": [
            {
                "number": take.number,
                "who": take.who,
                "how": take.how,
                "at": take.at.isoformat(),
                "seconds": round(take.seconds, 2),
                "text": take.text,
            }
            for take in shelf.takes
        ],
    }
