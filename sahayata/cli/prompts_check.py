"""``sahayata prompts check``: hear the prompts as callers do, and see what is understood."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sahayata.cli.typed import up_to
from sahayata.cli.words import (
    BadWords,
    Refused,
    Words,
    add_json,
    add_state,
    answer_json,
    command,
    running_settings,
    say,
    settings,
)
from sahayata.settings import Settings

if TYPE_CHECKING:
    from ivr.ear.recordings import Recording, Sound
    from ivr.ear.understood import Kind, Understanding
    from ivr.voice.catalogue import Catalogue
    from sahayata.rehearing import Rehearing

WORST = 10


def add(verbs: Words) -> None:
    """Add the verb ``check``."""
    verb = command(verbs, "check", "hear the prompts as callers do", run)
    verb.add_argument("ids", nargs="*", metavar="ID", help="only these prompts")
    verb.add_argument(
        "--listen",
        action="store_true",
        help="play them in real calls through the running instance; else the recordings are looked"
        " at in the band of the telephone",
    )
    verb.add_argument(
        "--words", action="store_true", help="write down what is understood (Whisper), worst first"
    )
    verb.add_argument("--language", help="the folder under prompts/ (the district's first)")
    verb.add_argument(
        "--worst", type=up_to(1000, "prompts"), default=WORST, help=f"how many ({WORST})"
    )
    add_state(verb)
    add_json(verb)


def run(args: argparse.Namespace) -> int:
    """Check; 1 when a prompt did not arrive as it should, or stands out as not understood."""
    from ivr.ear.recordings import load_each
    from ivr.strict_yaml import YamlFaults
    from ivr.voice.catalogue import load_catalogue
    from ivr.voice.masters import FOLDER, MastersUnreadable
    from ivr.voice.publish import own_recordings

    found = running_settings(args) if args.listen else settings(args)
    language = args.language or found.district.helpline.languages[0]
    folder = found.prompts / language
    if not folder.is_dir():
        raise BadWords(f"there are no prompts in {language!r}: {folder} does not exist")
    try:
        catalogue = load_catalogue(folder / "catalogue.yaml")
        own = own_recordings(found.state.sounds / language)
        recordings = load_each(folder / FOLDER, {name: one.path for name, one in own.items()})
    except (YamlFaults, MastersUnreadable) as fault:
        raise Refused(str(fault)) from fault
    if unknown := [name for name in args.ids if name not in recordings]:
        raise BadWords(f"no recording of {', '.join(unknown)} in {folder / FOLDER}")
    chosen = {name: recordings[name] for name in args.ids or recordings}
    heard = _listen(found, chosen, language) if args.listen else None
    sounds: Mapping[str, Sound] = (
        {one.prompt: one.sound for one in heard.prompts}
        if heard is not None
        else {name: recording.speech for name, recording in chosen.items()}
    )
    written = _write(sounds, recordings, catalogue) if args.words else {}
    faults = list(_faults(heard, written))
    if args.json:
        answer_json(_document(heard, written, faults))
    else:
        _show(heard, written, faults, args.worst, len(chosen))
    return 1 if faults else 0


def _listen(found: Settings, chosen: Mapping[str, Recording], language: str) -> Rehearing:
    from rich.console import Console
    from rich.progress import Progress

    from sahayata.rehearing import RehearingFailed, rehear

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("heard", total=len(chosen))
        try:
            return asyncio.run(
                rehear(found, list(chosen), chosen, language, lambda _: bar.advance(task))
            )
        except (RehearingFailed, OSError) as fault:
            raise Refused(str(fault)) from fault


def _write(
    sounds: Mapping[str, Sound], recordings: Mapping[str, Recording], catalogue: Catalogue
) -> Mapping[Kind, Understanding]:
    from rich.console import Console
    from rich.progress import Progress

    from ivr.ear.understanding import understand
    from ivr.ear.understood import ranked
    from ivr.ear.whisper import EarMissing, Whisper
    from sahayata.voices import models

    ear = Whisper(models() / "whisper")
    with Progress(console=Console(stderr=True), transient=True) as bar:
        try:
            heard = bar.track(
                understand(ear, sounds, recordings, catalogue),
                total=len(sounds),
                description="understood",
            )
            return ranked(heard)
        except EarMissing as fault:
            raise Refused(str(fault)) from fault


def _faults(heard: Rehearing | None, written: Mapping[Kind, Understanding]) -> Iterator[str]:
    if heard is not None:
        for one in heard.prompts:
            yield from (f"{one.prompt}: {fault}" for fault in one.faults)
        if heard.transcodes:
            yield f"Asterisk transcodes in the call: {dict(heard.formats)}"
    for alike in written.values():
        for odd in alike.outliers:
            yield (
                f"{odd.prompt}: {odd.error:.0%} not understood, where {alike.fence:.0%} is usual at"
                f" most: “{odd.text}” was heard as “{odd.heard}”"
            )


def _document(
    heard: Rehearing | None, written: Mapping[Kind, Understanding], faults: list[str]
) -> dict[str, Any]:
    document: dict[str, Any] = {"faults": faults}
    if heard is not None:
        document["formats"] = dict(heard.formats)
        document["repeated"] = list(heard.repeated)
        document["heard"] = {
            one.prompt: None
            if one.arrival is None
            else {
                "likeness": round(one.arrival.likeness, 3),
                "begins": round(one.arrival.begins, 3),
                "ends": round(one.arrival.ends, 3),
                "level_db": round(one.arrival.level_db, 1),
            }
            for one in heard.prompts
        }
    if written:
        document["understood"] = {
            kind.value: {
                "mean": round(alike.mean, 3),
                "fence": round(alike.fence, 3),
                "prompts": [
                    {"prompt": one.prompt, "error": round(one.error, 3), "heard": one.heard}
                    for one in alike.prompts
                ],
            }
            for kind, alike in written.items()
        }
    return document


def _show(
    heard: Rehearing | None,
    written: Mapping[Kind, Understanding],
    faults: list[str],
    worst: int,
    count: int,
) -> None:
    if heard is not None:
        levels = [one.arrival.level_db for one in heard.prompts if one.arrival is not None]
        say(
            f"{len(levels)} of {count} prompts heard in real calls, "
            f"level {min(levels, default=0):.1f} to {max(levels, default=0):.1f} dB; "
            + ", ".join(f"{name} {value}" for name, value in heard.formats.items())
        )
        if heard.repeated:
            say(f"played twice, as the first time was not well: {', '.join(heard.repeated)}")
    for kind, alike in written.items():
        say(
            f"{len(alike.prompts)} {kind}: {alike.mean:.1%} of the sounds not understood,"
            f" {alike.fence:.0%} is usual at most; the worst:"
        )
        for one in alike.prompts[:worst]:
            say(f"  {one.error:4.0%}  {one.prompt}: {one.text}  →  {one.heard}")
    for fault in faults:
        say(f"fault: {fault}")
    if not faults:
        say("nothing is wrong")
