from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from cjm_feedback.app import create_app
from cjm_feedback.db import Base
from cjm_feedback.extensions import db
from config import Config
from tests.factories import Factory

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on an in-memory database whose tables exist."""
    return make_app("sqlite://", tmp_path_factory.mktemp("instance"))


def make_app(database_url: str, instance_dir: Path) -> Flask:
    app = create_app(
        Config(
            secret_key="a secret that only the tests know, long enough",
            database_url=database_url,
            instance_dir=instance_dir,
            base_url="http://localhost",
            testing=True,
        )
    )
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


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
