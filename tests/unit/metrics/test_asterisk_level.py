"""Asterisk's own service level, read as it prints it."""

from __future__ import annotations

from pathlib import Path

from sahayata.asterisk_level import AsteriskLevel, asterisk_levels, levels_in

SAID = """\
q_food has 1 calls (max unlimited) in 'rrmemory' strategy (4s holdtime, 12s talktime), W:0, C:7, A:2, SL:85.7%, SL2:66.7% within 20s
   Members:
      201 (PJSIP/201) (ringinuse disabled) (Not in use) has taken 7 calls (last was 3 secs ago)
   Callers:
      1. PJSIP/citizens-0001 (wait: 0:07, prio: 0)

other has 0 calls (max unlimited) in 'ringall' strategy (0s holdtime, 0s talktime), W:0, C:0, A:0, SL:0.0%, SL2:0.0% within 0s
   No Members
"""  # noqa: E501 - as it is printed


def test_each_queue_of_ours_is_read() -> None:
    assert levels_in(SAID) == {"food": AsteriskLevel(7, 2, 0.857, 0.667, 20)}
    assert levels_in("no queues") == {}


def test_an_asterisk_that_does_not_run_says_nothing(tmp_path: Path) -> None:
    assert asterisk_levels(tmp_path / "none") == {}
