"""What has to be right before anything is started: each fault in words that say what to do."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from deploy.asterisk_config.files import render
from deploy.asterisk_config.text import UnsafeValue, clean_path
from deploy.asterisk_home import Asterisk, AsteriskMissing
from deploy.provision import find
from deploy.sandbox import Sight, require_shown
from ivr.flow.loader import load_flows
from ivr.strict_yaml import Fault, YamlFaults
from ivr.voice.catalogue import FILE_NAME as CATALOGUE
from ivr.voice.catalogue import Catalogue, load_catalogue
from ivr.voice.masters import MastersUnreadable
from sahayata.dialplan import dialplan_of
from sahayata.district.file import DistrictFaults
from sahayata.district.named import unnamed
from sahayata.district.view import view_of
from sahayata.rostered import rostered
from sahayata.secrets import Secrets, SecretsUnreadable, load_or_create
from sahayata.settings import Settings
from sahayata.state import StateFolder
from sahayata.studio import open_booth
from sahayata.supervisor.faults import CannotStart, in_words, require_room
from sahayata.supervisor.rx import SOCKET

LONGEST_DIR: Final = 150
LONGEST_SOCKET_PATH: Final = 107
"""What an address of a unix socket holds (``sun_path`` has 108 bytes with the final zero)."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an instance stands on."""

    settings: Settings
    keys: Secrets
    asterisk: Asterisk
    fallback: str
    """The dialplan that answers without us, made from the files of this start."""
    configuration: str
    """A digest of Asterisk's configuration without the mark of a start."""


def make_folders(settings: Settings) -> Asterisk:
    """Make DIR, look at it, and say which Asterisk will use it.

    Raises:
        CannotStart: there is no Asterisk, DIR is no place for it, cannot be made, or is nearly
            full.
    """
    state = settings.state
    try:
        asterisk = find()
        require_short_path(state, asterisk)
        require_shown(asterisk, sight_of(settings))
        clean_path(state.root)
    except (AsteriskMissing, UnsafeValue) as fault:
        raise CannotStart(str(fault)) from fault
    try:
        state.prepare()
        require_room(state.root, settings.least_free_mb)
    except OSError as error:
        raise CannotStart(in_words(error, "the state folder cannot be made")) from error
    return asterisk


def sight_of(settings: Settings) -> Sight:
    """Say what Asterisk sees of this machine: DIR, and to read only our scripts."""
    state = settings.state
    return Sight((state.root,), (settings.project,), run=state.asterisk_run)


def require_short_path(state: StateFolder, asterisk: Asterisk) -> None:
    """Refuse a DIR too deep for Asterisk. Raises ``CannotStart``.

    Asterisk keeps names of files in buffers of 256 bytes; one without a root file system of its own
    has the control socket in DIR, too, whose path must be shorter still.
    """
    length = len(os.fsencode(state.root))
    most = LONGEST_DIR
    if asterisk.root is None:
        below = len(os.fsencode(state.asterisk_run / SOCKET)) - length
        most = LONGEST_SOCKET_PATH - below
    if length > most:
        raise CannotStart(
            f"{state.root}: this path is too long for Asterisk;"
            f" choose a --state of at most {most} bytes"
        )


def lay_ground(settings: Settings, asterisk: Asterisk, say: Callable[[str], None]) -> Ground:
    """Read what can be said, roster and secrets; render Asterisk's configuration and recordings.

    Nothing that runs is touched: with a fault here an Asterisk of an earlier ``up`` goes on.

    Raises:
        CannotStart: one of them cannot be used.
    """
    require_speech(settings)
    for fault in unnamed(settings.district.helpline, settings.prompts):
        say(f"callers hear another name: {fault}")
    try:
        fallback = dialplan_of(settings.project)
        operators = rostered(settings, say)
        keys = load_or_create(settings.state.secrets, (*settings.district.extensions, *operators))
        files = render(settings, keys, asterisk, "", fallback, rostered=operators)
        _publish(settings, say)
    except OSError as error:
        raise CannotStart(in_words(error, "the instance cannot be prepared")) from error
    except (DistrictFaults, YamlFaults, SecretsUnreadable, UnsafeValue, MastersUnreadable) as fault:
        raise CannotStart(str(fault)) from fault
    text = "\0".join(f"{name}\0{content}" for name, content in sorted(files.items()))
    digest = hashlib.sha256(f"{asterisk}\0{text}".encode()).hexdigest()
    return Ground(settings, keys, asterisk, fallback, digest)


def require_speech(settings: Settings) -> None:
    """Refuse conversations and catalogues that cannot be used, as our server would.

    Raises:
        CannotStart: with every fault, one a line, by file and line.
    """
    faults: list[Fault] = []
    catalogues: list[Catalogue] = []
    for language in settings.district.helpline.languages:
        try:
            catalogues.append(load_catalogue(settings.prompts / language / CATALOGUE))
        except YamlFaults as found:
            faults += found.faults
    if not faults:  # Without the prompts each step of a conversation would seem to be wrong.
        try:
            load_flows(settings.callflows, view_of(settings.district), catalogues[0].prompts)
        except YamlFaults as found:
            faults += found.faults
    if faults:
        raise CannotStart("\n  ".join(("these have to be put right first:", *map(str, faults))))


def _publish(settings: Settings, say: Callable[[str], None]) -> None:
    for language in settings.district.helpline.languages:
        report, chosen = open_booth(settings, language).lay_out_all()
        for fault in chosen.faults:
            say(f"studio: {fault}")
        if report.made:
            say(f"recordings: {len(report.made)} made ready for the telephone ({language})")
        for fault in report.faults:
            say(f"recordings: {fault}")
