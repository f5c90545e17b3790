"""``sahayata metrics`` and ``sahayata staffing``: words, exit statuses, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from database.engine import open_store, writing
from database.upgrade import upgrade
from queue_manager.events import RoomEvent
from queue_manager.journal import store as journal_store
from queue_manager.metrics.marks import prune_until
from queue_manager.metrics.terms import MetricTerms
from sahayata.cli.__main__ import main
from sahayata.settings import load
from tests.support.journals import (
    abandoned,
    completed,
    connected,
    cut,
    empty_room,
    joined,
    left,
    moment,
    rung,
    sat,
    shown,
    told,
)

DAY = "2026-06-02"
"""Of the journal's midnight."""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """An instance that had one conversation, and one caller answered and one lost that day."""
    folder = tmp_path_factory.mktemp("state")
    words = ["--state", str(folder)]
    assert main(["phone", "--keys", "1 # w9", *words]) == 0
    engine = open_store(load(state=str(folder), environment={}).database_url)
    upgrade(engine)
    story: list[RoomEvent] = [
        empty_room(0, sat()),
        *(joined(10), rung(11), left(17), connected(17), completed(137)),
        *(shown(137.1, sat(reason="wrap_up")), shown(157.1, sat())),
        *(joined(200, "c2"), abandoned(230, "c2"), left(230, "c2")),
        *(cut(301), empty_room(360, sat())),
    ]
    journal_store.add(engine, told(story), heard=moment(3600))
    engine.dispose()
    yield words


def run_json(words: list[str], capsys: pytest.CaptureFixture[str], status: int = 0) -> Any:
    assert main([*words, "--json"]) == status
    return json.loads(capsys.readouterr().out)


def test_a_day_with_its_formulas(state: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = run_json(["metrics", "--date", DAY, *state], capsys)
    everybody = found["all"]
    assert everybody["offered"]["value"] == 2
    assert everybody["service_level"] == {
        "value": 0.5,
        "unit": "share",
        "formula": "A(w ≤ 20 s) / (A + B(w > 5 s) + T + waiting(w > 20 s))",
    }
    assert everybody["handling_time"]["value"] == pytest.approx(140)
    assert everybody["speed_of_answer"]["value"] == 7
    assert everybody["promises_kept"]["value"] is None, "none was made that day"
    assert everybody["false_closure"]["formula"] == '"not done" / confirmation calls answered'
    assert found["officers"] == {}
    assert set(found["queues"]) == {"food"}
    assert found["operators"]["201"]["answered"]["value"] == 1
    assert found["gap_s"] == 60


def test_one_queue_one_operator_one_shift_one_interval(
    state: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    queue = run_json(["metrics", "--date", DAY, "--queue", "food", *state], capsys)
    assert (queue["all"], queue["operators"]) == (None, None)
    operator = run_json(["metrics", "--date", DAY, "--operator", "201", *state], capsys)
    assert operator["queues"] is None
    morning = run_json(["metrics", "--date", DAY, "--shift", "morning", *state], capsys)
    assert morning["all"]["offered"]["value"] == 0
    assert morning["from"] == "2026-06-02T00:30:00+00:00"
    words = ["--from", f"{DAY}T00:03", "--to", f"{DAY}T00:04"]
    late = run_json(["metrics", *words, *state], capsys)
    assert (late["all"]["offered"]["value"], late["all"]["abandoned"]["value"]) == (1, 1)


def test_figures_in_words(state: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "--date", DAY, *state]) == 0
    out = capsys.readouterr().out
    assert "nothing was heard of Asterisk for 60 s" in out
    assert "50.0 %  A(w ≤ 20 s) / (A + B(w > 5 s) + T + waiting(w > 20 s))" in out
    assert "operator 201" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--queue", "nowhere"], "there is no queue 'nowhere'; there are food, ration"),
        (["--shift", "tea"], "there is no shift 'tea'; there are morning, evening, night"),
        (["--from", f"{DAY}T10:00", "--to", f"{DAY}T09:00"], "ends before it begins"),
        (["--from", f"{DAY}T10:00", "--shift", "morning"], "say --from"),
        (["--to", f"{DAY}T09:00"], "say --from"),
        (["--from", "2000-01-01T00:00", "--to", f"{DAY}T09:00"], "ten years"),
    ],
)
def test_wrong_words_for_an_interval_are_told(
    words: list[str], says: str, state: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["metrics", *words, *state]) == 2
    assert says in capsys.readouterr().err


def test_who_did_nothing_is_told_with_the_times_of_the_district(
    state: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["metrics", "--operator", "999", "--date", DAY, *state]) == 1
    said = capsys.readouterr().err
    assert said == "sahayata: 999 did nothing from 2026-06-02 00:00 to 2026-06-03 00:00\n"


@pytest.mark.parametrize(
    "words",
    [
        ["metrics", "--from", "yesterday"],
        ["staffing", "replay", "--calls", "many"],
        ["staffing", "break", "0"],
        ["staffing", "--date", "tomorrow"],
    ],
)
def test_wrong_words_end_with_two(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


@pytest.mark.parametrize("words", [["metrics"], ["staffing"], ["staffing", "break", "2"]])
def test_a_look_makes_nothing(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--state", str(tmp_path / "none")]) == 1
    assert "nothing was ever started" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_day_without_a_roster_is_short_everywhere(
    state: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    found = run_json(["staffing", "--date", "2026-07-07", *state], capsys, status=1)
    assert len(found["needs"]) == 48 * 5
    eleven = {n["queue"]: n for n in found["needs"] if n["from"] == "11:00"}
    assert eleven["food"]["needed"] > eleven["food"]["rostered"] == 0
    assert eleven["food"]["assumed"] == ["calls", "handling", "patience"]
    assert found["moves"] == []
    nobody = {"erlang_a": 0.0, "erlang_c": 0.0}
    assert eleven["food"]["service_level"] == found["service_level"]["food"] == nobody
    assert main(["staffing", "--date", "2026-07-07", *state]) == 1
    out = capsys.readouterr().out
    (all_day,) = [line.split() for line in out.splitlines() if line.startswith(" all day ")]
    assert all_day == ["all", "day", *["0%", "/", "0%"] * 5], "on one line of a narrow screen"
    assert "SHORT" in out
    assert "too little history" in out


def test_a_replay_says_what_was_foretold_and_what_came(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = run_json(["staffing", "replay", "--calls", "300", "--operators", "12"], capsys)
    assert found["operators_at_most"] == 12
    assert all(queue["balanced"] for queue in found["queues"].values())
    assert sum(queue["offered"] for queue in found["queues"].values()) == pytest.approx(
        300, rel=0.2
    )


def test_a_replay_may_begin_with_the_conversations(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["staffing", "replay", "--calls", "40", "--conversations", "--seed", "3"]
    found = run_json(words, capsys)
    talks = found["conversations"]
    assert talks["held"] == 40
    assert 10 < talks["joined_a_queue"] < 40
    assert talks["tickets"] >= talks["joined_a_queue"]
    offered = sum(queue["offered"] for queue in found["queues"].values())
    assert offered == talks["joined_a_queue"]
    assert all(queue["balanced"] for queue in found["queues"].values())


def test_too_few_operators_for_the_queues(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staffing", "replay", "--calls", "100", "--operators", "2"]) == 2
    assert "at least one operator each" in capsys.readouterr().err


def test_what_is_left_of_old_days_is_said_plainly(
    state: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_store(load(state=state[1], environment={}).database_url)
    with writing(engine) as connection:
        prune_until(connection, MetricTerms(15, 3), moment(86400))
    engine.dispose()
    words = ["metrics", "--from", f"{DAY}T10:07", "--to", f"{DAY}T10:40", *state]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "only half-hours are kept" in said
    assert f"counted is {DAY} 10:00 to {DAY} 11:00" in said
    assert "until 2026-06-03 with other thresholds: w ≤ 15 s, short w ≤ 3 s" in said
    counted = run_json(words, capsys)["counted"]
    assert counted["each_call"] is False
    assert counted["other_thresholds"][0]["answer_within_s"] == 15
