"""The one command: its words, its exit statuses, and JSON that is alone on standard output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sahayata.cli.__main__ import main

COMMANDS = (
    *("up", "status", "dial", "phone", "ticket", "operators", "queues", "check", "flow", "prompts"),
)


def test_every_promised_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        assert "usage: sahayata" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["sing"],
        ["dial"],
        ["ticket", "show"],
        ["up", "--port-base", "many"],
        ["check", "weather"],
    ],
)
def test_wrong_words_end_with_two(words: list[str]) -> None:
    try:
        status = main(words)
    except SystemExit as ended:
        status = ended.code  # type: ignore[assignment]
    assert status == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["operators", "show", "999"], "no seat of district.yaml"),
        (["ticket", "list"], "nothing was ever started in"),
        (["ticket", "show", "4821093473"], "nothing was ever started in"),
        (["operators", "show", "201"], "nothing was ever started in"),
        (["dial", "1950"], "nothing was ever started in"),
        (["queues"], "nothing was ever started in"),
        (["operators"], "nothing was ever started in"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    words: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--state", str(tmp_path / "state")]) == 1
    captured = capsys.readouterr()
    assert says in captured.err
    assert "Traceback" not in captured.err
    assert not (tmp_path / "state" / "secrets.json").exists(), "a look makes nothing"


def test_a_conversation_in_the_terminal_leaves_a_ticket(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = ["--state", str(tmp_path / "state")]
    assert main(["phone", "--keys", "1 # w9", *state]) == 0
    capsys.readouterr()
    assert main(["ticket", "list", "--json", *state]) == 0
    (ticket,) = json.loads(capsys.readouterr().out)
    assert (ticket["category"], ticket["queue"], ticket["limit_minutes"]) == ("food", "food", 120)
    spaced = f"{ticket['number'][:3]} {ticket['number'][3:]}"
    assert main(["ticket", "show", spaced, "--json", *state]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [entry["event"]["kind"] for entry in shown["history"]] == ["opened", "call_ended"]
    assert main(["ticket", "show", ticket["number"], *state]) == 0
    assert ticket["number"] in capsys.readouterr().out
