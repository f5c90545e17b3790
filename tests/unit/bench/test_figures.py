"""Verdicts, arms and callers of the benches."""

from __future__ import annotations

import math
import os
from xml.etree import ElementTree

import pytest

from benchmarks.__main__ import parser
from benchmarks.arms import NUMBERS, Arm, arms_dialplan
from benchmarks.processes import family, look
from benchmarks.result import Limit, Row, ratios
from benchmarks.sipp import Script, scenario
from benchmarks.wiretap import Said
from sahayata.settings import PROJECT

OURS = (PROJECT / "dialplans" / "inbound.conf").read_text(encoding="utf-8")
ADDRESSES = {arm: f"agi://{arm.name}" for arm in set(Arm) - {Arm.OURS, Arm.DIALPLAN}}


def test_the_words_of_the_command_line() -> None:
    assert parser().parse_args([]).figures == []
    words = parser().parse_args(["cpu", "rate", "--rounds", "7"])
    assert (words.figures, words.rounds) == (["cpu", "rate"], 7)
    with pytest.raises(SystemExit):
        parser().parse_args(["speed"])


@pytest.mark.parametrize(
    ("rounds", "verdict"),
    [([1.2, 9.0, 1.3], "goal met"), ([1.4, 1.5, 1.6], "met"), ([1.61], "NOT MET")],
)
def test_the_median_decides(rounds: list[float], verdict: str) -> None:
    assert Row("", "×", rounds, Limit(1.6), Limit(1.3)).verdict == verdict


def test_more_can_be_asked_for() -> None:
    assert Row("", "×", [15.0], Limit(15, at_least=True)).verdict == "met"
    assert Row("", "×", [14.9], Limit(15, at_least=True)).verdict == "NOT MET"
    assert Row("", "ms", [3.0]).verdict == ""


def test_ratios_are_taken_within_a_round() -> None:
    assert ratios([2.0, 30.0], [1.0, 10.0]) == [2.0, 3.0]
    assert ratios([2.0], [0.0]) == [math.inf]


def test_every_arm_enters_by_a_copy_of_our_own_door() -> None:
    text = arms_dialplan(OURS, [Said(("EXEC", "Background", "hi/welcome"), "")], ADDRESSES)
    for arm in set(Arm) - {Arm.OURS}:
        assert f"exten => {NUMBERS[arm]},1," in text
        assert f"[arrive-{NUMBERS[arm]}]" in text
    assert text.count("Gosub(who-calls,s,1)") == len(Arm) - 1
    assert "${SAHAYATA_AGI}/inbound" not in text
    assert "Background(hi/welcome)" in text


def test_a_door_that_has_changed_is_noticed() -> None:
    with pytest.raises(ValueError, match="0 times instead of once"):
        arms_dialplan(OURS.replace("Goto(conversation,inbound,1)", "Hangup()"), [], ADDRESSES)
    with pytest.raises(ValueError, match="no context arrive"):
        arms_dialplan("", [], ADDRESSES)


def test_a_caller_presses_every_key_and_hangs_up() -> None:
    text = scenario("7001", Script(((1.5, "1"), (0.25, "#")), 2.0))
    steps = ElementTree.fromstring(text.split("\n", 1)[1])
    assert [step.get("milliseconds") for step in steps.iter("pause")] == ["1500", "250", "2000"]
    assert [word for word in ("INVITE", "Signal=1", "Signal=#", "BYE") if word in text] == [
        "INVITE", "Signal=1", "Signal=#", "BYE",
    ]  # fmt: skip


def test_our_own_process_is_found_with_its_name_and_its_time() -> None:
    found = look(os.getpid())
    assert found is not None
    assert found.parent == os.getppid()
    assert found.cpu_s > 0
    assert family(os.getpid())[0].pid == os.getpid()
    assert look(2**22 + 1) is None
