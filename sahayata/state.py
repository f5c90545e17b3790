"""Where everything lies that a run makes: one folder, ``--state DIR``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The paths under DIR. Nothing here creates anything but ``prepare``."""

    root: Path

    @property
    def asterisk_etc(self) -> Path:
        """Generated Asterisk configuration, made anew at each start."""
        return self.root / "asterisk" / "etc"

    @property
    def asterisk_lib(self) -> Path:
        """Asterisk's own database and keys."""
        return self.root / "asterisk" / "lib"

    @property
    def asterisk_spool(self) -> Path:
        """Asterisk's spool; ``monitor`` in it holds recorded talks."""
        return self.root / "asterisk" / "spool"

    @property
    def outgoing(self) -> Path:
        """Where Asterisk looks for what it has to do by itself at a later moment: call files."""
        return self.asterisk_spool / "outgoing"

    @property
    def asterisk_run(self) -> Path:
        """Pid file and control socket."""
        return self.root / "asterisk" / "run"

    @property
    def logs(self) -> Path:
        """Logs of Asterisk and of our processes."""
        return self.root / "logs"

    @property
    def secrets(self) -> Path:
        """Passwords and keys, generated at the first start, mode 0600."""
        return self.root / "secrets.json"

    @property
    def database(self) -> Path:
        """The SQLite database, unless a URL names another."""
        return self.root / "sahayata.db"

    @property
    def roster(self) -> Path:
        """The extensions of the roster as they were known last (JSON), for Asterisk's start."""
        return self.root / "rostered.json"

    @property
    def spool(self) -> Path:
        """Tickets written while the database could not be reached, until they are taken in."""
        return self.root / "spool"

    @property
    def pool(self) -> Path:
        """Leased ticket numbers for the fall-back."""
        return self.root / "pool" / "numbers"

    @property
    def messages(self) -> Path:
        """Spoken messages that callers left."""
        return self.root / "messages"

    @property
    def notices(self) -> Path:
        """What supervisors said to the callers of a queue: ``food.wav``."""
        return self.root / "notices"

    @property
    def names(self) -> Path:
        """Names of operators as recordings; ``own/201.wav`` goes before what a voice said."""
        return self.root / "names"

    @property
    def came_back(self) -> Path:
        """Operators who ended a pause or a wrap-up while nobody of ours was there to be told."""
        return self.root / "came_back"

    @property
    def studio(self) -> Path:
        """What officials recorded in the place of the project's recordings: by language, prompt."""
        return self.root / "studio"

    @property
    def talks(self) -> Path:
        """Recorded talks with operators, where the category allows it."""
        return self.root / "talks"

    @property
    def sounds(self) -> Path:
        """Recordings in the codecs of the telephone, and music on hold."""
        return self.root / "sounds"

    @property
    def speech_model(self) -> Path:
        """The model that speech is recognised with, unless a setting names another folder."""
        return self.root / "speech-model"

    @property
    def instance(self) -> Path:
        """What runs now: process ids, ports, since when (JSON)."""
        return self.root / "instance.json"

    def prepare(self) -> None:
        """Make the folders, readable by the owner only. ``OSError`` says what cannot be made."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (
            self.asterisk_etc,
            self.asterisk_lib,
            self.outgoing,
            self.asterisk_run,
            self.logs,
            self.spool,
            self.pool.parent,
            self.messages,
            self.talks,
            self.notices,
            self.studio,
            self.names / "own",
            self.came_back,
            self.sounds,
        ):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
