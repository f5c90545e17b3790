"""Words that several commands share, and how they answer."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

from sahayata.district.file import DistrictFaults
from sahayata.setting import BadSetting
from sahayata.settings import Settings, load

Words = Any
"""argparse's sub-parsers; it gives their type no public name."""


class Refused(Exception):
    """What was asked cannot be done; the message says why, for a person."""


class BadWords(Refused):
    """The words name what no file of the district has, or do not fit each other: exit status 2.

    What only the data of the instance can tell is ``Refused``.
    """


def command(
    words: Words, name: str, summary: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """Add a command that answers with ``run``."""
    made: argparse.ArgumentParser = words.add_parser(name, help=summary, description=summary)
    made.set_defaults(run=run)
    return made


def add_state(parser: argparse.ArgumentParser) -> None:
    """Add ``--state DIR``."""
    parser.add_argument(
        "--state", metavar="DIR", help="the folder of the instance (SAHAYATA_STATE, or var/)"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def settings(args: argparse.Namespace) -> Settings:
    """Read the settings for a command. Raises ``Refused`` with everything that is wrong."""
    try:
        return load(state=args.state, port_base=getattr(args, "port_base", None))
    except (BadSetting, DistrictFaults) as fault:
        raise Refused(str(fault)) from fault


def existing_settings(args: argparse.Namespace) -> Settings:
    """Read the settings of an instance that was started before; a look must not make one.

    Raises ``Refused`` when nothing was ever started in DIR.
    """
    return started_before(settings(args))


def started_before(found: Settings) -> Settings:
    """Return the settings if an instance was ever started with them. Raises ``Refused``."""
    in_sqlite = found.database_url == f"sqlite:///{found.state.database}"
    if not found.state.secrets.exists() or (in_sqlite and not found.state.database.exists()):
        raise Refused(
            f"nothing was ever started in {found.state.root}: name the folder with --state,"
            " or start it with `sahayata up`"
        )
    return found


def running_settings(args: argparse.Namespace) -> Settings:
    """Read the settings of the instance that runs in DIR: its ports are the ones it took.

    Raises ``Refused`` when nothing was ever started in DIR.
    """
    from sahayata.supervisor import instance_status
    from sahayata.supervisor.instance import InstanceState

    found = existing_settings(args)
    status = instance_status(found)
    # Asterisk may go on alone, with `up` dead: just then somebody wants to know whether it answers.
    if status.state is not InstanceState.STOPPED and status.port_base != found.ports.base:
        found = load(state=args.state, port_base=status.port_base)
    return found


def one_of(word: str, known: Iterable[str], what: str) -> str:
    """Return a word that names one of what there is. Raises ``BadWords`` with all names."""
    names = list(known)
    if word not in names:
        raise BadWords(f"there is no {what} {word!r}; there are {', '.join(names)}")
    return word


def say(text: str = "") -> None:
    """Print a line for a person."""
    sys.stdout.write(text + "\n")


def answer_json(document: object) -> None:
    """Print the one JSON document."""
    say(json.dumps(document, ensure_ascii=False, indent=1, default=str))
