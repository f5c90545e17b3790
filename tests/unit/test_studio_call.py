"""A telephone is rung for the studio: answered or not, and never when it is not registered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sahayata import studio_call
from sahayata.settings import Settings, load
from sahayata.studio_call import CannotRing, call
from sahayata.supervisor.rx import Answer, NoAnswer

CONTACT = "  Contact:  301/sip:301@127.0.0.1:5062;ob                  1c4a  Avail    0.4"
OTHER = "PJSIP/3011-00000001!staff!talk!1!Up!AGI!x"
OLD = "PJSIP/301-00000002!listen-in!s!4!Up!ChanSpy!x"
RINGS = "PJSIP/301-00000003!studio-called!108!1!Ringing!AppDial!x"
TALKS = RINGS.replace("Ringing", "Up")


class Asterisk:
    """Answers on its control socket: one of ``looks`` at its channels after the other."""

    def __init__(self, *looks: str, contacts: str = CONTACT, refuses: str = "") -> None:
        self.asked: list[str] = []
        self._looks: Iterator[str] = iter(looks)
        self._contacts, self._refuses = contacts, refuses

    def ask(self, _: Path, command: str) -> Answer:
        self.asked.append(command)
        if command == "pjsip show contacts":
            return Answer(self._contacts, 1)
        if command == "core show channels concise":
            return Answer(next(self._looks), 1)
        return Answer(self._refuses if command.startswith("channel") else "", 1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(state=str(tmp_path), port_base=None)


def rung(monkeypatch: pytest.MonkeyPatch, settings: Settings, asterisk: Any) -> bool:
    monkeypatch.setattr(studio_call, "ask", asterisk.ask)
    monkeypatch.setattr(studio_call, "LOOK_EVERY_S", 0.0)
    return call(settings, "301", 108)


def test_an_answered_call_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    looks = (OLD, f"{OLD}\n{OTHER}", f"{RINGS}\n{OLD}", f"{TALKS}\n{OLD}", OLD)
    asterisk = Asterisk(*looks)
    assert rung(monkeypatch, settings, asterisk)
    assert asterisk.asked[3] == "channel originate PJSIP/301 extension 108@studio-called"
    assert asterisk.asked[-1] == "module unload res_clioriginate.so"


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    assert not rung(monkeypatch, settings, Asterisk("", RINGS, RINGS, ""))


def test_a_call_that_never_comes_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(studio_call, "RING_S", 0.0)
    assert not rung(monkeypatch, settings, Asterisk("", "", ""))
    monkeypatch.setattr(studio_call, "CALL_S", 0.0)
    with pytest.raises(CannotRing, match="does not end"):
        rung(monkeypatch, settings, Asterisk("", TALKS, TALKS))


def test_what_cannot_be_rung_is_told(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    with pytest.raises(CannotRing, match="no telephone is registered as 301"):
        rung(monkeypatch, settings, Asterisk("", contacts=CONTACT.replace("301", "1301")))
    asterisk = Asterisk("", refuses="No such command")
    with pytest.raises(CannotRing, match="does not call: No such command"):
        rung(monkeypatch, settings, asterisk)
    assert asterisk.asked[-1].startswith("module unload"), "nothing is left loaded"

    class Away:
        def ask(self, _: Path, command: str) -> Answer:
            raise NoAnswer("Asterisk does not answer")

    with pytest.raises(CannotRing, match="start it with `sahayata up`"):
        rung(monkeypatch, settings, Away())
