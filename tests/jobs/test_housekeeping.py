from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.jobs import leases, schedules
from cjm_feedback.jobs.housekeeping import PORTION, forget_done
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from tests.conftest import NOW
from tests.factories import Factory

pytestmark = pytest.mark.both_databases
EIGHT_DAYS_AGO = NOW - timedelta(days=8)
PASSING = ("read_responses", "assign_personas", "load_import", "check_import")


def ended(
    session: Session,
    kind: str,
    at: datetime = EIGHT_DAYS_AGO,
    *,
    run_at: datetime | None = None,
    schedule_id: int | None = None,
) -> Job:
    """A job that was done at `at`."""
    job = enqueue(session, kind, {}, at=run_at or at, schedule_id=schedule_id)
    claim = leases.claim(session, job.id, at)
    assert claim is not None
    assert leases.finish(session, claim, None, at)
    return job


def left(session: Session) -> set[int]:
    return set(session.scalars(select(Job.id)))


@pytest.mark.parametrize("kind", PASSING)
def test_work_that_is_done_is_forgotten_after_a_week(session: Session, kind: str) -> None:
    ended(session, kind)
    late = ended(session, kind, NOW - timedelta(days=6), run_at=EIGHT_DAYS_AGO)
    young = ended(session, kind, NOW - timedelta(days=6, hours=23))

    assert forget_done(session, NOW, limit=PORTION) == 1

    assert left(session) == {late.id, young.id}


def test_runs_of_schedules_and_other_kinds_are_kept(session: Session, make: Factory) -> None:
    schedule = schedules.create_schedule(
        session, make.journey().id, cron="0 2 * * *", timezone="UTC", at=NOW
    )
    kept = {
        ended(session, "refresh_map", schedule_id=schedule.id).id,
        ended(session, "read_responses", schedule_id=schedule.id).id,
        ended(session, "refresh_map").id,
    }

    assert forget_done(session, NOW, limit=PORTION) == 0
    assert left(session) == kept


def test_work_that_is_not_done_is_kept_however_old(session: Session) -> None:
    jobs = [
        enqueue(session, "read_responses", {}, at=EIGHT_DAYS_AGO, max_attempts=1) for _ in range(3)
    ]
    running, dead = (leases.claim(session, one.id, EIGHT_DAYS_AGO) for one in jobs[:2])
    assert running is not None
    assert dead is not None
    assert leases.fail(session, dead, "builtins.ValueError [0a1b2c3d]", EIGHT_DAYS_AGO) == "dead"

    assert forget_done(session, NOW, limit=PORTION) == 0
    assert left(session) == {one.id for one in jobs}


def test_a_portion_takes_the_oldest_first(session: Session) -> None:
    jobs = [
        ended(session, "read_responses", EIGHT_DAYS_AGO - timedelta(hours=hours))
        for hours in range(5)
    ]

    assert forget_done(session, NOW, limit=3) == 3
    assert left(session) == {one.id for one in jobs[:2]}
    assert forget_done(session, NOW, limit=3) == 2
