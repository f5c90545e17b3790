"""A running instance for each module of tests, and everything here marked ``pbx``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pbx.instance import Instance, free_ports, running

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.pbx)


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


@pytest.fixture
def port_base() -> Iterator[int]:
    """Hold ports for a test that starts an instance itself."""
    with free_ports() as base:
        yield base
