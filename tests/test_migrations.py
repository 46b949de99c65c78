from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect

from cjm_feedback.db import Base
from cjm_feedback.extensions import db
from tests.conftest import close_engines, make_app
from tests.databases.filling import count_rows, fill_every_table

pytestmark = pytest.mark.both_databases


@pytest.fixture
def empty(database_url: str, tmp_path: Path, listening: socket.socket) -> Iterator[Flask]:
    """The application on a database without tables."""
    app = make_app(database_url, tmp_path / "instance", tables=False)
    with app.app_context():
        yield app
    close_engines(app)


def test_the_newest_migration_makes_what_the_models_say(empty: Flask) -> None:
    upgrade()

    with db.engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
        )
    assert differences == []


def test_the_newest_migration_holds_every_rule_by_its_name(empty: Flask) -> None:
    upgrade()

    with db.engine.connect() as connection:
        inspector = inspect(connection)
        made = {
            (table, check["name"])
            for table in inspector.get_table_names()
            for check in inspector.get_check_constraints(table)
        }
    declared = {
        (table.name, str(constraint.name))
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint) and constraint.name
    }
    assert made == declared


def test_migrations_go_up_down_and_up_with_rows_in_every_table(empty: Flask) -> None:
    upgrade()
    with db.engine.begin() as connection:
        assert set(fill_every_table(connection).values()) == {2}

    downgrade(revision="base")

    with db.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]

    upgrade()
    with db.engine.begin() as connection:
        assert set(count_rows(connection).values()) == {0}
        assert set(fill_every_table(connection).values()) == {2}


def test_going_up_again_changes_nothing(empty: Flask) -> None:
    upgrade()
    with db.engine.begin() as connection:
        before = fill_every_table(connection)

    upgrade()

    with db.engine.connect() as connection:
        assert count_rows(connection) == before
