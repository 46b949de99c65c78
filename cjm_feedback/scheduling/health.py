"""Whether the process is up, and whether it can do its work: for load balancers and `make run`."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import cast

from flask import Blueprint, Flask, Response, current_app, jsonify
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cjm_feedback.accounts.access import public
from cjm_feedback.clock import utc_now
from cjm_feedback.db import reading
from cjm_feedback.extensions import db
from cjm_feedback.jobs import heartbeats
from cjm_feedback.scheduling.inspection import disk_is_short, is_migrated

bp = Blueprint("health", __name__)
log = logging.getLogger(__name__)
KEPT_SECONDS = 1.0
RETRY_AFTER_SECONDS = 5
EXTENSION = "cjm_readiness"


@dataclass
class Readiness:
    """The last look at the parts, shared by the requests of a moment.

    Asking writes to the database: many who ask at once, or somebody who asks without end, must
    cost no more than one who asks every second.
    """

    lock: Lock = field(default_factory=Lock)
    failing: list[str] = field(default_factory=lambda: ["start"])
    looked_at: float | None = None

    def of(self, app: Flask) -> list[str]:
        """The parts that do not work."""
        looked_at = self.looked_at
        if looked_at is not None and time.monotonic() - looked_at < KEPT_SECONDS:
            return self.failing
        # While somebody looks, perhaps waiting for the database, the others take what is known.
        if self.lock.acquire(blocking=looked_at is None):
            try:
                self.failing = failing_parts(app)
                self.looked_at = time.monotonic()
            finally:
                self.lock.release()
        return self.failing


@bp.record_once
def keep_readiness(state: BlueprintSetupState) -> None:
    state.app.extensions[EXTENSION] = Readiness()


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]
    failing = app.extensions[EXTENSION].of(app)
    if not failing:
        return jsonify(status="ready")
    reply: Response = jsonify(status="not ready", failing=failing)
    reply.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    reply.status_code = 503
    return reply


def failing_parts(app: Flask) -> list[str]:
    """Look at every part; `database`, `migrations`, `worker`, `clock`, `disk`."""
    failing = []
    try:
        with _writing(), Session(db.engine) as session:
            if not is_migrated(app, session.connection()):
                return ["migrations"]
            at = utc_now()
            heartbeats.beat(session, heartbeats.PROBE, at)
            failing += heartbeats.silent(session, (heartbeats.WORKER, heartbeats.CLOCK), at)
            session.commit()
    except Exception:
        log.exception("the database cannot be written to")
        failing.append("database")
    if disk_is_short(_folders(app)):
        failing.append("disk")
    return failing


@contextmanager
def _writing() -> Iterator[None]:
    """Begin as a write does, in spite of the GET request around."""
    token = reading.set(False)
    try:
        yield
    finally:
        reading.reset(token)


def _folders(app: Flask) -> list[Path]:
    """Where the instance writes."""
    folders = [Path(app.config["CJM"].instance_dir)]
    if db.engine.dialect.name == "sqlite" and db.engine.url.database:
        folders.append(Path(db.engine.url.database).parent)
    return folders
