"""The lint: what loads and is still wrong for a caller."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flow.announced import announced
from ivr.flow.checks import Remark, lint
from ivr.flow.loader import load_with_source
from tests.unit.flow.flows_in import TEXTS, VIEW, document, load

GOOD = """
start: {kind: say, about: food, prompts: [hello], next: menu}
menu:
  kind: menu
  options:
    "1": {prompt: press_one, goto: join}
    "2": {prompt: press_two, goto: bye}
  exhausted: join
join: {kind: join_queue}
bye: {kind: hangup, prompts: [hello]}
"""


def remarks(tmp_path: Path, nodes: str) -> tuple[Remark, ...]:
    return lint(load(tmp_path, document(nodes)), TEXTS)


def told(tmp_path: Path, nodes: str) -> list[str]:
    return [str(one.fault) for one in remarks(tmp_path, nodes)]


def test_a_good_flow_has_no_remarks(tmp_path: Path) -> None:
    assert remarks(tmp_path, GOOD) == ()


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("exhausted: join", "exhausted: bye"), 11, "must lead to an operator, not to the hang-up"),
        (
            ("exhausted: join", "silence: {goto: bye}\n  exhausted: join"),
            11,
            "must lead to an operator, not to the hang-up bye",
        ),
        (("exhausted: join", "exhausted: menu"), 6, "a caller who stays silent goes in a circle"),
        (("join: {", "more: {kind: goto, to: join}\njoin: {"), 12, "no call comes here"),
        (
            ("kind: join_queue}", "kind: goto, to: other}\nother: {kind: goto, to: join}"),
            12,
            "leads neither to a queue nor to a hang-up",
        ),
        (
            ("kind: join_queue}", "kind: goto, to: other}\nother: {kind: goto, to: join}"),
            12,
            "goes in a circle without asking anything: join → other → join",
        ),
        (("prompt: press_one", "prompt: press_two"), 9, "tells the caller to press 2, not 1"),
        (("prompt: press_one", "prompt: hello"), 9, "hello does not say: press 1"),
        (("prompt: press_one, ", ""), 9, "nobody is told of key 1"),
        (("goto: join", "silent: true, goto: join"), 9, "a key with a prompt is not silent"),
        (
            ("kind: menu", "kind: menu\n  prompts: [press_hash]"),
            8,
            "press_hash announces key # (हैश), which does nothing here",
        ),
        (
            ("exhausted", "wrong_key: {say: [press_hash]}\n  exhausted"),
            11,
            "announces key # (हैश), which does nothing here",
        ),
        (("[hello], next", "[press_hash], next"), 5, "announces key #"),
        (("[hello], next", "['{ticket_number}'], next"), 5, "without a ticket: issue_ticket"),
        (("[hello], next", "['{deadline}'], next"), 5, "without a promise"),
        (("[hello], next", "['{status}'], next"), 5, "without a status"),
        (("[hello], next", "['{waiting:food}'], next"), 5, "without the load of food"),
        (("about: food, ", ""), 12, "without a category: about must come before"),
        (("[hello], next", "[], next"), 5, "says nothing"),
    ],
)
def test_a_remark_is_told_with_its_line(
    tmp_path: Path, change: tuple[str, str], line: int, words: str
) -> None:
    assert change[0] in GOOD
    found = told(tmp_path, GOOD.replace(*change, 1))
    assert [one for one in found if f":{line}: " in one and words in one], found


def test_another_language_is_not_searched_for_hindi_keys(tmp_path: Path) -> None:
    english = {**TEXTS, "press_one": "Press one for food.", "press_two": "Press two for rations."}
    loaded = load(tmp_path, document(GOOD))
    assert lint(loaded, english, "en") == ()
    assert len(lint(loaded, english)) == 2


def test_a_ticket_on_one_way_only_is_not_enough(tmp_path: Path) -> None:
    nodes = """
    start: {kind: issue_ticket, category: food, next: told, unavailable: told}
    told: {kind: join_queue, queue: food, prompts: ["{ticket_number}"]}
    """
    assert [one for one in told(tmp_path, nodes) if "without a ticket" in one]
    assert not told(tmp_path, nodes.replace("unavailable: told", "unavailable: rescue"))


def test_the_yes_of_a_fact_is_knowledge(tmp_path: Path) -> None:
    nodes = """
    start: {kind: branch, fact: has_ticket, cases: {"yes": told}, otherwise: rescue}
    told: {kind: branch, fact: promised, cases: {"yes": promise}, otherwise: load}
    promise: {kind: join_queue, queue: food, prompts: ["{ticket_number}", "{limit}", "{deadline}"]}
    load: {kind: branch, fact: queue_load, of: food, cases: {long: waiting}, otherwise: rescue}
    waiting: {kind: join_queue, queue: food, prompts: ["{waiting:food}"]}
    """
    assert told(tmp_path, nodes) == []


def test_an_answer_is_known_only_after_its_question(tmp_path: Path) -> None:
    nodes = """
    start: {kind: collect, answer: pin, min_keys: 6, max_keys: 6, next: said, exhausted: EXHAUSTED}
    said: {kind: join_queue, queue: food, prompts: ["{digits:pin}"]}
    """
    assert told(tmp_path, nodes.replace("EXHAUSTED", "rescue")) == []
    found = told(tmp_path, nodes.replace("EXHAUSTED", "said"))
    assert [one for one in found if "without the answer pin" in one]


def test_a_message_needs_a_ticket(tmp_path: Path) -> None:
    nodes = """
    start: {kind: record, next: bye, empty: rescue, unavailable: rescue}
    bye: {kind: hangup}
    """
    assert [one for one in told(tmp_path, nodes) if "without a ticket" in one]


def test_a_skip_is_announced_and_other_keys_are_not(tmp_path: Path) -> None:
    nodes = """
    start:
      kind: collect
      prompts: [PROMPT]
      min_keys: 2
      max_keys: 4
      skip: join
      next: join
      exhausted: join
    join: {kind: join_queue, queue: food}
    """
    assert told(tmp_path, nodes.replace("PROMPT", "press_hash")) == []
    assert [one for one in told(tmp_path, nodes.replace("PROMPT", "ask")) if "skips this" in one]
    found = told(tmp_path, nodes.replace("PROMPT", "press_hash, press_one"))
    assert [one for one in found if "announces key 1" in one]


def test_a_menu_nobody_can_remember_is_a_warning_only(tmp_path: Path) -> None:
    keys = "0123456789"
    options = "\n".join(f'    "{key}": {{prompt: key_{key}, goto: join}}' for key in keys)
    nodes = f"start:\n  kind: menu\n  options:\n{options}\n  exhausted: join\n"
    words = ["शून्य", "एक", "दो", "तीन", "चार", "पाँच", "छह", "सात", "आठ", "नौ"]
    texts = {f"key_{key}": f"{word} दबाएँ।" for key, word in zip(keys, words, strict=True)}
    path = tmp_path / "callflows.yaml"
    text = document(nodes + "join: {kind: join_queue, queue: food}\n")
    path.write_text(text, encoding="utf-8")
    loaded = load_with_source(path, VIEW, {**TEXTS, **texts})
    found = lint(loaded, {**TEXTS, **texts})
    assert [(one.grave, "10 keys are announced" in one.fault.message) for one in found] == [
        (False, True)
    ]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("भोजन के लिए एक दबाएँ।", ("1",)),
        ("सही है, तो एक या दो दबाइए।", ("1", "2")),
        ("पीछे के लिए स्टार दबाएँ, छोड़ने के लिए हैश दबाएँ।", ("*", "#")),
        ("शून्य दबाकर ऑपरेटर से बात करें।", ("0",)),
        ("एक बार फिर सुनिए।", ()),
        ("अपने पिन कोड के छह अंक दबाइए।", ()),
        ("अनेक दबाएँ", ()),
    ],
)
def test_announced_keys(text: str, keys: tuple[str, ...]) -> None:
    assert announced(text) == keys
