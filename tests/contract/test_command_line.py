"""The one command as a shell runs it: wrong words end with 2 and a sentence."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sahayata.cli.__main__ import main, parser

Verb = tuple[tuple[str, ...], argparse.ArgumentParser]


def verbs(made: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[Verb]:
    """Give every command that can be run, with the words that name it."""
    below = [a for a in made._actions if isinstance(a, argparse._SubParsersAction)]
    if made.get_default("run") is not None:
        yield words, made
    for group in below:
        for name, one in group.choices.items():
            yield from verbs(one, (*words, name))


VERBS = dict(verbs(parser()))
FREE = {"--state", "--from", "--why", "--into", "name", "file"}
"""Words of which any text may be right: names of people, folders and callers, and reasons."""
WRONG: dict[tuple[str, ...], list[list[str]]] = {
    ("up",): [["--port-base", "99999"], ["--port-base", "80"], ["--port-base", "many"]],
    ("status",): [["now"]],
    ("dial",): [
        *([""], ["+"], ["nobody"], ["1" * 41], ["1950", "--keys", "zz"]),
        *(["1950", "--hangup-after", seconds] for seconds in ("-3", "0", "nan", "inf", "soon")),
        *(["1950", "--record", file] for file in ("no/such/folder/a.wav", ".")),
    ],
    ("phone",): [["--keys", "Q"], ["--keys", "1", "--entry", "nowhere"]],
    ("ticket", "show"): [["abc"], ["12345"], ["4821093472"], ["1" * 40]],
    ("ticket", "list"): [
        *(["--limit", count] for count in ("0", "1001", "x")),
        *(["--category", "nope"], ["--state-is", "lost"]),
    ],
    ("queues",): [["food"]],
    ("operators",): [["sing"]],
    ("operators", "show"): [["abc"], ["２०१"]],
    ("roster", "import"): [[]],
    ("roster", "export"): [
        ["roster.doc"],
        ["no/such/folder/a.csv"],
        ["roster.csv", "--table", "chairs"],
    ],
    ("roster", "show"): [["--date", "tomorrow"], ["--date", "9999-12-31"]],
    ("roster", "check"): [["--date", "0001-01-01"], ["--days", "0"], ["--days", "999"]],
    ("roster", "swap"): [
        ["201:2026-11-24:morning", other] for other in ("202", "x:2026-11-24:morning", "202:x:y")
    ],
    ("metrics",): [
        *(["--date", day] for day in ("yesterday", "9999-12-31", "1900-01-01")),
        *(["--shift", "nope"], ["--queue", "nope"], ["--operator", "nope"]),
        ["--from", "2026-06-02T10:00", "--to", "2026-06-02T09:00"],
        ["--from", "2026-06-02T10:00", "--shift", "morning"],
        *(["--to", "2026-06-02T10:00"], ["--from", "0001-01-01T00:00"], ["--from", "dawn"]),
    ],
    ("staffing",): [["--date", "1900-01-01"], ["--date", "soon"]],
    ("staffing", "break"): [["0"], ["-1"], ["many"], ["100001"]],
    ("staffing", "replay"): [
        *(["--calls", "0"], ["--operators", "x"], ["--seed", "x"]),
        ["--calls", "100", "--operators", "2"],
    ],
    ("check",): [["weather"]],
    ("flow", "draw"): [["twice"]],
    ("prompts", "build"): [["--language", "xx"], ["--voice", "polly"]],
    ("prompts", "check"): [["no_such_prompt"], ["--language", "xx"], ["--worst", "0"]],
    ("prompts", "script"): [["--language", "xx"]],
    ("prompts", "record"): [
        *(["no_such_prompt", "--from", "a.wav"], ["pause_short", "--call", "301"]),
        *(["greeting"], ["greeting", "--call", "me"], ["greeting", "--call", "301", "--from", "a"]),
        ["greeting", "--from", "a.wav", "--language", "xx"],
    ],
    ("prompts", "takes"): [["no_such_prompt"], ["999"], ["--language", "xx"]],
    ("prompts", "put-back"): [
        ["no_such_prompt"],
        ["greeting", "-1"],
        ["greeting", "x"],
        ["greeting", "--language", "xx"],
    ],
    ("prompts", "play"): [["no_such_prompt"], ["greeting", "--language", "xx"]],
    ("speech", "install"): [["model.zip", "--sha256", "12"]],
    ("user", "add"): [["asha"], ["asha", "--role", "king"], ["a b", "--role", "admin"]],
    ("user", "passwd"): [["a b"], []],
    ("user", "remove"): [["<b>"], []],
    ("user", "list"): [["all"]],
}


def status_of(words: list[str]) -> object:
    try:
        return main(words)
    except SystemExit as ended:
        return ended.code


def test_wrong_words_are_known_of_every_command() -> None:
    assert VERBS.keys() == WRONG.keys()


@pytest.mark.parametrize(
    "words", [[*verb, *wrong] for verb, several in WRONG.items() for wrong in several], ids=" ".join
)
def test_wrong_words_end_with_two_and_a_sentence(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SAHAYATA_STATE", str(tmp_path / "state"))
    assert status_of(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(("usage: sahayata", "sahayata: "))
    assert "invalid " not in captured.err.replace("invalid choice", ""), "a name of our code"
    assert not (tmp_path / "state" / "secrets.json").exists(), "wrong words make nothing"


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_word_is_read_by_something_that_can_refuse_it(verb: tuple[str, ...]) -> None:
    tried = {word for wrong in WRONG[verb] for word in wrong}
    for action in VERBS[verb]._actions:
        name = next(iter(action.option_strings), action.dest)
        taken = action.nargs != 0 and not isinstance(action, argparse._SubParsersAction)
        if taken and name not in FREE and action.option_strings:
            assert name in tried or action.choices or action.type, name


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_what_is_left_out_is_no_wrong_word(verb: tuple[str, ...]) -> None:
    """A default that is text is read as if it had been said."""
    for action in VERBS[verb]._actions:
        if action.type is not None and isinstance(action.default, str):
            assert callable(action.type)
            action.type(action.default)


def test_a_reader_that_leaves_is_no_fault(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m sahayata.cli flow draw --state '{tmp_path}' | true"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
