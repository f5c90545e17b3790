"""Words at a menu: what may be written in a flow, and what saying one does."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.call import Collect, Digits, Played, Said, Silence
from ivr.flow import engine, model, questions
from ivr.flow.effects import Ask, FindFact, Note, Unavailable
from ivr.flow.session import Session, from_json
from ivr.flow.vocabulary import of_menu, words_of
from ivr.languages import LANGUAGES
from tests.support.fake_call import ARRIVED, make_facts
from tests.support.helpline import flows, view
from tests.unit.flow.flows_in import VIEW, document, faults, load

MENU = """
start:
  kind: menu
  tries: 2
  options:
    "1": {{prompt: press_one, goto: food{one}}}
    "2": {{prompt: press_two, goto: rescue{two}}}
    "0": {{silent: true, goto: rescue}}
  exhausted: rescue
  {more}
food: {{kind: join_queue, queue: food}}
"""
MANY = tuple("क" * 62 + last for last in "कखगघचछजझटठ")
WORDS = ", words: [भोजन, खाना], said: category_food"


def flow(one: str = WORDS, two: str = "", more: str = "invite: [hello]") -> str:
    return document(MENU.format(one=one, two=two, more=more))


def asked(tmp_path: Path, text: str, *outcomes: Digits | Silence | Said) -> tuple[Session, Ask]:
    """Play a flow; give where it stands and what it asks."""
    read = load(tmp_path, text).flows
    session, effects = engine.begin(read, VIEW, make_facts(), ARRIVED)
    for outcome in outcomes:
        session = from_json(session.to_json())
        session, effects = engine.step(read, VIEW, session, outcome, ARRIVED)
    last = effects[-1]
    assert isinstance(last, Ask), last
    return session, last


def test_a_menu_lists_its_words_and_those_of_every_menu(tmp_path: Path) -> None:
    _, question = asked(tmp_path, flow())
    assert question.collect.phrases == ("भोजन", "खाना", "एक", "दो", "शून्य", "मदद")
    assert question.collect.decoys == (
        *("तीन", "चार", "पाँच", "छह", "सात", "आठ", "नौ"),
        *("हाँ", "जी हाँ", "नहीं", "जी नहीं"),
    )
    assert question.collect.invitation == ("hello",)
    assert question.prompts == ("press_one", "press_two")


def test_a_menu_without_words_is_asked_as_ever(tmp_path: Path) -> None:
    _, question = asked(tmp_path, flow(one="", more=""))
    assert question.collect == Collect()


@pytest.mark.parametrize("confidence", [questions.SURE, 1.0])
def test_a_sure_word_is_its_key(confidence: float, tmp_path: Path) -> None:
    read = load(tmp_path, flow()).flows
    session, _ = engine.begin(read, VIEW, make_facts(), ARRIVED)
    session, effects = engine.step(read, VIEW, session, Said("खाना", confidence), ARRIVED)
    assert effects[0] == Note("start", "said खाना: key 1")
    assert session.over


def test_an_unsure_word_is_asked_about(tmp_path: Path) -> None:
    session, question = asked(tmp_path, flow(), Said("खाना", 0.79))
    assert session.unsure_of == "खाना"
    assert question.prompts == ("did_you_say", "category_food", "did_you_say_yes")
    assert question.collect.phrases == ("हाँ", "जी हाँ", "एक")
    assert session.tries == 1


def test_a_second_unsure_word_is_one_too_many(tmp_path: Path) -> None:
    read = load(tmp_path, flow()).flows
    session, effects = engine.begin(read, VIEW, make_facts(), ARRIVED)
    for outcome in (Silence(), Said("खाना", 0.5)):
        session, effects = engine.step(read, VIEW, session, outcome, ARRIVED)
    assert effects[0] == Note("start", "not heard clearly")
    assert session.over, "exhausted leads to the rescue"


def test_a_word_that_is_no_answer_is_silence(tmp_path: Path) -> None:
    spoken = asked(tmp_path, flow(), Said("हाँ", 1.0))
    silent = asked(tmp_path, flow(), Silence())
    assert spoken == silent


def test_words_are_of_no_use_where_keys_are_collected() -> None:
    session, effects = engine.begin(flows(), view(), make_facts(), ARRIVED)
    while session.node != "pin":
        last = effects[-1]
        outcome = Digits("1") if isinstance(last, Ask) else None
        session, effects = engine.step(flows(), view(), session, outcome or _any(last), ARRIVED)
    before = session
    session, effects = engine.step(flows(), view(), session, Said("राशन", 1.0), ARRIVED)
    assert session.node == "pin"
    assert session.tries == before.tries + 1


def _any(request: object) -> Played | Unavailable:
    return Unavailable() if isinstance(request, FindFact) else Played()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (flow(one=", words: [भोजन]"), "words need `said`"),
        (flow(two=", words: [खाना], said: hello"), "'खाना' stands for the key 1, too"),
        (flow(one=', words: ["a,b"], said: hello'), "'a,b' is no word that can be said"),
        (flow(one=', words: ["दो दो  "], said: hello'), "is no word that can be said"),
        (flow(one=", words: [5], said: hello"), 'write it in quotes: "5"'),
        (flow(one=", words: [भोजन], said: nobody"), "there is no prompt 'nobody'"),
        (flow(one=""), "no key has words here"),
        (flow(more="invite: [nobody]"), "there is no prompt 'nobody'"),
        (flow(more="barge_in: false"), "may say it at once"),
        (flow(one=f", words: [{', '.join(MANY)}], said: hello"), "more words than Asterisk takes"),
    ],
)
def test_faults_in_words_are_told_with_their_line(text: str, said: str, tmp_path: Path) -> None:
    assert any(said in fault for fault in faults(tmp_path, text)), faults(tmp_path, text)


def test_every_word_of_every_menu_is_listed_once() -> None:
    words = words_of(flows(), "hi", LANGUAGES["hi"])
    assert len(words) == len(set(words))
    assert {"राशन", "एक", "जी", "मदद", "नहीं"} <= set(words)
    assert all(" " not in word for word in words)


def test_the_menus_of_citizens_agree_on_what_a_word_means() -> None:
    """Who has learnt a word at one of the main menus may say it at the others."""
    meant: dict[str, set[str]] = {}
    for node in flows().nodes.values():
        if isinstance(node, model.Menu) and node.listens:
            for phrase, key in of_menu(node, "hi", LANGUAGES["hi"]).keys.items():
                meant.setdefault(phrase, set()).add(node.options[key].goto)
    assert {phrase: goto for phrase, goto in meant.items() if len(goto) > 1} == {}
