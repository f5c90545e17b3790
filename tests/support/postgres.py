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
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="sahayata-pg-"))
    try:
        as_user = _as_user(folder)
        _initialise([*as_user, str(programs / "initdb")], folder / "data")
        yield from _running([*as_user, str(programs / "postgres")], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def _running(command: list[str], folder: Path) -> Iterator[PostgresServer]:
    log = folder / "log"
    words = ["-D", str(folder / "data"), "-k", str(folder), "-c", "listen_addresses="]
    # No autovacuum: it would look into the template at the moment it is to be copied.
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *words, "-c", "fsync=on", "-c", "autovacuum=off"],
            stdout=output,
            stderr=output,
            cwd="/",
        )
        try:
            server = PostgresServer(folder)
            _wait_until_ready(process, server, log)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # "fast": nobody is waited for
            process.wait(timeout=_START_S)


def _wait_until_ready(process: subprocess.Popen[bytes], server: PostgresServer, log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(psycopg.OperationalError):
            psycopg.connect(host=str(server.folder), user="sahayata", dbname="postgres").close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
