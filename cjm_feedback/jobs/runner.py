"""Doing one job of the ledger."""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from cjm_feedback.db import JsonObject
from cjm_feedback.jobs import leases
from cjm_feedback.jobs.leases import Claim
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import work_for
from cjm_feedback.jobs.timebox import TimeBoxError, time_box

log = logging.getLogger(__name__)

Sessions = Callable[[], Session]
"""Opens a session of its own."""


class Outcome(StrEnum):
    """What became of an attempt."""

    DONE = "done"
    RETRY = "queued"
    DEAD = "dead"
    NOT_OURS = "not ours"
    """Somebody else has the job, or had it before we came to its end."""


def run_job(
    sessions: Sessions,
    job_id: int,
    at: datetime,
    *,
    on_claim: Callable[[Job, Claim], None] | None = None,
) -> Outcome:
    """Claim the job and do it; what it writes and that it is done are committed together.

    `on_claim` is told before the work begins, so that somebody outside can keep watch.
    """
    started = time.monotonic()
    with sessions() as session:
        claim = leases.claim(session, job_id, at)
        if claim is None:
            return Outcome.NOT_OURS
        job = session.get_one(Job, job_id)
        session.expunge(job)
        session.commit()
    if on_claim:
        on_claim(job, claim)
    try:
        finished = _work(sessions, job, claim, at, started)
    except (Exception, TimeBoxError) as error:  # noqa: BLE001 - handlers may raise anything
        return _give_back(sessions, job, claim, error, _later(at, started))
    return Outcome.DONE if finished else Outcome.NOT_OURS


def _work(sessions: Sessions, job: Job, claim: Claim, at: datetime, started: float) -> bool:
    work = work_for(job.kind)
    with sessions() as session:
        with time_box(work.seconds):
            result: JsonObject | None = work.handler(session, job, at=at)
            session.flush()
        if not leases.finish(session, claim, result, _later(at, started)):
            session.rollback()
            log.warning("job %d (%s) was taken over; its work is undone", job.id, job.kind)
            return False
        session.commit()
    return True


def _give_back(
    sessions: Sessions, job: Job, claim: Claim, error: BaseException, at: datetime
) -> Outcome:
    # The message of an exception may quote what a customer wrote: neither log nor ledger gets it.
    code = secrets.token_hex(4)
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    log.error(
        "job %d (%s), attempt %d failed with %s [%s]\n%s",
        *(job.id, job.kind, claim.attempt, name, code),
        "".join(traceback.format_tb(error.__traceback__)),
    )
    with sessions() as session:
        status = leases.fail(session, claim, f"{name} [{code}]", at)
        session.commit()
    return Outcome.NOT_OURS if status is None else Outcome(status)


def _later(at: datetime, started: float) -> datetime:
    """Now, measured from `at` by a clock that nobody sets."""
    return at + timedelta(seconds=time.monotonic() - started)
