"""What keeps an instance from working, one sentence per fault."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cjm_feedback.db import check_sqlite
from cjm_feedback.extensions import db
from cjm_feedback.jobs import heartbeats
from cjm_feedback.jobs.models import Job

if TYPE_CHECKING:
    from config import Config

LEAST_FREE_BYTES = 64 * 1024 * 1024
NOT_MIGRATED = "The database does not have the tables of this version; run: flask init"


def start_faults(app: Flask) -> list[str]:
    """Why the instance must not be started."""
    faults = setting_faults(app)
    try:
        with app.app_context(), db.engine.connect() as connection:
            faults += database_faults(app, connection)
    except SQLAlchemyError as error:
        faults.append(f"The database cannot be reached ({type(error).__name__})")
    return faults


def setting_faults(app: Flask) -> list[str]:
    config: Config = app.config["CJM"]
    faults = config.faults()
    if config.production and app.debug:
        faults.append("FLASK_DEBUG must be off in production")
    secret = config.instance_dir / "secret"
    if is_open_to_others(secret):
        faults.append(f"{secret} can be read by others; run: chmod 600 {secret}")
    return faults


def database_faults(app: Flask, connection: Connection) -> list[str]:
    faults = check_sqlite(connection) if connection.dialect.name == "sqlite" else []
    if not is_migrated(app, connection):
        faults.append(NOT_MIGRATED)
    return faults


def is_migrated(app: Flask, connection: Connection) -> bool:
    """Whether the database stands at the newest migration that this version brings."""
    found = set(MigrationContext.configure(connection).get_current_heads())
    return found == newest_migrations(app.extensions["migrate"].directory)


@cache
def newest_migrations(directory: str) -> frozenset[str]:
    return frozenset(ScriptDirectory(directory).get_heads())


def integrity_faults(connection: Connection) -> list[str]:
    """What SQLite finds wrong in its file; other databases look after theirs."""
    if connection.dialect.name != "sqlite":
        return []
    broken = connection.exec_driver_sql("PRAGMA integrity_check(10)").scalars().all()
    faults = [f"SQLite integrity: {line}" for line in broken if line != "ok"]
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    tables = sorted({str(row[0]) for row in orphans})
    return faults + [f"Rows of {table} point at rows that do not exist" for table in tables]


def dead_job_faults(session: Session) -> list[str]:
    """The kinds of work that were given up."""
    rows = session.execute(
        select(Job.kind, func.count()).where(Job.status == "dead").group_by(Job.kind)
    )
    return [f"{count} jobs were given up: {kind} (see the page /jobs)" for kind, count in rows]


def silence_warnings(session: Session, at: datetime) -> list[str]:
    """Which processes do not run just now."""
    names = heartbeats.silent(session, (heartbeats.WORKER, heartbeats.CLOCK), at)
    return [f"No {name} has given a sign of life lately" for name in names]


def disk_is_short(folders: Iterable[Path]) -> bool:
    """Whether one of the folders that exist has hardly any room left."""
    return any(
        shutil.disk_usage(folder).free < LEAST_FREE_BYTES for folder in folders if folder.exists()
    )


def is_open_to_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    except FileNotFoundError:
        return False
