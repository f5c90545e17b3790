"""``sahayata prompts build | script | play``: recordings from the catalogue."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

from sahayata.cli import prompts_check, prompts_record, prompts_takes
from sahayata.cli.typed import a_voice
from sahayata.cli.words import BadWords, Refused, Words, add_state, command, say, settings
from sahayata.settings import Settings

PATIENCE_S = 5.0
PLAYERS = (
    ("aplay", "-q"),
    ("paplay",),
    ("pw-play",),
    ("ffplay", "-autoexit", "-nodisp", "-v", "0"),
)


def add(words: Words) -> None:
    """Add the commands."""
    group = words.add_parser("prompts", help="recordings from the catalogue")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    for name, summary, run in (
        ("build", "make the recordings of changed sentences anew", run_build),
        ("script", "write SCRIPT.md, the reading sheet for a human voice", run_script),
        ("play", "play a recording", run_play),
    ):
        verb = command(verbs, name, summary, run)
        add_state(verb)
        verb.add_argument("--language", help="the folder under prompts/ (the district's first)")
        if name == "build":
            verb.add_argument("--voice", type=a_voice, help="the usual voice (SAHAYATA_VOICE)")
        if name == "play":
            verb.add_argument("id", metavar="ID", help="the name of a prompt in the catalogue")
    prompts_check.add(verbs)
    prompts_record.add(verbs)
    prompts_takes.add(verbs)


def _folder(args: argparse.Namespace) -> tuple[Settings, Path]:
    found = settings(args)
    language = args.language or found.district.helpline.languages[0]
    folder = found.prompts / language
    if not folder.is_dir():
        raise BadWords(f"there are no prompts in {language!r}: {folder} does not exist")
    return found, folder


def run_build(args: argparse.Namespace) -> int:
    """Make what changed, with a progress bar; the old recordings stay whole when it fails."""
    from rich.console import Console
    from rich.progress import Progress

    from ivr.strict_yaml import YamlFaults
    from ivr.voice.catalogue import load_catalogue
    from ivr.voice.masters import FOLDER, BuildFailed, MastersUnreadable, build
    from sahayata.setting import BadSetting
    from sahayata.voices import voices

    found, folder = _folder(args)
    try:
        catalogue = load_catalogue(folder / "catalogue.yaml")
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("recordings", total=None)
            report = build(
                catalogue,
                folder / FOLDER,
                voices(found, catalogue.language, args.voice or ""),
                lambda name, done, of: bar.update(task, description=name, completed=done, total=of),
            )
    except (BadSetting, YamlFaults, BuildFailed, MastersUnreadable) as fault:
        raise Refused(str(fault)) from fault
    say(
        f"{len(report.made)} recordings made, {len(report.kept)} were up to date, "
        f"{len(report.removed)} removed"
    )
    return 0


def run_script(args: argparse.Namespace) -> int:
    """Write the reading sheet beside the catalogue, and give new sentences their numbers."""
    from ivr.strict_yaml import YamlFaults
    from ivr.voice.catalogue import load_catalogue
    from ivr.voice.script import reading_sheet
    from ivr.voice.studio_numbers import FILE_NAME, as_text, read_numbers, with_new
    from ivr.whole_file import write_whole

    _, folder = _folder(args)
    try:
        catalogue = load_catalogue(folder / "catalogue.yaml")
        numbers = with_new(read_numbers(folder), catalogue)
    except YamlFaults as fault:
        raise Refused(str(fault)) from fault
    write_whole(folder / FILE_NAME, as_text(numbers).encode())
    sheet = folder / "SCRIPT.md"
    sheet.write_text(reading_sheet(catalogue, numbers), encoding="utf-8")
    say(str(sheet))
    return 0


def run_play(args: argparse.Namespace) -> int:
    """Play one recording through the loudspeaker of this machine, and print its text."""
    import soundfile

    from ivr.strict_yaml import YamlFaults
    from ivr.voice.catalogue import load_catalogue
    from ivr.voice.masters import FOLDER, MastersUnreadable, read_master
    from ivr.voice.processing import MASTER_RATE
    from ivr.voice.publish import own_recordings

    found, folder = _folder(args)
    try:
        catalogue = load_catalogue(folder / "catalogue.yaml")
        if args.id not in catalogue.prompts:
            raise BadWords(f"{args.id!r} is not in {folder / 'catalogue.yaml'}")
        own = own_recordings(found.state.sounds / folder.name).get(args.id)
        master = own.path if own else folder / FOLDER / f"{args.id}.flac"
        pcm = read_master(master.parent, master.stem)
    except (YamlFaults, MastersUnreadable) as fault:
        raise Refused(str(fault)) from fault
    say(catalogue.text_of((args.id,)))
    player = next((words for words in PLAYERS if shutil.which(words[0])), None)
    if player is None:
        raise Refused(
            f"nothing here plays sound (looked for {', '.join(w[0] for w in PLAYERS)}); "
            f"the recording is {master}"
        )
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        soundfile.write(file, pcm, MASTER_RATE, format="WAV", subtype="PCM_16")
        file.flush()
        # One of the players above, found on PATH, and a file of our own.
        words, limit_s = [*player, file.name], pcm.size / MASTER_RATE + PATIENCE_S
        try:
            return subprocess.run(words, check=False, timeout=limit_s).returncode  # noqa: S603 - our words
        except subprocess.TimeoutExpired as late:
            raise Refused(f"{player[0]} does not come to an end: is there a loudspeaker?") from late
