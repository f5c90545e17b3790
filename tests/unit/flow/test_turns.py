"""Turn by turn: what is stored, keys pressed ahead and late, tries, and what the notes say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import dedent

from ivr.call import Digits, Played
from ivr.flow import engine, model
from ivr.flow.effects import (
    Ask,
    EndCall,
    Note,
    Tell,
)
from ivr.flow.session import Awaiting, Session
from tests.support.fake_call import ARRIVED, make_facts
from tests.support.helpline import flows, view
from tests.unit.flow.flows_in import VIEW, document, load

STORING = """
start:
  kind: menu
  answer: done
  options:
    "1": {prompt: press_one, goto: rating, value: solved}
    "2": {prompt: press_two, goto: rating}
  exhausted: rescue
rating:
  kind: collect
  answer: rating
  min_keys: 1
  max_keys: 2
  skip: asked
  exhausted: rescue
  next: asked
asked:
  kind: branch
  fact: answered
  of: rating
  cases: {"yes": thanks}
  otherwise: rescue
thanks: {kind: hangup, prompts: ["{number:rating}", "{digits:rating}"]}
"""


def test_an_outbound_conversation_stores_its_answers(tmp_path: Path) -> None:
    asking = load(tmp_path, document(STORING)).flows
    session, _ = engine.begin(asking, VIEW, make_facts(), ARRIVED)
    session, _ = engine.step(asking, VIEW, session, Digits("1"), ARRIVED)
    session, effects = engine.step(asking, VIEW, session, Digits("42"), ARRIVED)
    assert dict(session.answers) == {"done": "solved", "rating": "42"}
    assert effects[-1] == Tell(("n_42", "n_4", "n_2"), barge_in=False)
    session, effects = engine.step(asking, VIEW, session, Played(), ARRIVED)
    assert effects == (EndCall(),)


def test_a_key_pressed_into_a_sentence_answers_the_next_question(tmp_path: Path) -> None:
    text = document(
        "start: {kind: say, prompts: [hello], next: menu}" + STORING.replace("start:", "menu:")
    )
    ahead = load(tmp_path, text).flows
    session, _ = engine.begin(ahead, VIEW, make_facts(), ARRIVED)
    session, effects = engine.step(ahead, VIEW, session, Digits("17"), ARRIVED)
    ask = effects[-1]
    assert isinstance(ask, Ask)
    assert session.node == "rating"
    assert ask.collect.typed_ahead == "7"


def test_a_key_pressed_ahead_stops_every_sentence_before_the_question(tmp_path: Path) -> None:
    sentences = """
    start: {kind: say, prompts: [hello], next: second}
    second: {kind: say, prompts: [hello], next: notice}
    notice: {kind: say, prompts: [hello], barge_in: false, next: menu}
    """
    text = document(dedent(sentences) + STORING.replace("start:", "menu:"))
    ahead = load(tmp_path, text).flows
    session, _ = engine.begin(ahead, VIEW, make_facts(), ARRIVED)
    session, _ = engine.step(ahead, VIEW, session, Digits("2"), ARRIVED)
    assert session.node == "notice"
    session, _ = engine.step(ahead, VIEW, session, Played(), ARRIVED)
    assert session.node == "rating"


def test_a_key_pressed_ahead_that_is_wrong_there_is_forgotten(tmp_path: Path) -> None:
    text = document(
        "start: {kind: say, prompts: [hello], next: menu}" + STORING.replace("start:", "menu:")
    )
    ahead = load(tmp_path, text).flows
    session, _ = engine.begin(ahead, VIEW, make_facts(), ARRIVED)
    session, effects = engine.step(ahead, VIEW, session, Digits("8"), ARRIVED)
    assert session.node == "menu"
    assert isinstance(effects[-1], Ask)
    session, _ = engine.step(ahead, VIEW, session, Digits("2"), ARRIVED)
    assert session.typed == ""
    assert dict(session.answers) == {"done": "2"}


def test_the_finishing_key_pressed_late_cuts_no_sentence_short(tmp_path: Path) -> None:
    text = document(
        """
        start: {kind: collect, answer: pin, min_keys: 6, max_keys: 6, next: told, exhausted: rescue}
        told: {kind: say, prompts: [hello], next: rescue}
        """
    )
    late = load(tmp_path, text).flows
    session, _ = engine.begin(late, VIEW, make_facts(), ARRIVED)
    session, first = engine.step(late, VIEW, session, Digits("122001"), ARRIVED)
    session, again = engine.step(late, VIEW, session, Digits("#"), ARRIVED)
    assert first[-1] == again[-1] == Tell(("hello",), barge_in=True)
    session, _ = engine.step(late, VIEW, session, Digits("#"), ARRIVED)
    assert session.over


def test_every_question_has_its_own_tries() -> None:
    session, _ = engine.begin(flows(), view(), make_facts(), ARRIVED)
    menu = replace(session, node="main_menu", awaiting=Awaiting.KEYS, tries=2)
    after, _ = engine.step(flows(), view(), menu, Digits("7"), ARRIVED)
    assert (after.node, after.tries) == ("needs", 0)


def test_the_notes_never_hold_what_was_typed() -> None:
    number = flows().nodes["status_number"]
    assert isinstance(number, model.CollectKeys)
    session = Session(entry="inbound", node="status_number", awaiting=Awaiting.KEYS)
    _, effects = engine.step(flows(), view(), session, Digits("4821377777"), ARRIVED)
    assert effects[0] == Note("status_number", "answered asked_number")
