"""What becomes of jobs whose worker is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cjm_feedback.jobs import leases
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from tests.conftest import NOW

pytestmark = pytest.mark.both_databases


def claimed(session: Session) -> Job:
    job = enqueue(session, "read_responses", {"response_ids": []}, at=NOW, max_attempts=3)
    session.commit()
    assert leases.claim(session, job.id, NOW)
    session.commit()
    return session.get_one(Job, job.id, populate_existing=True)


def test_r01_a_try_that_went_down_with_the_whole_tree_does_not_count(session: Session) -> None:
    job = claimed(session)

    for minute in range(1, 10):
        at = NOW + timedelta(minutes=minute)
        assert leases.end_all_leases(session, at, blameless=True) == 1
        session.commit()
        assert leases.claim(session, job.id, at)
        session.commit()

    session.refresh(job)
    assert (job.status, job.attempts) == ("running", 1)


def test_r15_an_interrupted_job_lets_all_others_go_first(session: Session) -> None:
    job = claimed(session)
    later = NOW + timedelta(minutes=1)
    waiting = enqueue(session, "read_responses", {"response_ids": []}, at=NOW)
    session.commit()

    leases.end_all_leases(session, later, blameless=True)
    session.commit()

    assert leases.due_jobs(session, later) == [waiting.id, job.id]


def test_r15_a_try_whose_worker_alone_died_counts(session: Session) -> None:
    job = claimed(session)

    for minute in (1, 2):
        at = NOW + timedelta(minutes=minute)
        leases.end_all_leases(session, at)
        session.commit()
        assert leases.claim(session, job.id, at)
        session.commit()
    leases.end_all_leases(session, NOW + timedelta(minutes=3))
    leases.bury_exhausted(session, NOW + timedelta(minutes=3))
    session.commit()

    session.refresh(job)
    assert (job.status, job.attempts) == ("dead", 3)
