"""Who holds a job. Every step is one conditional UPDATE, so that two workers cannot both take it.

A claim is known by the job's id and the number of the attempt. Whoever lost theirs, because it ran
out while they were stopped, can change nothing any more. The caller commits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, literal, or_, select, update
from sqlalchemy.orm import Session

from cjm_feedback.db import JsonObject
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import mourner_of, seconds_for

log = logging.getLogger(__name__)

HARD_LIMIT_MARGIN_SECONDS = 15
"""How long after its time box a worker that does not react is killed."""
LEASE_MARGIN_SECONDS = 30
"""How long after its time box a job may be taken from a worker that fell silent."""
BACK_OFF_SECONDS = 2
BACK_OFF_FACTOR = 4
BACK_OFF_LIMIT_SECONDS = 600
LEASE_RAN_OUT = "LeaseRanOut"


@dataclass(frozen=True)
class Claim:
    """One attempt at one job."""

    job_id: int
    attempt: int


def back_off(attempts: int) -> timedelta:
    """How long a job waits after `attempts` that failed."""
    seconds = BACK_OFF_SECONDS * BACK_OFF_FACTOR ** min(attempts - 1, 10)
    return timedelta(seconds=min(seconds, BACK_OFF_LIMIT_SECONDS))


def hard_limit(kind: str) -> int:
    return seconds_for(kind) + HARD_LIMIT_MARGIN_SECONDS


def due_jobs(session: Session, at: datetime, limit: int = 100) -> list[int]:
    """The ids of jobs that may be claimed at `at`, longest waiting first."""
    query = select(Job.id).where(_is_due(at)).order_by(Job.run_at, Job.id).limit(limit)
    return list(session.scalars(query))


def claim(session: Session, job_id: int, at: datetime) -> Claim | None:
    """Take the job if it is due and nobody else holds it."""
    kind = session.scalar(select(Job.kind).where(Job.id == job_id))
    if kind is None:
        return None
    attempt = session.scalar(
        update(Job)
        .where(Job.id == job_id, _is_due(at))
        .values(
            status="running",
            attempts=Job.attempts + 1,
            started_at=at,
            lease_until=at + timedelta(seconds=seconds_for(kind) + LEASE_MARGIN_SECONDS),
        )
        .returning(Job.attempts)
        .execution_options(synchronize_session=False)
    )
    return None if attempt is None else Claim(job_id, attempt)


def finish(session: Session, claim: Claim, result: JsonObject | None, at: datetime) -> bool:
    """Mark the job done if the claim still holds."""
    done = {"status": "done", "finished_at": at, "lease_until": None, "error": None}
    return _settle(session, claim, {**done, "result": result})


def fail(session: Session, claim: Claim, error: str, at: datetime) -> str | None:
    """Have the job tried again later, or give it up; its new status if the claim still holds."""
    limit = session.scalar(select(Job.max_attempts).where(Job.id == claim.job_id))
    if limit is None:
        return None
    if claim.attempt >= limit:
        values = {"status": "dead", "finished_at": at}
    else:
        values = {"status": "queued", "run_at": at + back_off(claim.attempt)}
    kept = _settle(session, claim, {**values, "lease_until": None, "error": error})
    if not kept:
        return None
    if values["status"] == "dead":
        _tell(session, [claim.job_id], at)
    return str(values["status"])


def end_all_leases(session: Session, at: datetime, *, blameless: bool = False) -> int:
    """Let every job that is marked as running be taken again: all who held one are gone.

    `blameless`: they went down together with everything else, not by the job they had in hand.
    Such a try does not count. The job goes to the end of the queue all the same, so that all other
    work is done first if it was at fault after all.
    """
    values: dict[str, object] = {"lease_until": at - timedelta(seconds=1)}
    if blameless:
        values = {
            "status": "queued",
            "lease_until": None,
            "attempts": Job.attempts - 1,
            "run_at": at,
        }
    return len(
        session.scalars(
            update(Job)
            .where(Job.status == "running", or_(Job.lease_until >= at, literal(blameless)))
            .values(values)
            .returning(Job.id)
            .execution_options(synchronize_session=False)
        ).all()
    )


def bury_exhausted(session: Session, at: datetime) -> int:
    """Give up the jobs whose last attempt fell silent; how many they were."""
    buried = session.scalars(
        update(Job)
        .where(_lease_ran_out(at), Job.attempts >= Job.max_attempts)
        .values(status="dead", finished_at=at, lease_until=None, error=LEASE_RAN_OUT)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    _tell(session, buried, at)
    return len(buried)


def retry_dead(session: Session, job_id: int, at: datetime) -> bool:
    """Give a job that was given up all its attempts again."""
    return _changed_one(
        session,
        (Job.id == job_id) & (Job.status == "dead"),
        {"status": "queued", "attempts": 0, "run_at": at, "finished_at": None},
    )


def _tell(session: Session, job_ids: Iterable[int], at: datetime) -> None:
    """Tell those who wait for these jobs that they are given up."""
    for job_id in job_ids:
        job = session.get_one(Job, job_id, populate_existing=True)
        mourner = mourner_of(job.kind)
        if mourner is None:
            continue
        try:
            with session.begin_nested():
                mourner(session, job, at=at)
        except Exception as error:  # noqa: BLE001 - it must not bring the dead back
            # Without its message, which may quote what a customer wrote.
            log.error("job %d (%s) is dead, telling so: %s", job_id, job.kind, type(error).__name__)


def _is_due(at: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Job.status == "queued", Job.run_at <= at),
        and_(_lease_ran_out(at), Job.attempts < Job.max_attempts),
    )


def _lease_ran_out(at: datetime) -> ColumnElement[bool]:
    return and_(Job.status == "running", Job.lease_until < at)


def _settle(session: Session, claim: Claim, values: JsonObject) -> bool:
    still_ours = and_(
        Job.id == claim.job_id, Job.status == "running", Job.attempts == claim.attempt
    )
    return _changed_one(session, still_ours, values)


def _changed_one(session: Session, condition: ColumnElement[bool], values: JsonObject) -> bool:
    query = update(Job).where(condition).values(values).returning(Job.id)
    changed = session.scalars(query.execution_options(synchronize_session=False)).all()
    return len(changed) == 1
