"""The engine: every conversation ends, nothing it is answered makes it raise, psych is private."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.call import CallFacts, Digits, Played, Said, Silence, TooShort
from ivr.desk import IssuedTicket, StatusRefusal, TicketStatus
from ivr.flow import engine, lexicon, model
from ivr.flow.effects import (
    Ask,
    Effect,
    EndCall,
    Enqueue,
    FactFound,
    FindFact,
    Issue,
    LookUp,
    Note,
    NothingHeard,
    Outcome,
    RecordMessage,
    Stored,
    StoreWish,
    Tell,
    Unavailable,
)
from ivr.flow.session import Session, from_json
from tests.support.fake_call import ARRIVED, make_facts
from tests.support.helpline import flows, view
from tests.unit.flow.flows_in import VIEW, document, load

KEYS = st.text(alphabet="0123456789*#ABCDx", max_size=12)


NUMBERS = st.sampled_from(["4821300000", "0000000000", "", "12", "four", "४८२१३०००००"])


DATES = st.none() | st.integers(-9000, 90000).map(lambda m: ARRIVED + timedelta(minutes=m))


ISSUED = st.builds(
    IssuedTicket,
    number=NUMBERS,
    category=st.just("food"),
    limit_minutes=st.none() | st.integers(-5, 100_000),
    promised_by=DATES,
)


STATUS = st.builds(
    TicketStatus,
    number=NUMBERS,
    state=st.sampled_from(["open", "closed", "with_officer", "no_such_state", ""]),
    own=st.booleans(),
    category=st.sampled_from(["food", "psych", "no_such", ""]),
    opened_at=DATES,
    promised_by=DATES,
)


FOUND = st.builds(
    FactFound,
    value=st.sampled_from(["yes", "no", "free", "long", "unstaffed", "rubbish"]),
    waiting=st.integers(-3, 10**9),
)


UNAVAILABLE = st.just(Unavailable())


SAID = st.builds(
    Said,
    st.sampled_from(["राशन", "एक", "नौ", "हाँ", "नहीं", "मदद", "ऑपरेटर", "rubbish", ""]),
    st.sampled_from([0.0, 0.5, 1.0]),
)


PRESSED = st.one_of(KEYS.map(Digits), KEYS.map(TooShort), st.just(Silence()), SAID)


FITTING: dict[type, st.SearchStrategy[Outcome]] = {
    Tell: st.just(Played()) | KEYS.map(Digits),
    Ask: PRESSED,
    FindFact: FOUND | UNAVAILABLE,
    Issue: ISSUED | UNAVAILABLE,
    LookUp: STATUS | st.sampled_from(StatusRefusal) | UNAVAILABLE,
    RecordMessage: st.sampled_from([Stored(), NothingHeard(), Unavailable()]),
    StoreWish: st.sampled_from([Stored(), Unavailable()]),
}


ANY = st.one_of(*FITTING.values())


ENTRIES = st.sampled_from(["inbound", "queue_key", "queue_limit", "no_such_entry"])


FACTS = st.builds(
    make_facts,
    entry=ENTRIES,
    caller=st.sampled_from(["", "+919876543210"]),
    ticket=st.sampled_from(["", "4821377777", "12"]),
    queue=st.sampled_from(["", "food", "psych", "general", "no_such_queue"]),
    recorded=st.sampled_from(["", "0", "1"]),
)


def check_turn(session: Session, effects: tuple[Effect, ...]) -> Effect:
    """What holds after every turn."""
    assert all(isinstance(effect, Note) for effect in effects[:-1])
    last = effects[-1]
    assert not isinstance(last, Note)
    assert session.over == isinstance(last, Enqueue | EndCall)
    assert from_json(session.to_json()) == session
    if isinstance(last, Enqueue):
        assert last.entry.queue
        assert not (last.entry.recorded and session.category == "psych")
    if isinstance(last, RecordMessage):
        assert session.category != "psych"
    if isinstance(last, Tell | Ask):
        assert "{" not in "".join(last.prompts)
        assert "number_is" not in last.prompts or session.ticket
    return last


def run(data: st.DataObject, facts: CallFacts, outcomes: bool) -> Effect:
    session, effects = engine.begin(flows(), view(), facts, ARRIVED)
    last = check_turn(session, effects)
    for _ in range(engine.MAX_TURNS + 1):
        if session.over:
            return last
        outcome = data.draw(FITTING[type(last)] if outcomes else ANY)
        session, effects = engine.step(flows(), view(), session, outcome, ARRIVED)
        last = check_turn(session, effects)
    raise AssertionError("the conversation did not end")


@settings(max_examples=120)
@given(data=st.data(), facts=FACTS)
def test_any_fitting_answers_end_in_a_queue_or_a_hang_up(
    data: st.DataObject, facts: CallFacts
) -> None:
    run(data, facts, outcomes=True)


@settings(max_examples=120)
@given(data=st.data(), facts=FACTS)
def test_answers_that_do_not_fit_never_raise(data: st.DataObject, facts: CallFacts) -> None:
    run(data, facts, outcomes=False)


@settings(max_examples=100)
@given(
    facts=FACTS,
    choices=st.lists(st.sampled_from([Silence(), Digits("8"), TooShort("")]), min_size=1),
)
def test_silence_and_wrong_keys_always_end_at_an_operator(
    facts: CallFacts, choices: list[Outcome]
) -> None:
    session, effects = engine.begin(flows(), view(), facts, ARRIVED)
    for turn in range(engine.MAX_TURNS):
        last = effects[-1]
        match last:
            case Enqueue():
                return
            case Tell():
                outcome: Outcome = Played()
            case Ask():
                outcome = choices[turn % len(choices)]
            case Issue():
                outcome = IssuedTicket("4821300000", "food", 120, ARRIVED)
            case _:
                outcome = Unavailable()
        assert not isinstance(last, EndCall)
        session, effects = engine.step(flows(), view(), session, outcome, ARRIVED)
    raise AssertionError("no operator was reached")


@settings(max_examples=60)
@given(data=st.data())
def test_a_psych_caller_is_never_recorded_whatever_happens(data: st.DataObject) -> None:
    session, effects = engine.begin(flows(), view(), make_facts(), ARRIVED)
    chosen = False
    for _ in range(engine.MAX_TURNS + 1):
        last = effects[-1]
        if session.node == "main_menu" and isinstance(last, Ask) and not chosen:
            outcome: Outcome = Digits("4")
            chosen = True
        elif isinstance(last, Enqueue | EndCall):
            break
        else:
            outcome = data.draw(FITTING[type(last)])
        session, effects = engine.step(flows(), view(), session, outcome, ARRIVED)
        assert not (session.category == "psych" and isinstance(effects[-1], RecordMessage))
        if isinstance(effects[-1], Enqueue) and session.category == "psych":
            assert effects[-1].entry.recorded is False


def test_a_session_that_is_over_stays_over() -> None:
    over = Session(entry="inbound", node="join")
    assert engine.step(flows(), view(), over, Digits("1"), ARRIVED) == (over, (EndCall(),))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"entry": 1, "node": "x"}', "\x00"])
def test_a_session_that_was_not_written_by_us_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_json(text)


def test_a_session_at_a_node_that_was_taken_out_meanwhile_goes_to_an_operator() -> None:
    session, _ = engine.begin(flows(), view(), make_facts(), ARRIVED)
    gone = replace(session, node="no_longer_there")
    after, effects = engine.step(flows(), view(), gone, Played(), ARRIVED)
    assert after.over
    assert isinstance(effects[-1], Enqueue)
    assert effects[-1].entry.queue == "general"


def test_a_flow_that_goes_in_a_circle_ends_at_the_rescue(tmp_path: Path) -> None:
    circle = load(
        tmp_path, document("start: {kind: goto, to: again}\nagain: {kind: goto, to: start}")
    )
    _, effects = engine.begin(circle.flows, VIEW, make_facts(), ARRIVED)
    assert isinstance(effects[-1], Enqueue)
    assert effects[0] == Note("start", "rescued: the flow goes in a circle")


def test_a_caller_who_never_stops_pressing_is_taken_to_an_operator() -> None:
    session, effects = engine.begin(flows(), view(), make_facts(), ARRIVED)
    turns = 0
    while not session.over:
        turns += 1
        outcome: Outcome = Unavailable()
        if isinstance(effects[-1], Tell):
            outcome = Played()
        elif isinstance(effects[-1], Ask):
            outcome = Digits("9")
        session, effects = engine.step(flows(), view(), session, outcome, ARRIVED)
    assert turns == engine.MAX_TURNS + 1
    assert isinstance(effects[-1], Enqueue)
    assert effects[-2] == Note("main_menu", "rescued: the call is too long")


NAMES = st.sampled_from(["start", "a", "b", "c", "rescue"])


PROMPTS = st.lists(
    st.sampled_from(["hello", "{ticket_number}", "{digits:x}", "{status}"]), max_size=2
)


ANY_NODE = st.one_of(
    st.fixed_dictionaries({"kind": st.just("say"), "prompts": PROMPTS, "next": NAMES}),
    st.fixed_dictionaries({"kind": st.just("goto"), "to": NAMES}),
    st.fixed_dictionaries(
        {
            "kind": st.just("branch"),
            "fact": st.sampled_from(sorted(lexicon.FACTS)),
            "cases": st.dictionaries(st.sampled_from(["yes", "no", "open", "food"]), NAMES),
            "otherwise": NAMES,
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("menu"),
            "options": st.dictionaries(
                st.sampled_from("019*#"), st.fixed_dictionaries({"goto": NAMES}), min_size=1
            ),
            "silence": st.fixed_dictionaries({}, optional={"goto": NAMES, "say": PROMPTS}),
            "exhausted": NAMES,
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("collect"),
            "answer": st.just("x"),
            "min_keys": st.integers(1, 3),
            "max_keys": st.integers(3, 12),
            "skip": NAMES,
            "alone": st.dictionaries(st.sampled_from("0*"), NAMES),
            "next": NAMES,
            "exhausted": NAMES,
        }
    ),
    st.fixed_dictionaries(
        {"kind": st.just("record"), "next": NAMES, "empty": NAMES, "unavailable": NAMES}
    ),
    st.fixed_dictionaries({"kind": st.just("issue_ticket"), "next": NAMES, "unavailable": NAMES}),
    st.fixed_dictionaries(
        {
            "kind": st.just("ticket_status"),
            **dict.fromkeys(
                ("found", "not_found", "wrong_number", "too_many", "unavailable"), NAMES
            ),
        }
    ),
    st.fixed_dictionaries({"kind": st.just("rejoin_queue"), "prompts": PROMPTS}),
    st.fixed_dictionaries({"kind": st.just("hangup"), "prompts": PROMPTS}),
)


@settings(max_examples=80)
@given(data=st.data(), facts=FACTS)
def test_any_flow_a_person_may_write_ends(data: st.DataObject, facts: CallFacts) -> None:
    written = model.Flows.model_validate(
        {
            "format": 1,
            "entries": dict.fromkeys(["inbound", "queue_key", "queue_limit"], "start"),
            "rescue": "rescue",
            "nodes": {
                **{name: data.draw(ANY_NODE) for name in ("start", "a", "b", "c")},
                "rescue": {"kind": "join_queue", "queue": "general"},
            },
        }
    )
    session, effects = engine.begin(written, VIEW, facts, ARRIVED)
    for _ in range(engine.MAX_TURNS + 1):
        if session.over:
            break
        outcome = data.draw(FITTING[type(effects[-1])])
        session, effects = engine.step(written, VIEW, session, outcome, ARRIVED)
        assert from_json(session.to_json()) == session
    assert isinstance(effects[-1], Enqueue | EndCall)
