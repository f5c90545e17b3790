"""A real Chromium, and a console it looks at. There is no skip: without Chromium it is an error."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from sqlalchemy import Engine

from database.engine import open_store
from database.upgrade import upgrade
from tests.browser.screen import a_room
from tests.support.console_house import add_users
from tests.support.console_running import Running, running

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


def program() -> str:
    for name in PROGRAMS:
        if found := shutil.which(name):
            return found
    raise RuntimeError("Chromium is not on this machine: apt-get install chromium")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def with_users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated store with a user of each role, to copy."""
    path = tmp_path_factory.mktemp("console") / "template.db"
    engine = open_store(f"sqlite:///{path}")
    upgrade(engine)
    add_users(engine)
    engine.dispose()
    return path


@pytest.fixture
def engine(with_users: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(with_users, tmp_path / "console.db")
    made = open_store(f"sqlite:///{tmp_path / 'console.db'}")
    yield made
    made.dispose()


@pytest_asyncio.fixture(loop_scope="module")
async def place(engine: Engine) -> AsyncIterator[Running]:
    """A console with forty operators in a believable room."""
    async with running(engine, a_room) as found:
        yield found
