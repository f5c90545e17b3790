"""A private PostgreSQL for a test session: a socket of its own, fsync on, gone afterwards.

There is no skip. Without PostgreSQL the fixture is an error that says what to install.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql

_START_S: Final = 30.0


class NoPostgres(Exception):
    """PostgreSQL's programs are not on this machine."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server, reached through a socket in ``folder``."""

    folder: Path

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql://sahayata@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database, as a copy of another if wished, and return its URL."""
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._tell(words.format(sql.Identifier(database), sql.Identifier(template)))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database and whoever is connected to it."""
        words = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        self._tell(words.format(sql.Identifier(database)))

    def processes(self) -> Iterator[int]:
        """Give the process of the server and those that serve its connections."""
        server = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        yield server
        for path in Path("/proc").glob("[0-9]*/stat"):
            # Field 4, after the name in brackets, is the parent (proc(5)).
            with suppress(FileNotFoundError, ProcessLookupError):
                if int(path.read_text().rpartition(")")[2].split()[1]) == server:
                    yield int(path.parent.name)

    def _tell(self, words: sql.Composed) -> None:
        with psycopg.connect(
            host=str(self.folder), user="sahayata", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(words)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start a server for the whole session."""
    with private_postgres() as server:
        yield server


@contextmanager
def private_postgres() -> Iterator[PostgresServer]:
    """Start a server, and end it."""
    with mortal_postgres() as (server, _):
        yield server


@contextmanager
def mortal_postgres() -> Iterator[tuple[PostgresServer, PostgresProcess]]:
    """Start a server that may be killed and started again, and end it."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="sahayata-pg-"))
    try:
        as_user = _as_user(folder)
        _initialise([*as_user, str(programs / "initdb")], folder / "data")
        server = PostgresServer(folder)
        process = PostgresProcess([*as_user, str(programs / "postgres")], server)
        process.start()
        try:
            yield server, process
        finally:
            process.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class PostgresProcess:
    """The server's program: started, ended, killed."""

    def __init__(self, command: list[str], server: PostgresServer) -> None:
        self._command, self._server = command, server
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        folder = self._server.folder
        words = ["-D", str(folder / "data"), "-k", str(folder), "-c", "listen_addresses="]
        log = folder / "log"
        # No autovacuum: it would look into the template at the moment it is to be copied.
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*self._command, *words, "-c", "fsync=on", "-c", "autovacuum=off"],
                stdout=output,
                stderr=output,
                cwd="/",
            )
        _wait_until_ready(self._process, self._server, log)

    def end(self) -> None:
        """End it: nobody is waited for."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # "fast"
            self._process.wait(timeout=_START_S)

    def kill(self) -> None:
        """``kill -9``, of those that serve connections too, as a power cut would."""
        assert self._process is not None
        for process in tuple(self._server.processes()):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait(timeout=_START_S)
        self._process = None


def _programs() -> Path:
    """Find the folder that has both initdb and postgres, the newest version first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    if pg_config := shutil.which("pg_config"):
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True)
        folders.insert(0, Path(asked.stdout.strip()))
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(
        "these tests start a PostgreSQL of their own and found none:"
        " run `make test`, which installs it, or `apt-get install postgresql`"
    )


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _as_user(folder: Path) -> list[str]:
    """Words in front of a command: it dies with us, and is not root, which PostgreSQL refuses."""
    words = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() != 0:
        return words
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [*words, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _initialise(initdb: list[str], data: Path) -> None:
    words = ["--username=sahayata", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(
        [*initdb, *words, str(data)], capture_output=True, text=True, check=False, cwd="/"
    )
    if made.returncode != 0:
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")


def _wait_until_ready(process: subprocess.Popen[bytes], server: PostgresServer, log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(psycopg.OperationalError):
            psycopg.connect(host=str(server.folder), user="sahayata", dbname="postgres").close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
