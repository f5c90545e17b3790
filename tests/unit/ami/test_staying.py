"""How long the link waits before it tries again."""

from __future__ import annotations

import pytest

from queue_manager.ami.limits import Limits
from queue_manager.ami.staying import Surroundings, retry_s
from queue_manager.events import LinkLoss

LIMITS = Limits(first_retry_s=0.1, longest_retry_s=2.0, refused_retry_s=5.0)


def around(chance: float) -> Surroundings:
    return Surroundings(LIMITS, lambda: 0.0, lambda: chance)


def test_the_waits_double_up_to_the_longest() -> None:
    waits = [retry_s(LinkLoss.ENDED, failures, around(0.0)) for failures in range(1, 8)]
    assert waits == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0])


def test_failures_without_end_are_no_trouble() -> None:
    assert retry_s(LinkLoss.UNREACHABLE, 10**6, around(0.0)) == 2.0


def test_jitter_takes_away_half_at_most() -> None:
    assert retry_s(LinkLoss.ENDED, 4, around(1.0)) == pytest.approx(0.4)
    assert retry_s(LinkLoss.ENDED, 4, around(0.5)) == pytest.approx(0.6)


def test_a_wrong_password_is_tried_slowly_from_the_first_time() -> None:
    assert retry_s(LinkLoss.REFUSED, 1, around(0.0)) == 5.0
