"""Simulated operators on a real Asterisk: they register, are rung by the queues, and come back."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from ivr.keys import parse_keys
from ivr.names import QUEUE_PREFIX
from ivr.voice.masters import FOLDER
from sahayata.processes.demo import greeting_of
from sahayata.secrets import load_or_create
from sahayata.settings import PROJECT
from sahayata.telephone import sign_on
from sahayata.telephone.call import Limits
from sahayata.telephone.dial import dial
from sahayata.telephone.operator import Manner
from sahayata.telephone.outgoing import Ending
from sahayata.telephone.result import CallFound, CallResult, Outcome
from sahayata.telephone.staff import staff
from tests.pbx.instance import Instance, running
from tests.support.trial_project import trial_project
from tests.support.waiting import hold_until, until

DIALPLAN = f"""
[citizens]
exten => 7020,1,Answer()
 same => n,Queue({QUEUE_PREFIX}food,c)
 same => n,Playback(main_menu_food)
 same => n,Wait(0.3)
 same => n,Hangup()
exten => 7021,1,Answer()
 same => n,Queue({QUEUE_PREFIX}psych)
 same => n,Hangup()
"""
MINUTE = Limits(call_s=60)
SHORT = Manner(answer_after_s=(0.2, 0.4), talk_for_s=(3, 4))


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("staff")
    project = trial_project(folder / "project", DIALPLAN)
    with running(folder / "state", project=project) as one:
        yield one


@asynccontextmanager
async def room(of: Instance, *extensions: str, manner: Manner = SHORT) -> AsyncIterator[None]:
    settings = of.settings
    passwords = load_or_create(settings.state.secrets, settings.district.extensions).extensions
    stop, ready = asyncio.Event(), asyncio.Event()
    working = asyncio.create_task(
        staff(
            ("127.0.0.1", settings.ports.sip),
            {extension: passwords[extension] for extension in extensions},
            greeting_of(settings),
            manner,
            random.Random(1),
            stop=stop,
            on_ready=ready.set,
        )
    )
    try:
        async with asyncio.timeout(30):
            await ready.wait()
        yield
    finally:
        stop.set()
        await working


async def call(to: Instance, number: str, limits: Limits = MINUTE, keys: str = "") -> CallResult:
    return await dial(
        ("127.0.0.1", to.settings.ports.sip),
        number,
        "9812345678",
        parse_keys(keys),
        recordings=PROJECT / "prompts" / "hi" / FOLDER,
        lookup=lambda _: CallFound("trial", ending="to_queue", queue_how="abandoned"),
        limits=limits,
    )


def contacts(of: Instance) -> set[str]:
    """Extensions that are registered."""
    said = of.asterisk_rx("pjsip show contacts")
    return {
        line.split()[1].split("/")[0]
        for line in said.splitlines()
        if line.strip().startswith("Contact:") and "sip:" in line
    }


async def test_an_operator_answers_greets_and_hangs_up(trial: Instance) -> None:
    async with room(trial, "201"):
        assert contacts(trial) == {"201"}
        result = await call(trial, "7020")
    assert result.heard == ("q_youarenext", "operator_hello", "main_menu_food")
    assert (result.outcome, result.ended_by) == (Outcome.ANSWERED, Ending.FAR_END)
    assert contacts(trial) == set()


async def test_three_callers_reach_two_operators_one_after_another(trial: Instance) -> None:
    async with room(trial, "202", "203"):
        results = await asyncio.gather(*(call(trial, "7020") for _ in range(3)))
    assert [result.outcome for result in results] == [Outcome.ANSWERED] * 3
    talks = sorted(result.duration_s for result in results)
    assert talks[2] > talks[0] + 3


async def test_a_caller_waits_while_nobody_answers(trial: Instance) -> None:
    async with room(trial, "241", manner=Manner(answers=False)):
        result = await call(trial, "7021", Limits(hang_up_after_s=4))
        assert result.outcome is Outcome.QUEUED
        assert "operator_hello" not in result.heard
        # The telephone that rang is free again.
        hold_until(lambda: "Ringing" not in trial.asterisk_rx("queue show"), "no telephone rings")


async def test_a_caller_who_hangs_up_frees_the_operator(trial: Instance) -> None:
    async with room(trial, "201", manner=Manner((0, 0), (60, 60))):
        for _ in range(2):
            result = await call(trial, "7020", keys="h:operator_hello !")
            assert result.outcome is Outcome.ANSWERED


async def test_operators_come_back_to_an_asterisk_that_forgot_them(
    trial: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_on, "REFRESH_S", 0.5)
    async with room(trial, "201", "202"):
        before = trial.process_of("asterisk")
        before.send(signal.SIGKILL)
        await asyncio.to_thread(trial.wait_runs, "asterisk", other_than=before.pid)
        await asyncio.to_thread(
            hold_until, lambda: contacts(trial) == {"201", "202"}, "both are registered again"
        )
        assert (await call(trial, "7020")).outcome is Outcome.ANSWERED


async def test_a_wrong_password_registers_nobody(
    trial: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    server = ("127.0.0.1", trial.settings.ports.sip)
    working = asyncio.create_task(
        staff(server, {"201": "guess"}, b"", SHORT, random.Random(1), stop=stop, on_ready=stop.set)
    )
    await until(lambda: "201 is not registered: 401" in caplog.text)
    assert contacts(trial) == set()
    assert not stop.is_set()
    stop.set()
    await working


def test_the_process_says_ready_and_leaves_on_sigterm(trial: Instance) -> None:
    settings = trial.settings
    words = ["--state", str(settings.state.root), "--port-base", str(settings.ports.base)]
    words += ["--extensions", "201,202", "--answer-after", "0", "--talk-for", "3", "--seed", "1"]
    with subprocess.Popen(
        [sys.executable, "-m", "sahayata.processes.demo", *words],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert contacts(trial) == {"201", "202"}
        result = asyncio.run(call(trial, "7020"))
        process.terminate()
        assert process.wait(30) == 0
    assert result.heard[:2] == ("q_youarenext", "operator_hello")
    assert contacts(trial) == set()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--extensions", "999"], "no seat of district.yaml is 999"),
        (["--talk-for", "5-1"], "'5-1'"),
        (["--answer-after", "soon"], "'soon' is no span of seconds"),
        (["--port-base", "1"], "port base 1 is not between"),
    ],
)
def test_wrong_words_are_refused(trial: Instance, words: list[str], said: str) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sahayata.processes.demo"),
            *("--state", str(trial.settings.state.root), *words),
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
