"""The citizen's telephone on a real Asterisk: what it presses arrives, what is played it hears."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ivr.keys import parse_keys
from ivr.voice.masters import FOLDER
from sahayata.settings import PROJECT
from sahayata.telephone.call import USUAL, Limits, silently
from sahayata.telephone.dial import dial
from sahayata.telephone.outgoing import Ending
from sahayata.telephone.result import CallFound, CallResult, Outcome
from sahayata.telephone.wav import read_wav
from tests.pbx.instance import Instance, running
from tests.support.trial_project import trial_project
from tests.support.waiting import hold_until

DIALPLAN = """
[citizens]
; Says the keys back.
exten => 7001,1,Answer()
 same => n,Read(KEYS,main_menu_food&main_menu_ration,250,,1,4)
 same => n,SayDigits(${KEYS})
 same => n,Wait(0.3)
 same => n,Hangup()
; Says how many keys there were.
exten => 7002,1,Answer()
 same => n,Read(KEYS,greeting,250,,1,4)
 same => n,SayDigits(${LEN(${KEYS})})
 same => n,Wait(0.3)
 same => n,Hangup()
; Says the digits of the caller's number.
exten => 7003,1,Answer()
 same => n,Gosub(who-calls,s,1)
 same => n,SayDigits(${FILTER(0-9,${SAHAYATA_CALLER})})
 same => n,Wait(0.3)
 same => n,Hangup()
exten => 7010,1,Hangup(17)
exten => 7011,1,Ringing()
 same => n,Wait(60)
exten => 7012,1,Progress()
 same => n,Playback(greeting,noanswer)
 same => n,Hangup(17)
exten => 7013,1,Answer()
 same => n,Playback(greeting)
 same => n,Wait(60)
; Records until there is silence for two seconds.
exten => 7015,1,Answer()
 same => n,Playback(greeting)
 same => n,Record(${SAHAYATA_MESSAGES}/trial.wav,2,20)
 same => n,SayDigits(7)
 same => n,Wait(0.3)
 same => n,Hangup()
; A pause between two prompts, as while something is looked up.
exten => 7014,1,Answer()
 same => n,Playback(greeting)
 same => n,Wait(1.5)
 same => n,Read(KEY,main_menu_food,1,,1,4)
 same => n,SayDigits(${KEY}0)
 same => n,Wait(0.3)
 same => n,Hangup()
"""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("dial")
    project = trial_project(folder / "project", DIALPLAN)
    with running(folder / "state", project=project) as one:
        yield one


async def call(
    to: Instance,
    number: str,
    keys: str = "",
    *,
    caller: str = "9812345678",
    limits: Limits = USUAL,
    record: Path | None = None,
    tell: Callable[[str], None] = silently,
) -> CallResult:
    settings = to.settings
    return await dial(
        ("127.0.0.1", settings.ports.sip),
        number,
        caller,
        parse_keys(keys),
        recordings=PROJECT / "prompts" / "hi" / FOLDER,
        lookup=lambda _: CallFound("trial", ending="caller_hung_up"),
        limits=limits,
        record=record,
        tell=tell,
    )


async def nothing_left(of: Instance) -> None:
    """Wait until the other end of the call is over too."""

    def gone() -> bool:
        return "0 active channels" in of.asterisk_rx("core show channels count")

    await asyncio.to_thread(hold_until, gone, "nothing is left of the call")


async def test_keys_of_every_kind_arrive_once_each(trial: Instance) -> None:
    result = await call(trial, "7001", "0123456789*1122#")
    assert result.keys == "0123456789*1122#"
    assert result.heard[:2] == ("main_menu_food", "main_menu_ration")
    said = [prompt for prompt in result.heard[2:] if prompt.startswith("n_")]
    assert said == [f"n_{digit}" for digit in "01234567891122"]
    assert (result.ended_by, result.lost_packets) == (Ending.FAR_END, 0)


async def test_keys_pressed_into_a_prompt_cut_it_short(trial: Instance) -> None:
    result = await call(trial, "7001", "w1 4 w0 2#")
    assert "main_menu_ration" not in result.heard
    assert result.heard[-2:] == ("n_4", "n_2")


async def test_a_key_waits_for_the_prompt_that_is_named(trial: Instance) -> None:
    result = await call(trial, "7014", "w:main_menu_food 3")
    assert result.heard == ("greeting", "main_menu_food", "n_3", "n_0")


async def test_a_spoken_message_is_recorded(trial: Instance) -> None:
    result = await call(trial, "7015", "s3")
    assert result.heard == ("greeting", "n_7")
    message = read_wav(trial.settings.state.messages / "trial.wav")
    loud = np.flatnonzero(np.abs(message) > 500) / 8000
    assert loud[-1] - loud[0] == pytest.approx(3, abs=1.0)


async def test_many_keys_arrive(trial: Instance) -> None:
    result = await call(trial, "7002", f"w0 {'7' * 50}#")
    assert result.heard[-2:] == ("n_5", "n_0")


@pytest.mark.parametrize(
    ("caller", "digits"),
    [
        ("+919812", "919812"),
        ("x\r\nX-Evil: 12", "12"),
        ('"98" <sip:76@x>', "9876"),
        ("नमस्ते 5", "5"),
    ],
)
async def test_any_caller_gets_through_and_is_read_as_given(
    trial: Instance, caller: str, digits: str
) -> None:
    result = await call(trial, "7003", caller=caller)
    assert result.heard == tuple(f"n_{digit}" for digit in digits)


@pytest.mark.parametrize("caller", ["", "anonymous", "9" * 200])
async def test_a_caller_without_a_usable_number_gets_through(trial: Instance, caller: str) -> None:
    result = await call(trial, "7013", "h:greeting !", caller=caller)
    assert result.heard == ("greeting",)


@pytest.mark.parametrize(
    ("number", "ending"),
    [("7010", Ending.BUSY), ("nobody", Ending.DECLINED), ("7011", Ending.NO_ANSWER)],
)
async def test_a_call_that_is_not_answered_says_why(
    trial: Instance, number: str, ending: Ending
) -> None:
    result = await call(trial, number, limits=Limits(ring_s=1.5))
    assert (result.outcome, result.ended_by, result.heard) == (Outcome.FAILED, ending, ())
    assert result.reason
    await nothing_left(trial)


async def test_what_is_said_before_the_answer_is_heard(trial: Instance) -> None:
    result = await call(trial, "7012")
    assert (result.outcome, result.ended_by) == (Outcome.FAILED, Ending.BUSY)
    assert result.heard == ("greeting",)


async def test_hanging_up_ends_the_call_at_the_other_end(trial: Instance, tmp_path: Path) -> None:
    limits = replace(USUAL, hang_up_after_s=2.5)
    result = await call(trial, "7013", limits=limits, record=tmp_path / "heard.wav")
    assert result.ended_by is Ending.CALLER
    assert result.outcome is Outcome.CALLER_HUNG_UP
    assert 2.4 < result.duration_s < 20, "the other end would have stayed for a minute"
    seconds = len(read_wav(tmp_path / "heard.wav")) / 8000
    assert seconds == pytest.approx(result.duration_s, abs=1.0)
    await nothing_left(trial)


async def test_twenty_citizens_call_from_one_process(trial: Instance) -> None:
    results = await asyncio.gather(
        *(call(trial, "7001", f"w0 {n:02d}#", caller=f"98{n:08d}") for n in range(20))
    )
    said = [[p for p in r.heard if p.startswith("n_")][-2:] for r in results]
    assert said == [[f"n_{digit}" for digit in f"{n:02d}"] for n in range(20)]


async def test_an_asterisk_that_is_killed_in_the_call_is_noticed(trial: Instance) -> None:
    asterisk = trial.process_of("asterisk")

    def kill(what: str) -> None:
        if what == "pressing 1":
            asterisk.send(signal.SIGKILL)

    result = await call(trial, "7013", "h:greeting 1", tell=kill)
    assert (result.outcome, result.ended_by) == (Outcome.FAILED, Ending.LOST)
    assert result.heard == ("greeting",)
    assert result.duration_s < 30, "the other end would have stayed for a minute"
    await asyncio.to_thread(trial.wait_runs, "asterisk", other_than=asterisk.pid)


def command(of: Instance, *words: str) -> Any:
    """Run ``sahayata dial``; return the document that it tells."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sahayata.cli", "dial", *words),
            *("--state", str(of.settings.state.root), "--json"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", **of.environment},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_the_command_tells_one_document(trial: Instance, tmp_path: Path) -> None:
    record = tmp_path / "heard.wav"
    document = command(trial, "7001", "--keys", "5#", "--record", str(record))
    assert document["keys"] == "5#"
    assert document["heard"][-1] == "n_5"
    assert document["outcome"] == "completed"
    assert document["recording"] == str(record)
    assert record.stat().st_size > 8000


def test_the_command_calls_from_an_operators_telephone(trial: Instance) -> None:
    document = command(trial, "*11", "--from", "201")
    assert "staff_seat" in document["heard"], "a code that no citizen may dial"
    assert document["outcome"] == "completed"
