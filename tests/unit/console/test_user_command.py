"""``sahayata user``: the password comes from a terminal or standard input, never from the words."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from database.engine import open_store
from database.upgrade import upgrade
from sahayata.cli.__main__ import main
from sahayata.secrets import load_or_create
from sahayata.settings import load
from tests.support.console_house import PASSWORD, QUICK


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which an instance was started once, to copy."""
    folder = tmp_path_factory.mktemp("started") / "var"
    settings = load(state=str(folder), environment={})
    settings.state.prepare()
    load_or_create(settings.state.secrets, ())
    engine = open_store(settings.database_url)
    upgrade(engine)
    engine.dispose()
    return folder


@pytest.fixture
def state(started: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Such a folder, and a quick hash."""
    monkeypatch.setattr("argon2.PasswordHasher", lambda: QUICK)
    shutil.copytree(started, tmp_path / "var")
    return str(tmp_path / "var")


def user(
    monkeypatch: pytest.MonkeyPatch, state: str, *words: str, typed: str = PASSWORD + "\n"
) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main(["user", *words, "--state", state])


def test_the_first_administrator(
    monkeypatch: pytest.MonkeyPatch, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert user(monkeypatch, state, "list") == 0
    assert "nobody may log in yet" in capsys.readouterr().out
    assert user(monkeypatch, state, "add", "Asha", "--role", "admin") == 0
    assert user(monkeypatch, state, "list", "--json") == 0
    out = capsys.readouterr().out
    (found,) = json.loads(out[out.index("[") :])
    assert (found["name"], found["role"]) == ("asha", "admin")
    assert PASSWORD not in out


@pytest.mark.parametrize(
    ("words", "typed", "fault"),
    [
        (("add", "asha", "--role", "viewer"), PASSWORD + "\n", "is a user asha already"),
        (("add", "ravi", "--role", "viewer"), "short\n", "12 to 200 characters"),
        (("add", "ravi", "--role", "viewer"), "", "12 to 200 characters"),
        (("passwd", "nobody"), PASSWORD + "\n", "no user nobody"),
        (("remove", "nobody"), "", "no user nobody"),
    ],
)
def test_what_cannot_be_done(
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    typed: str,
    fault: str,
) -> None:
    assert user(monkeypatch, state, "add", "asha", "--role", "admin") == 0
    assert user(monkeypatch, state, *words, typed=typed) == 1
    assert fault in capsys.readouterr().err


def test_a_new_password_and_the_end_of_a_user(
    monkeypatch: pytest.MonkeyPatch, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert user(monkeypatch, state, "add", "asha", "--role", "supervisor") == 0
    assert user(monkeypatch, state, "passwd", "asha", typed="another-good-one-77\n") == 0
    assert user(monkeypatch, state, "remove", "asha") == 0
    assert user(monkeypatch, state, "list", "--json") == 0
    assert capsys.readouterr().out.endswith("[]\n")


def test_no_word_takes_a_password(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    with pytest.raises(SystemExit) as refused:
        user(monkeypatch, state, "add", "asha", "--role", "admin", "--password", "x")
    assert refused.value.code == 2


def test_typed_twice_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers = iter([PASSWORD, "another-good-one-77"])
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
    assert main(["user", "add", "asha", "--role", "admin", "--state", state]) == 1
    assert "not the same" in capsys.readouterr().err


def test_nothing_is_made_where_nothing_was_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert user(monkeypatch, str(tmp_path / "none"), "add", "asha", "--role", "admin") == 1
    assert not (tmp_path / "none").exists()
