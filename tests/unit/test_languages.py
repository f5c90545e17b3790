"""A language is a line in a table: flows and fall-back speak what it says, and no Hindi."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest

from ivr import hindi, languages
from ivr.fallback import tables
from ivr.flow import view as district
from ivr.flow.session import CallTicket, Session
from ivr.flow.speech import spoken
from ivr.phrase import Phrase
from tests.support.fake_call import ARRIVED
from tests.unit.flow.flows_in import VIEW

MARATHI = {
    **{name: getattr(hindi, name) for name in hindi.__all__},
    "number": lambda n: Phrase((f"sankhya_{n}",)),
    "duration": lambda length: Phrase((f"vel_{length // dt.timedelta(minutes=1)}",)),
}


@pytest.fixture(autouse=True)
def another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken_here = {**languages.LANGUAGES, "mr": SimpleNamespace(**MARATHI)}
    for module in (district, tables):
        monkeypatch.setattr(module, "LANGUAGES", spoken_here)


def test_a_conversation_speaks_the_numbers_of_its_district() -> None:
    session = Session(
        entry="inbound",
        node="start",
        ticket=CallTicket("4821300000", 90, None),
        answers=(("persons", "205"),),
    )
    values = ("{limit}", "{number:persons}")
    marathi = replace(VIEW, language="mr")
    assert spoken(values, session, marathi, ARRIVED) == ("vel_90", "sankhya_205")
    assert spoken(("{limit}",), session, VIEW, ARRIVED) == ("t_dedh", "t_ghante")


def test_the_fall_back_speaks_them_too() -> None:
    written = tables.categories(VIEW, {"food": dt.timedelta(hours=2)}, "mr")
    assert "=mr/vel_120)" in written
    assert "t_ghante" not in written
