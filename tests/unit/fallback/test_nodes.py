"""Each kind of node as dialplan: the whole text, so that a change of it is seen by a person.

The texts are in ``golden/``. After a change that is meant: look at the difference, then write them
anew with ``python -m tests.unit.fallback.test_nodes``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from ivr.fallback import generate
from ivr.flow.loader import KINDS
from tests.unit.fallback.dialplans import contexts, node, source

GOLDEN: Final = Path(__file__).parent / "golden"
LAST: Final = {"exhausted": "operator"}
CASES: Final[dict[str, dict[str, Any]]] = {
    "say": {"kind": "say", "prompts": ["hello", "{ticket_number}", "{deadline}"], "next": "end"},
    "say_whole": {
        "kind": "say", "about": "food", "prompts": ["hello"], "barge_in": False, "next": "end",
    },
    "menu": {
        "kind": "menu", "prompts": ["topics"], "answer": "topic", "tries": 2, "wait_s": 4.5,
        "options": {
            "1": {"prompt": "one", "goto": "end", "value": "first, and best"},
            "*": {"goto": "start"},
        },
        "silence": {"goto": "end"}, "wrong_key": {"say": ["wrong"]}, **LAST,
    },
    "collect_pin_code": {
        "kind": "collect", "prompts": ["ask"], "answer": "pin", "min_keys": 6, "max_keys": 6,
        "check": "pin_code", "skip": "end", "alone": {"*": "start", "0": "operator"},
        "silence": {"say": ["quiet"]}, "next": "end", **LAST,
    },
    "collect_any": {
        "kind": "collect", "min_keys": 1, "max_keys": 3, "finish_key": "*", "barge_in": False,
        "wrong_key": {"say": ["wrong"]}, "next": "end", **LAST,
    },
    "collect_ticket_number": {
        "kind": "collect", "answer": "asked", "min_keys": 10, "max_keys": 10,
        "check": "ticket_number", "next": "end", **LAST,
    },
    "record": {
        "kind": "record", "prompts": ["speak"], "max_s": 90, "silence_s": 3.4, "min_s": 1.5,
        "finish_key": "*", "next": "end", "empty": "start", "unavailable": "operator",
    },
    "call_back": {"kind": "call_back", "next": "end", "unavailable": "operator"},
    "issue_ticket": {"kind": "issue_ticket", "next": "end", "unavailable": "operator"},
    "issue_ticket_in": {
        "kind": "issue_ticket", "category": "food", "next": "end", "unavailable": "operator",
    },
    "ticket_status": {
        "kind": "ticket_status", "found": "end", "not_found": "end", "wrong_number": "end",
        "too_many": "end", "unavailable": "operator",
    },
    "branch": {
        "kind": "branch", "fact": "queue_load", "cases": {"unstaffed": "end"},
        "otherwise": "operator",
    },
    "join_queue": {"kind": "join_queue", "prompts": ["connecting"], "priority": 3},
    "join_queue_named": {"kind": "join_queue", "queue": "psych"},
    "rejoin_queue": {"kind": "rejoin_queue", "prompts": ["on"]},
    "goto": {"kind": "goto", "about": "food", "to": "end"},
    "hangup": {"kind": "hangup", "prompts": ["thanks", "{ticket_number}"]},
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_node_becomes_this_dialplan(name: str) -> None:
    assert node(place=CASES[name]) == (GOLDEN / f"{name}.conf").read_text(encoding="utf-8")


def test_every_kind_of_node_has_its_text() -> None:
    of_the_staff = {"room", "notice", "take", "listen_in"}
    assert set(KINDS) - of_the_staff == {case["kind"] for case in CASES.values()}


@pytest.mark.parametrize(
    ("fact", "found"),
    [
        ("hours", "Gosub(sub-fallback-hours,s,1(psych))"),
        ("queue_load", "Gosub(sub-fallback-load,s,1(psych))"),
        ("part_of_day", "Gosub(sub-fallback-day,now,1)"),
        ("caller_number", '"${IF($["${SAHAYATA_CALLER}" != ""]?shown:withheld)}" = "x"'),
        ("has_ticket", '"${IF($["${SAHAYATA_TICKET}" != ""]?yes:no)}" = "x"'),
        ("promised", '"${IF($["${SAHAYATA_PROMISED}" != ""]?yes:no)}" = "x"'),
        ("may_record", '"${SAHAYATA_MAY_RECORD}" = "x"'),
        ("answered", '"${IF($["${SAHAYATA_ANSWER_psych}" != ""]?yes:no)}" = "x"'),
        ("category", '?${SAHAYATA_CATEGORY}:other)}" = "x"'),
    ],
)
def test_a_fact_is_found_out_by_the_dialplan(fact: str, found: str) -> None:
    branch = {"kind": "branch", "fact": fact, "of": "psych", "cases": {"x": "end"}}
    text = node(place=branch | {"otherwise": "operator"})
    assert found in text
    assert "?fallback-end,s,1)" in text
    assert text.endswith("Goto(fallback-operator,s,1)\n")


@pytest.mark.parametrize("fact", ["open_ticket", "caller_known"])
def test_what_only_the_store_knows_leads_on_as_unknown(fact: str) -> None:
    branch = {"kind": "branch", "fact": fact, "cases": {"yes": "end", "no": "end"}}
    text = node(place=branch | {"otherwise": "operator"})
    assert "fallback-end" not in text
    assert text.endswith("Goto(fallback-operator,s,1)\n")


@pytest.mark.parametrize(
    ("spoken", "found_out", "value"),
    [
        ("{category}", "", "${SAHAYATA_SAY_CATEGORY}"),
        ("{limit}", "", "${SAHAYATA_SAY_LIMIT}"),
        ("{digits:pin}", "digits,s,1(${SAHAYATA_ANSWER_pin})", "${GOSUB_RETVAL}"),
        (
            "{pin_code:pin}",
            "",
            "hi/n_${SAHAYATA_ANSWER_pin:0:1}&hi/n_${SAHAYATA_ANSWER_pin:1:1}"
            "&hi/n_${SAHAYATA_ANSWER_pin:2:1}&hi/pause_short&hi/n_${SAHAYATA_ANSWER_pin:3:1}"
            "&hi/n_${SAHAYATA_ANSWER_pin:4:1}&hi/n_${SAHAYATA_ANSWER_pin:5:1}",
        ),
        ("{number:pin}", "count,s,1(${SAHAYATA_ANSWER_pin})", "${GOSUB_RETVAL}"),
        ("{waiting:food}", "count,s,1(${SAHAYATA_WAITING_food})", "${GOSUB_RETVAL}"),
    ],
)
def test_a_spoken_value_is_looked_at_before_it_is_said(
    spoken: str, found_out: str, value: str
) -> None:
    steps = node(
        place={"kind": "say", "prompts": ["before", spoken, "after"], "next": "end"}
    ).splitlines()
    at = steps.index(f" same => n,Gosub(sub-fallback-whole,s,1({value}))")
    assert found_out in steps[at - 1]
    assert steps[at + 1] == " same => n,Set(SAHAYATA_SAY_2=${GOSUB_RETVAL})"
    assert "s,1(hi/before&${SAHAYATA_SAY_2}&hi/after,yes)" in steps[at + 2]


@pytest.mark.parametrize("spoken", ["{status}", "{status_details}"])
def test_what_only_the_store_knows_is_not_said(spoken: str) -> None:
    text = node(place={"kind": "say", "prompts": ["before", spoken, "after"], "next": "end"})
    assert "s,1(hi/before&hi/after,yes)" in text


def test_what_only_leads_to_a_value_goes_with_it() -> None:
    """``pin_is`` alone would be half a sentence; "hello" is said whatever is missing after it."""
    digits = "{digits:pin}"
    text = node(
        place={"kind": "say", "prompts": ["hello", "pin_is", digits, digits], "next": "end"}
    )
    assert "Gosub(sub-fallback-whole,s,1(${GOSUB_RETVAL},hi/pin_is))" in text
    assert "Gosub(sub-fallback-whole,s,1(${GOSUB_RETVAL}))" in text
    assert "(hi/hello&${SAHAYATA_SAY_2}&${SAHAYATA_SAY_3},yes)" in text


def test_above_each_node_stands_what_it_says() -> None:
    texts = {"hello": "नमस्ते; आइए।", "bye": "फिर मिलेंगे\nजी।"}
    text = generate(source(texts, place={"kind": "say", "prompts": ["hello"], "next": "end"}))
    assert "; ---- place\n; नमस्ते, आइए।\n[fallback-place]" in text
    assert "; ---- end\n; फिर मिलेंगे जी।\n[fallback-end]" in text


def test_the_same_conversation_gives_the_same_text() -> None:
    made = {"place": CASES["menu"]}
    assert generate(source(**made)) == generate(source(**made))


def test_every_context_of_a_conversation_survives_a_fault() -> None:
    for name, body in contexts(generate(source(place=CASES["menu"]))).items():
        if name.startswith("fallback"):
            assert body.startswith("include => sub-fallback-every\n"), name


if __name__ == "__main__":
    for name, case in CASES.items():
        (GOLDEN / f"{name}.conf").write_text(node(place=case), encoding="utf-8")
