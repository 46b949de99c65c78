from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from cjm_feedback.app import create_app
from cjm_feedback.db import Base
from cjm_feedback.extensions import db
from cjm_feedback.surveys.published import forget_all
from config import Config
from tests.databases.postgres import PostgresServer, postgres_server
from tests.factories import Factory
from tests.servers import Server, free_socket, serving

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DATABASES = ("sqlite", "postgresql")

# A busy machine is no fault of the code: no test fails for the time that an example took.
hypothesis_settings.register_profile(
    "project", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("project")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `both_databases` runs on each; every other one on SQLite."""
    marked = metafunc.definition.get_closest_marker("both_databases")
    if marked and "database" in metafunc.fixturenames:
        metafunc.parametrize("database", DATABASES, indirect=True)


def make_app(
    database_url: str,
    instance_dir: Path,
    *,
    base_url: str = "http://localhost",
    tables: bool = True,
) -> Flask:
    app = create_app(
        Config(
            secret_key="a secret that only the tests know, long enough",
            database_url=database_url,
            instance_dir=instance_dir,
            base_url=base_url,
            testing=True,
        )
    )
    if tables:
        with app.app_context():
            Base.metadata.create_all(db.engine)
    return app


def close_engines(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database that this test runs on: `sqlite` or `postgresql`."""
    return str(getattr(request, "param", "sqlite"))


class Apps:
    """The applications of this run, one per kind of database, made when first asked for."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request = request
        self._folder = folder
        self._made: dict[str, Flask] = {}

    def on(self, database: str) -> Flask:
        if database not in self._made:
            url = "sqlite://"
            if database == "postgresql":
                url = self._request.getfixturevalue("postgres").new_database()
            app = make_app(url, self._folder / database)
            self._request.addfinalizer(lambda: close_engines(app))
            self._made[database] = app
        return self._made[database]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; tests that ask for it are skipped where none can be had."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def apps(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Apps:
    return Apps(request, tmp_path_factory.mktemp("instance"))


@pytest.fixture
def app(apps: Apps, database: str) -> Flask:
    """The application on a database whose tables exist, the same one for the whole run."""
    return apps.on(database)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Every test has a database of its own; surveys kept in memory belong to the one before."""
    forget_all()


@pytest.fixture
def today_is_now() -> Iterator[None]:
    """The machine's clock starts at `NOW`, for tests whose pages ask it themselves."""
    with time_machine.travel(NOW - timedelta(minutes=30), tick=True):
        yield


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """A connection that every session of the test joins; nothing outlives the test."""
    with app.app_context():
        engines = cast("dict[str | None, Engine | Connection]", db.engines)
    engine = engines[None]
    assert isinstance(engine, Engine)
    with engine.connect() as connection:
        transaction = connection.begin()
        engines[None] = connection
        yield connection
        engines[None] = engine
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """The test's own session, apart from the one a request opens."""
    with Session(
        connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    ) as session:
        yield session


@pytest.fixture
def client(app: Flask, connection: Connection) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def make(session: Session) -> Factory:
    return Factory(session, now=NOW)


class QueryCounter:
    def __init__(self) -> None:
        self.statements: list[str] = []


@pytest.fixture
def queries(connection: Connection) -> Iterator[QueryCounter]:
    """The SQL statements sent since the fixture was set up."""
    counter = QueryCounter()

    def record(conn, cursor, statement, *args):  # type: ignore[no-untyped-def]
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            counter.statements.append(statement)

    event.listen(connection, "before_cursor_execute", record)
    yield counter
    event.remove(connection, "before_cursor_execute", record)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of this test's own, in a file or on the PostgreSQL server."""
    if database != "postgresql":
        yield f"sqlite:///{tmp_path / 'cjm.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.new_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with free_socket() as listening:
        yield listening


@pytest.fixture
def file_app(database_url: str, tmp_path: Path, listening: socket.socket) -> Iterator[Flask]:
    """An application on a database of its own that threads and processes can share."""
    port = listening.getsockname()[1]
    app = make_app(database_url, tmp_path / "instance", base_url=f"http://127.0.0.1:{port}")
    yield app
    close_engines(app)


@pytest.fixture
def server(file_app: Flask, listening: socket.socket) -> Iterator[Server]:
    """The application behind a real socket, in threads of this process."""
    with serving(file_app, listening, now=NOW) as server:
        yield server
