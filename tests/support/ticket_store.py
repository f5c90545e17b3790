"""Fixtures: a store for each test, on SQLite and on PostgreSQL; the same tests run on both."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from database.engine import open_store
from database.upgrade import upgrade
from tests.support.postgres import PostgresServer
from tests.support.ticketing import FakeClock, StoreMaker, make_register
from tickets.register import Register
from tickets.service import DeskSettings, TicketDesk

LIMIT_S = 5.0
"""Enough for a busy machine; where the store is locked it says so after half a second."""


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = open_store(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer) -> PostgresServer:
    """A server with a migrated database to copy."""
    engine = open_store(postgres.create("migrated"))
    upgrade(engine)
    engine.dispose()
    return postgres


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated and empty store."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("migrated_sqlite")
        shutil.copy(template, tmp_path / "tickets.db")
        yield f"sqlite:///{tmp_path / 'tickets.db'}"
        return
    server: PostgresServer = request.getfixturevalue("migrated_postgres")
    name = f"t{uuid.uuid4().hex}"
    yield server.create(name, template="migrated")
    server.drop(name)


@pytest.fixture
def stores(store_url: str) -> Iterator[StoreMaker]:
    """Opens the store of this test, as often as wanted: each as another process would."""
    maker = StoreMaker(store_url)
    yield maker
    maker.close()


@pytest.fixture
def store(stores: StoreMaker) -> Engine:
    """The store of this test."""
    return stores.open()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()


@pytest.fixture
def register(store: Engine, clock: FakeClock) -> Register:
    """A register on the store."""
    return make_register(store, clock)


@pytest.fixture
async def desk(register: Register, tmp_path: Path) -> AsyncIterator[TicketDesk]:
    """A desk on the store that has leased its first numbers."""
    made = TicketDesk(
        register,
        DeskSettings(
            tmp_path / "spool", f"test:{os.getpid()}", limit_s=LIMIT_S, status_every_s=0.01
        ),
    )
    await made.start()
    yield made
    await made.close()
