"""How a call ended is told from what was heard first, and from the database after that."""

import json
from pathlib import Path

import numpy as np
import pytest

from sahayata.telephone.call import HeardCall
from sahayata.telephone.outgoing import Ending, address, escaped
from sahayata.telephone.result import CallFound, CallResult, Outcome, describe, outcome_of

FOUND = CallFound("cell-1-2", ticket="1234567895", queue="food", ending="to_queue")


def call(ending: Ending = Ending.CALLER, *, answered: bool = True) -> HeardCall:
    return HeardCall(
        sip_call_id="abc@127.0.0.1",
        ending=ending,
        reason="" if answered else "486 Busy Here",
        answered=answered,
        duration_s=12.345 if answered else 0.0,
        keys="1#",
        lost=0,
        samples=np.zeros(0, np.int16),
    )


def found(**changes: str | bool) -> CallFound:
    values: dict[str, str | bool] = {"call_id": "cell-1-2", **changes}
    return CallFound(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("heard", "database", "ending", "outcome"),
    [
        (["greeting", "operator_hello"], None, Ending.FAR_END, Outcome.ANSWERED),
        (["greeting"], found(ending="to_queue", queue_how="served"), Ending.FAR_END, "answered"),
        # What was heard counts although the database knows better of the queue.
        (["operator_hello"], found(ending="to_queue"), Ending.CALLER, "answered"),
        (["connecting"], found(ending="to_queue"), Ending.CALLER, "queued"),
        (["connecting"], found(ending="to_queue", queue_how="abandoned"), Ending.CALLER, "queued"),
        (["greeting"], found(ending="", queue_how="timed_out"), Ending.FAR_END, "queued"),
        (["message_thanks"], found(ending="completed", message=True), Ending.FAR_END, "message"),
        (
            ["message_ask"],
            found(ending="caller_hung_up", message=True, queue_how="left"),
            Ending.CALLER,
            "message",
        ),
        (["goodbye"], found(ending="completed"), Ending.FAR_END, "completed"),
        (
            ["wait_call_me"],
            found(ending="completed", queue_how="left"),
            Ending.FAR_END,
            "completed",
        ),
        (["greeting"], found(ending="caller_hung_up"), Ending.CALLER, "caller_hung_up"),
        (["greeting"], found(ending="line_lost"), Ending.FAR_END, "failed"),
        (["greeting"], found(ending=""), Ending.LOST, "failed"),
        # Our processes are dead and the database knows nothing: the ear alone decides.
        (["main_menu_food", "connecting", "q_periodic"], None, Ending.CALLER, "queued"),
        (["main_menu_food"], None, Ending.CALLER, "caller_hung_up"),
        (["main_menu_food"], None, Ending.FAR_END, "completed"),
    ],
)
def test_outcome(
    heard: list[str], database: CallFound | None, ending: Ending, outcome: str
) -> None:
    assert outcome_of(call(ending), heard, database) == outcome


def test_a_call_that_nobody_answered_failed_whatever_the_database_says() -> None:
    assert outcome_of(call(Ending.BUSY, answered=False), (), FOUND) is Outcome.FAILED


@pytest.mark.parametrize(
    ("database", "settled"),
    [
        (found(), False),
        (found(ending="to_queue"), False),
        (found(ending="to_queue", queue_how="served"), True),
        (found(ending="completed"), True),
        (found(ending="caller_hung_up"), True),
    ],
)
def test_a_call_is_settled_when_its_conversation_and_its_queue_have_ended(
    database: CallFound, settled: bool
) -> None:
    assert database.settled is settled


def result(**changes: object) -> CallResult:
    values: dict[str, object] = {
        "call_id": "cell-1-2",
        "sip_call_id": "abc@127.0.0.1",
        "heard": ("greeting", "main_menu_food"),
        "keys": "1#",
        "ticket": "1234567895",
        "ticket_heard": "1234567895",
        "queue": "food",
        "outcome": Outcome.ANSWERED,
        "ended_by": Ending.FAR_END,
        "reason": "",
        "duration_s": 12.3456,
        "recording": Path("heard.wav"),
        **changes,
    }
    return CallResult(**values)  # type: ignore[arg-type]


def test_json_has_what_the_command_line_promises() -> None:
    document = json.loads(json.dumps(result().to_json()))
    promised = (
        ("call_id", "cell-1-2"),
        ("heard", ["greeting", "main_menu_food"]),
        ("keys", "1#"),
        ("ticket", "1234567895"),
        ("queue", "food"),
        ("outcome", "answered"),
        ("duration_s", 12.35),
        ("recording", "heard.wav"),
    )
    assert [(name, document[name]) for name, _ in promised] == list(promised)


def test_json_says_null_for_what_there_is_not() -> None:
    empty = result(call_id=None, ticket=None, queue=None, recording=None, heard=())
    document = empty.to_json()
    assert [document[n] for n in ("call_id", "ticket", "queue", "recording")] == [None] * 4
    assert document["heard"] == []


def test_a_person_is_told_in_words() -> None:
    text = describe(result())
    assert "greeting main_menu_food" in text
    assert "1234567895 (123 456 7895)" in text
    assert "an operator answered; the helpline hung up after 12 s" in text
    assert "Fault" not in text


def test_a_person_is_told_what_went_wrong() -> None:
    absent = result(
        outcome=Outcome.FAILED,
        ended_by=Ending.ABSENT,
        reason="nobody listens for calls at 127.0.0.1:15000",
        heard=(),
        ticket=None,
        duration_s=0.0,
    )
    text = describe(absent)
    assert "nobody listens for calls at 127.0.0.1:15000" in text
    assert "the call failed; the helpline is not there" in text
    assert "none was heard" in text


@pytest.mark.parametrize(
    ("caller", "user"),
    [
        ("+919812345678", "+919812345678"),
        ('a"b c', "a%22b%20c"),
        ("x\r\nX: y", "x%0D%0AX%3A%20y"),
        ("भ", "%E0%A4%AD"),
        ("a@b<c>%", "a%40b%3Cc%3E%25"),
    ],
)
def test_any_caller_fits_into_a_sip_address(caller: str, user: str) -> None:
    assert escaped(caller) == user
    assert address(caller, "127.0.0.1", 5060) == f"sip:{user}@127.0.0.1:5060"


def test_no_caller_leaves_no_user_part() -> None:
    assert address("", "::1", 5060) == "sip:[::1]:5060"
