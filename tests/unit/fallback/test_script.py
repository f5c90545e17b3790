"""The script that writes down what the fall-back did: words in, records and variables out."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agi_scripts.fallback_ticket import act
from sahayata.settings import PROJECT
from sahayata.state import StateFolder
from tickets import spool
from tickets.number import number_at
from tickets.pool import NumberPool, PoolEmpty
from tickets.spool import Spooled, SpoolKind, SpoolRecord

NOW = datetime(2026, 6, 1, 6, 30, tzinfo=UTC)
NUMBERS = [number_at(b"n" * 32, place) for place in range(3)]
FACTS = {
    "call_id": "cell.15000-b007-1.2",
    "caller": "+919811012345",
    "dialled": "1950",
    "language": "hi",
    "sip": "1-2@127.0.0.1",
    "ticket": "",
    "queue": "",
    "entry": "inbound",
    "category": "food",
    "limit": "7200",
    "began": str(int(NOW.timestamp()) - 60),
    "node": "ticket",
    "ending": "caller_hung_up",
    "asked": "1",
    "answers": "pin:122001/persons:4/pin:123005/",
    "steps": "main_menu:key 1:5/pin:wrong keys:20/pin:answered pin:31/main_menu:wrong key #:40/",
}


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state")
    folder.prepare()
    NumberPool(folder.pool).put(NUMBERS)
    return folder


def written(state: StateFolder) -> list[SpoolRecord]:
    return [item.record for item in spool.read(state.spool) if isinstance(item, Spooled)]


def test_a_ticket_is_on_disk_with_everything_the_caller_did(state: StateFolder) -> None:
    told = act("ticket", FACTS, state.root, NOW)
    assert told == {
        "SAHAYATA_TICKET": NUMBERS[0],
        "SAHAYATA_PROMISED": str(int((NOW + timedelta(hours=2)).timestamp())),
    }
    (record,) = written(state)
    assert (record.kind, record.number, record.category) == (SpoolKind.TICKET, NUMBERS[0], "food")
    assert (record.call_id, record.caller, record.sip_call_id) == (
        "cell.15000-b007-1.2",
        "+919811012345",
        "1-2@127.0.0.1",
    )
    assert record.answers == {"pin": "123005", "persons": "4"}
    assert [(s.node, s.did, (s.at - NOW).total_seconds()) for s in record.steps] == [
        ("main_menu", "key 1", -55.0),
        ("pin", "wrong keys", -40.0),
        ("pin", "answered pin", -29.0),
        ("main_menu", "wrong key #", -20.0),
    ]


def test_a_category_without_a_limit_promises_nothing(state: StateFolder) -> None:
    assert act("ticket", FACTS | {"limit": ""}, state.root, NOW)["SAHAYATA_PROMISED"] == ""


def test_the_number_of_the_call_is_not_given_twice(state: StateFolder) -> None:
    """The channel knows it; where that was lost, the spool does."""
    first = act("ticket", FACTS, state.root, NOW)["SAHAYATA_TICKET"]
    again = FACTS | {"asked": "2", "category": "other"}
    assert act("ticket", again, state.root, NOW)["SAHAYATA_TICKET"] == first
    known = FACTS | {"ticket": NUMBERS[2]}
    assert act("ticket", known, state.root, NOW)["SAHAYATA_TICKET"] == NUMBERS[2]
    other = FACTS | {"asked": "2", "call_id": "cell.15000-b007-1.9"}
    assert act("ticket", other, state.root, NOW)["SAHAYATA_TICKET"] == NUMBERS[1]
    assert NumberPool(state.pool).left() == 1


def test_an_empty_pool_writes_nothing(state: StateFolder) -> None:
    for _ in NUMBERS:
        act("ticket", FACTS, state.root, NOW)
    with pytest.raises(PoolEmpty):
        act("ticket", FACTS, state.root, NOW)
    assert len(written(state)) == len(NUMBERS)


def recorded(state: StateFolder, seconds: float) -> dict[str, str]:
    name = "fallback-cell15000-b007-12-99.wav"
    (state.messages / name).write_bytes(b"\0" * (44 + round(seconds * 16_000)))
    return FACTS | {"message": name, "shortest": "1", "ticket": NUMBERS[0]}


def test_a_message_is_kept_with_its_length(state: StateFolder) -> None:
    facts = recorded(state, 3.5)
    assert act("message", facts, state.root, NOW) == {"SAHAYATA_STORED": "stored"}
    (record,) = written(state)
    assert (record.kind, record.seconds, record.number) == (SpoolKind.MESSAGE, 3.5, NUMBERS[0])
    assert Path(record.message).exists()


@pytest.mark.parametrize(
    ("seconds", "how", "outcome"),
    [
        (0.9, "DTMF", "empty"),
        (1.0, "DTMF", "stored"),
        (1.9, "SILENCE", "empty"),
        (2.0, "SILENCE", "stored"),
        (0.0, "HANGUP", "empty"),
    ],
)
def test_what_is_too_short_is_no_message(
    state: StateFolder, seconds: float, how: str, outcome: str
) -> None:
    facts = recorded(state, seconds) | {"record": how}
    assert act("message", facts, state.root, NOW) == {"SAHAYATA_STORED": outcome}
    assert len(list(state.messages.iterdir())) == (outcome == "stored")


@pytest.mark.parametrize("name", ["", "../secrets.json", "x.wav/../../y.wav", "a.wav\n", "b.gsm"])
def test_no_other_file_is_taken_for_a_message(state: StateFolder, name: str) -> None:
    act("message", FACTS | {"message": name}, state.root, NOW)
    assert written(state) == []


def test_the_wish_to_be_called_back_is_kept(state: StateFolder) -> None:
    assert act("call_back", FACTS, state.root, NOW) == {"SAHAYATA_STORED": "stored"}
    assert [r.kind for r in written(state)] == [SpoolKind.CALL_BACK]


def test_whoever_hangs_up_while_speaking_has_left_a_message(state: StateFolder) -> None:
    act("ended", recorded(state, 4.0) | {"node": "message_speak"}, state.root, NOW)
    ended, message = written(state)
    assert (ended.kind, ended.ending) == (SpoolKind.CALL_ENDED, "caller_hung_up")
    assert ended.last_node == "message_speak"
    assert (message.kind, message.seconds) == (SpoolKind.MESSAGE, 4.0)


def test_the_queue_belongs_to_an_ending_only_when_the_caller_went_there(state: StateFolder) -> None:
    act("ended", FACTS | {"queue": "food"}, state.root, NOW)
    act("ended", FACTS | {"queue": "food", "ending": "to_queue"}, state.root, NOW)
    assert [r.queue for r in written(state)] == ["", "food"]


@pytest.mark.parametrize(
    ("told", "how", "wait_s", "talk_s", "operator"),
    [
        ({"operator": "PJSIP/201", "wait": "5", "total": "65"}, "served", 5, 60, "PJSIP/201"),
        ({"abandoned": "TRUE", "wait": "", "total": "40"}, "abandoned", 40, 0, ""),
        ({"status": "TIMEOUT", "total": "300"}, "timed_out", 300, 0, ""),
        ({"status": "TIMEOUT", "abandoned": "TRUE", "total": "300"}, "timed_out", 300, 0, ""),
        ({"status": "JOINEMPTY", "total": "0"}, "nobody", 0, 0, ""),
        ({"status": "", "total": "17"}, "left", 17, 0, ""),
        ({"status": "", "total": "-3x"}, "left", 0, 0, ""),
    ],
)
def test_a_stay_in_the_queue_is_read_as_our_server_reads_it(
    state: StateFolder, told: dict[str, str], how: str, wait_s: int, talk_s: int, operator: str
) -> None:
    act("queue_ended", FACTS | {"queue": "food"} | told, state.root, NOW)
    (record,) = written(state)
    assert (record.kind, record.queue, record.how) == (SpoolKind.QUEUE_ENDED, "food", how)
    assert (record.wait_s, record.talk_s, record.operator) == (wait_s, talk_s, operator)


@pytest.mark.parametrize(
    "odd",
    [
        {"steps": "no step at all/:::/x:y/" + "main_menu:key 1:7/"},
        {"steps": "main_menu:" + "k" * 500 + ":7/main_menu:key 1:7/"},
        {"steps": "ain_menu:silence:9999999999/main_menu:key 1:7/"},
    ],
)
def test_what_is_no_step_is_passed_over(state: StateFolder, odd: dict[str, str]) -> None:
    act("ended", FACTS | odd, state.root, NOW)
    assert [(s.node, s.did) for s in written(state)[0].steps] == [("main_menu", "key 1")]


@pytest.mark.parametrize("hours", [-300 * 24, -3, 3, 300 * 24])
def test_a_clock_that_is_set_meanwhile_costs_no_step_and_repeats_no_number(
    state: StateFolder, hours: int
) -> None:
    """The dialplan counts on by the new clock; what was done before stands first."""
    since = 60 + hours * 3600
    steps = f"main_menu:key 1:5/pin:answered pin:{since}/"
    facts = {**FACTS, "call_id": "cell.15000-b007-1.3", "steps": steps}
    first = act("ticket", FACTS, state.root, NOW)
    now = NOW + timedelta(hours=hours)
    second = act("ticket", facts, state.root, now)
    assert [first["SAHAYATA_TICKET"], second["SAHAYATA_TICKET"]] == NUMBERS[:2]
    assert second["SAHAYATA_PROMISED"] == str(int((now + timedelta(hours=2)).timestamp()))
    before, after = written(state)
    assert (before.number, after.number) == (NUMBERS[0], NUMBERS[1])
    assert [(s.node, (s.at - NOW).total_seconds()) for s in after.steps] == [
        ("main_menu", -55.0),
        ("pin", hours * 3600.0),
    ]


def test_an_unknown_kind_is_refused(state: StateFolder) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        act("sing", FACTS, state.root, NOW)


def run(
    state: StateFolder, kind: str, header: bytes, **facts: str
) -> subprocess.CompletedProcess[bytes]:
    words = [f"{name}={value}" for name, value in (FACTS | facts).items()]
    return subprocess.run(
        [sys.executable, "-s", str(PROJECT / "agi_scripts" / "fallback_ticket.py"), kind, *words],
        input=header,
        capture_output=True,
        check=False,
        timeout=30,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT),
            "SAHAYATA_STATE": str(state.root),
        },
    )


HEADER = b'agi_request: x\nagi_callerid: "\xff\xfe; rm -rf\nagi_extension: 1950\n\n'


def test_asterisk_is_told_the_number_after_it_is_on_disk(state: StateFolder) -> None:
    done = run(state, "ticket", HEADER + b"200 result=1\n" * 2)
    assert (done.returncode, done.stderr) == (0, b"")
    (record,) = written(state)
    first, second = done.stdout.decode().splitlines()
    assert first == f'SET VARIABLE "SAHAYATA_TICKET" "{record.number}"'
    assert second.startswith('SET VARIABLE "SAHAYATA_PROMISED" "')


@pytest.mark.parametrize(
    "reply",
    [b"", b"HANGUP\n", b"511 Command Not Permitted on a dead channel\n", b"520 Invalid\n520\n"],
)
def test_an_asterisk_that_is_gone_costs_no_record(state: StateFolder, reply: bytes) -> None:
    done = run(state, "ticket", HEADER + reply)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(written(state)) == 1


def test_without_a_pool_asterisk_is_told_why_and_nothing_is_set(state: StateFolder) -> None:
    state.pool.unlink()
    done = run(state, "ticket", HEADER + b"200 result=1\n")
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout == b'VERBOSE "sahayata: the fall-back could not write: PoolEmpty" 1\n'


def test_a_disk_that_is_full_gives_no_number(state: StateFolder) -> None:
    """The spool cannot be written: no number that is not durable is told."""
    state.spool.rmdir()
    state.spool.write_text("in the way")
    done = run(state, "ticket", HEADER + b"200 result=1\n")
    assert done.returncode == 1
    assert b"SAHAYATA_TICKET" not in done.stdout
