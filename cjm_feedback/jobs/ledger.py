"""Adding work to the ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cjm_feedback.db import JsonObject
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.transport import send_after_commit

MAX_ATTEMPTS = 5


def enqueue(
    session: Session,
    kind: str,
    payload: JsonObject,
    *,
    at: datetime,
    run_at: datetime | None = None,
    dedupe_key: str | None = None,
    max_attempts: int = MAX_ATTEMPTS,
    schedule_id: int | None = None,
) -> Job:
    """Add a job in the transaction of its cause; the worker is woken when that commits.

    With a `dedupe_key` that is taken, whatever became of that job, it is returned instead.
    The caller commits.
    """
    job = Job(
        kind=kind,
        payload=payload,
        status="queued",
        created_at=at,
        run_at=run_at or at,
        max_attempts=max_attempts,
        dedupe_key=dedupe_key,
        schedule_id=schedule_id,
    )
    if dedupe_key is None:
        session.add(job)
        session.flush()
    else:
        existing = _by_dedupe_key(session, dedupe_key) or _add_unless_taken(session, job)
        if existing is not None:
            return existing
    send_after_commit(session, job.id)
    return job


def _by_dedupe_key(session: Session, dedupe_key: str) -> Job | None:
    return session.scalar(select(Job).where(Job.dedupe_key == dedupe_key))


def _add_unless_taken(session: Session, job: Job) -> Job | None:
    """Add `job`; the other one if somebody else took its key between our look and our insert."""
    session.flush()  # what fails here is not about the key
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        existing = _by_dedupe_key(session, job.dedupe_key or "")
        if existing is None:
            raise
        return existing
    return None
