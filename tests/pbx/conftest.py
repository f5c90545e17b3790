"""A running instance for each module of tests; all here are marked ``pbx`` and come first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pbx.instance import Instance, free_ports, running
from tests.pbx.staffed import rostered_house

HERE = Path(__file__).parent
LONGEST = (
    *("test_outages", "test_staff", "test_citizen", "test_supervisor", "test_up"),
    *("test_fallback_faults", "test_waiting", "test_leaving_the_queue", "test_fallback"),
    "test_clock",
)
"""Files that take minutes, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.pbx)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """Whoever runs tests side by side begins with what takes longest, and ends with what is short.

    So nobody is left alone with a file of minutes while the others have nothing to do.
    """
    if not item.path.is_relative_to(HERE):
        return len(LONGEST) + 1
    name = item.path.stem
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Give an instance without operators, ready for calls; ended after the module."""
    with running(tmp_path_factory.mktemp("state")) as one:
        yield one


@pytest.fixture(scope="module")
def demo_instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Give an instance with the roster of simulated operators."""
    with running(tmp_path_factory.mktemp("demo"), demo=True) as one:
        yield one


@pytest.fixture(scope="module")
def rostered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Give an instance with a roster of three who are not signed on."""
    with rostered_house(tmp_path_factory.mktemp("staff")) as one:
        yield one


@pytest.fixture
def port_base() -> Iterator[int]:
    """Hold ports for a test that starts an instance itself."""
    with free_ports() as base:
        yield base
