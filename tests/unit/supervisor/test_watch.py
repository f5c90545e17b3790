"""What is looked at while an instance runs, with a clock that stands still."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sahayata.settings import load
from sahayata.supervisor import pbx
from sahayata.supervisor import watch as watch_module
from sahayata.supervisor.faults import MB
from sahayata.supervisor.log_file import MOST_BYTES
from sahayata.supervisor.watch import SERVER_MISSES, TELEPHONY_MISSES, Watch
from tests.unit.supervisor.test_keeper import Bench


class Looking:
    """A watch over a fake server, a fake disk and a fake Asterisk."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bench = Bench()
        self.noted: list[str] = []
        self.asked: list[str] = []
        self.answers, self.free, self.store_fault = True, 1000, ""
        settings = load(state=str(folder), environment={"SAHAYATA_LEAST_FREE_MB": "200"})
        settings.state.prepare()
        self.state = settings.state
        self.watch = Watch(settings, self.bench.time.time, self.noted.append, self.bench.keeper)

        async def answers_agi(_: int) -> bool:
            return self.answers

        async def answers_sip(_: object) -> bool:
            return self.answers

        async def question(_: object, command: str) -> None:
            self.asked.append(command)

        usage = shutil.disk_usage(folder)
        monkeypatch.setattr(watch_module, "answers_agi", answers_agi)
        monkeypatch.setattr(watch_module, "answers_sip", answers_sip)
        monkeypatch.setattr(watch_module, "store_fault", lambda _: self.store_fault)
        monkeypatch.setattr(pbx, "question", question)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=self.free * MB))


@pytest.fixture
def looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Looking:
    return Looking(tmp_path, monkeypatch)


async def test_a_server_that_answers_is_left_alone(looking: Looking) -> None:
    await looking.bench.keeper.start()
    for _ in range(10):
        await looking.watch.look_at_server()
    assert looking.bench.start.made[0].ends == []
    await looking.bench.keeper.end(1.0)


async def test_a_server_that_hangs_is_killed_after_a_second_look(looking: Looking) -> None:
    await looking.bench.keeper.start()
    looking.answers = False
    for _ in range(SERVER_MISSES):
        assert looking.bench.start.made[0].ends == []
        await looking.watch.look_at_server()
    assert looking.bench.start.made[0].ends == [0.0]
    await looking.bench.keeper.end(1.0)


async def test_a_server_that_was_slow_once_is_forgiven(looking: Looking) -> None:
    await looking.bench.keeper.start()
    for answers in (False, True, False, True, False):
        looking.answers = answers
        await looking.watch.look_at_server()
    assert looking.bench.start.made[0].ends == []
    await looking.bench.keeper.end(1.0)


async def test_a_server_that_does_not_run_is_not_asked(looking: Looking) -> None:
    looking.answers = False
    for _ in range(5):
        await looking.watch.look_at_server()
    assert looking.bench.said == []


async def test_a_recogniser_that_hangs_is_killed(
    looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    async def answers_http(port: int, _: float) -> bool:
        asked.append(port)
        return looking.answers

    monkeypatch.setattr(watch_module, "answers_http", answers_http)
    await looking.watch.look_at_recogniser()
    assert asked == [], "without a model there is none"
    keeper = looking.bench.keeper
    settings = load(state=str(looking.state.root), environment={})
    times, noted = looking.bench.time.time, looking.noted.append
    watch = Watch(settings, times, noted, keeper, keeper)
    await watch.look_at_recogniser()
    assert asked == [], "one that does not run is not asked"
    await keeper.start()
    for answers in (False, True, False):
        looking.answers = answers
        await watch.look_at_recogniser()
    assert looking.bench.start.made[0].ends == [], "late once is forgiven"
    await watch.look_at_recogniser()
    assert looking.bench.start.made[0].ends == [0.0]
    assert set(asked) == {settings.ports.speech}
    await keeper.end(1.0)


async def test_telephony_that_does_not_answer_is_told_once(looking: Looking) -> None:
    looking.answers = False
    for _ in range(TELEPHONY_MISSES + 5):
        await looking.watch.look_at_telephony()
    assert len(looking.noted) == 1
    assert "nobody can call in" in looking.noted[0]


async def test_a_full_disk_is_told_once_until_there_is_room_again(looking: Looking) -> None:
    for free in (500, 150, 100, 300, 150):
        looking.free = free
        await looking.watch.look_at_disk()
    assert len(looking.noted) == 2
    assert "the disk is nearly full, 150 MB are free: make room" in looking.noted[0]


async def test_a_database_that_is_away_is_told_once_until_it_is_back(looking: Looking) -> None:
    for fault in ("", "it is gone", "it is gone", "", "it is gone"):
        looking.store_fault = fault
        await looking.watch.look_at_database()
    assert looking.noted == ["it is gone; tickets are kept on disk until it is back"] * 2


async def test_the_log_of_asterisk_is_turned_over_when_it_has_grown(looking: Looking) -> None:
    log = looking.state.logs / "asterisk.log"
    log.write_bytes(b"x" * 100)
    await looking.watch.look_at_disk()
    assert looking.asked == []
    log.write_bytes(b"x" * (MOST_BYTES + 1))
    await looking.watch.look_at_disk()
    assert looking.asked == ["logger reload"]
    assert not log.exists()
    assert (looking.state.logs / "asterisk.log.1").stat().st_size == MOST_BYTES + 1
