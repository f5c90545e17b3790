"""Conversations of the staff: what the room is asked, and what its answers mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.call import Digits, Played, Silence
from ivr.flow import engine
from ivr.flow.checks import findings
from ivr.flow.effects import (
    Ask,
    EndCall,
    InRoom,
    JoinTalk,
    Note,
    Outcome,
    RecordNotice,
    RecordTake,
    Stored,
    Tell,
    Unavailable,
)
from ivr.flow.graph import citizens_only
from ivr.flow.model import Flows
from ivr.flow.session import from_json
from ivr.room import RoomAnswer
from tests.support.fake_call import ARRIVED, make_facts
from tests.unit.flow.flows_in import VIEW, document, faults, load

STAFF = """\
start: {kind: join_queue, queue: food}
pin:
  kind: collect
  prompts: [ask]
  answer: pin
  min_keys: 4
  max_keys: 4
  exhausted: bye
  next: who
who: {kind: room, do: identify, given: {pin: pin}, cases: {supervisor: told}, otherwise: bye}
told: {kind: room, do: briefing, cases: {done: briefing}, otherwise: bye}
briefing:
  kind: menu
  prompts: [hello, "{room}", press_one, press_two]
  answer: chosen
  options:
    "1": {goto: hear, value: "201"}
    "2": {goto: speak, value: food}
    "3": {goto: anew, value: "108"}
  exhausted: bye
hear: {kind: listen_in, operator: chosen, manner: whisper}
speak: {kind: notice, queue: chosen, prompts: [ask], next: told, empty: bye, unavailable: bye}
anew: {kind: take, number: chosen, prompts: [ask], cases: {good: briefing}, otherwise: bye}
bye: {kind: hangup, prompts: [hello]}
"""
ENTRIES = "entries: {inbound: start, queue_key: back, queue_limit: back"


def staffed(text: str = STAFF) -> str:
    return document(text).replace(
        f"{ENTRIES}}}",
        f"{ENTRIES}, staff: bye, supervisor: pin, after_listening: told}}\n"
        "staff: [staff, supervisor, after_listening]\n"
        'codes: {"*77": supervisor}',
    )


@pytest.fixture
def flows(tmp_path: Path) -> Flows:
    return load(tmp_path, staffed()).flows


def answered(flows: Flows, entry: str, *outcomes: Outcome, staff: str = "") -> engine.Turn:
    """Go on by these outcomes, the session written down and read again between any two."""
    facts = make_facts(entry=entry, caller="301")
    facts.parameters["staff"] = staff
    session, effects = engine.begin(flows, VIEW, facts, ARRIVED)
    for outcome in outcomes:
        session, effects = engine.step(flows, VIEW, from_json(session.to_json()), outcome, ARRIVED)
    return session, tuple(effect for effect in effects if not isinstance(effect, Note))


KNOWN = (Digits("1234"), RoomAnswer("supervisor", who="301"))
BRIEFED = (*KNOWN, RoomAnswer("done", ("n_7", "hello")))


def test_the_room_is_given_what_it_needs_and_told_who_asks(flows: Flows) -> None:
    assert answered(flows, "supervisor", Digits("1234"))[1] == (
        InRoom("identify", "", (("pin", "1234"),)),
    )
    assert answered(flows, "supervisor", *KNOWN)[1] == (InRoom("briefing", "301", ()),)


def test_what_the_room_answers_is_said(flows: Flows) -> None:
    (ask,) = answered(flows, "supervisor", *BRIEFED)[1]
    assert isinstance(ask, Ask)
    assert ask.prompts == ("hello", "n_7", "hello", "press_one", "press_two")


def test_a_supervisor_joins_a_talk_and_the_conversation_is_over(flows: Flows) -> None:
    session, effects = answered(flows, "supervisor", *BRIEFED, Digits("1"))
    assert effects == (JoinTalk("301", "201", "whisper"),)
    assert session.over


def test_who_comes_back_from_a_talk_is_still_known(flows: Flows) -> None:
    assert answered(flows, "after_listening", staff="301")[1] == (InRoom("briefing", "301", ()),)


def test_a_citizen_can_be_nobody_of_the_staff(flows: Flows) -> None:
    session, _ = answered(flows, "inbound", staff="301")
    assert session.who == ""


def test_a_notice_is_for_the_queue_that_was_chosen(flows: Flows) -> None:
    (record,) = answered(flows, "supervisor", *BRIEFED, Digits("2"))[1]
    assert isinstance(record, RecordNotice)
    assert (record.who, record.queue, record.prompts) == ("301", "food", ("ask",))
    assert answered(flows, "supervisor", *BRIEFED, Digits("2"), Stored())[1] == (
        InRoom("briefing", "301", ()),
    )


def test_what_was_recorded_anew_is_said_and_refused_ones_are_not(flows: Flows) -> None:
    chosen = (*BRIEFED, Digits("3"))
    (record,) = answered(flows, "supervisor", *chosen)[1]
    assert isinstance(record, RecordTake)
    assert (record.who, record.number, record.prompts) == ("301", "108", ("ask",))
    (ask,) = answered(flows, "supervisor", *chosen, RoomAnswer("good", ("take_1",)))[1]
    assert isinstance(ask, Ask)
    assert ask.prompts[:2] == ("hello", "take_1")
    for refused in (RoomAnswer("quiet"), Unavailable()):
        session, effects = answered(flows, "supervisor", *chosen, refused)
        assert (session.node, session.room_said) == ("bye", ())
        assert effects == (Tell(("hello",), barge_in=False),)


@pytest.mark.parametrize(
    ("entry", "prompt", "brought"),
    [
        ("supervisor", "108", (("prompt", "108"),)),
        ("supervisor", "", ()),
        ("supervisor", "1²8", ()),
        ("inbound", "108", ()),
    ],
)
def test_only_a_telephone_of_the_staff_brings_a_sentence_along(
    flows: Flows, entry: str, prompt: str, brought: tuple[tuple[str, str], ...]
) -> None:
    facts = make_facts(entry=entry, caller="301")
    facts.parameters["prompt"] = prompt
    assert engine.begin(flows, VIEW, facts, ARRIVED)[0].answers == brought


@pytest.mark.parametrize("outcome", [RoomAnswer("wrong"), RoomAnswer("rubbish"), Unavailable()])
def test_nobody_goes_on_whom_the_room_did_not_recognise(flows: Flows, outcome: Outcome) -> None:
    session, effects = answered(flows, "supervisor", Digits("1234"), outcome)
    assert session.who == ""
    assert effects == (Tell(("hello",), barge_in=False),)


def test_a_conversation_of_the_staff_that_fails_ends(flows: Flows) -> None:
    """An operator must not be sent to an operator, as a citizen is."""
    assert answered(flows, "supervisor", Stored())[1] == (EndCall(),)
    assert answered(flows, "supervisor", Silence(), Silence(), Silence(), Played())[1] == (
        EndCall(),
    )


def test_the_citizens_flows_have_nothing_of_the_staff(flows: Flows) -> None:
    left = citizens_only(flows)
    assert set(left.nodes) == {"start", "rescue", "back"}
    assert set(left.entries) == {"inbound", "queue_key", "queue_limit"}


def test_the_staff_may_be_hung_up_on_and_the_lint_is_content(tmp_path: Path) -> None:
    assert findings(load(tmp_path, staffed()).flows, None) == ()


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("do: breifing", "do: briefing", "the room knows no 'breifing'; did you mean 'briefing'?"),
        ("cases: {boss:", "cases: {supervisor:", "identify never answers 'boss'; it is operator,"),
        ("given: {}", "given: {pin: pin}", "identify needs 'pin': name the answer that holds it"),
        ("given: {pin: pim}", "given: {pin: pin}", "no answer 'pim'; did you mean 'pin'?"),
        ("given: {pin: pin, x: pin}", "given: {pin: pin}", "identify does not need 'x'"),
        ("operator: chosn", "operator: chosen", "no answer 'chosn'; did you mean 'chosen'?"),
        ("queue: chosn", "queue: chosen", "no answer 'chosn'; did you mean 'chosen'?"),
        ("number: chosn", "number: chosen", "no answer 'chosn'; did you mean 'chosen'?"),
        ("cases: {fine:", "cases: {good:", "a take is never 'fine'; it is good, silent, quiet"),
    ],
)
def test_what_the_room_does_not_know_is_a_fault(
    tmp_path: Path, wrong: str, right: str, said: str
) -> None:
    (fault,) = faults(tmp_path, staffed(STAFF.replace(right, wrong)))
    assert said in fault


def test_staff_names_entries(tmp_path: Path) -> None:
    text = staffed().replace("staff: [staff, supervisor", "staff: [boss, staff, supervisor")
    (fault,) = faults(tmp_path, text)
    assert fault.endswith("there is no entry 'boss'")


def test_a_code_begins_a_conversation_of_the_staff_and_no_other(
    flows: Flows, tmp_path: Path
) -> None:
    facts = replace(make_facts(entry="staff", caller="301"), dialled="*77")
    assert engine.begin(flows, VIEW, facts, ARRIVED)[0].entry == "supervisor"
    facts = replace(facts, dialled="*78")
    assert engine.begin(flows, VIEW, facts, ARRIVED)[0].node == "bye"
    # A citizen who dials the code is a citizen.
    facts = replace(make_facts(entry="inbound"), dialled="*77")
    assert engine.begin(flows, VIEW, facts, ARRIVED)[0].entry == "inbound"
    (fault,) = faults(tmp_path, staffed().replace('"*77": supervisor', '"*77": inbound'))
    assert fault.endswith("'inbound' is no entry of the staff")


def test_a_code_that_is_none_must_lead_somewhere(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, staffed().replace("staff: [staff, ", "staff: ["))
    assert "staff is missing" in fault


def test_what_the_room_did_not_answer_cannot_be_said(tmp_path: Path) -> None:
    early = STAFF.replace("prompts: [ask]\n  answer", 'prompts: [ask, "{room}"]\n  answer')
    (finding,) = findings(load(tmp_path, staffed(early)).flows, None)
    assert "an answer of the room" in finding.message
