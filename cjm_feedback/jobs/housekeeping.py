"""Forgetting work that is done and of which nothing is shown any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cjm_feedback.jobs.models import Job

PASSING = ("read_responses", "assign_personas", "suggest_themes", "load_import", "check_import")
"""Kinds of work whose effect is all that matters; each answer makes a row of the first."""
KEPT_FOR = timedelta(days=7)
PORTION = 1_000
"""Rows that go at once: a customer's answer does not wait noticeably for so few."""
EVERY_SECONDS = 3_600


def forget_done(session: Session, at: datetime, *, limit: int) -> int:
    """Delete the oldest passing jobs that were done long ago; how many. The caller commits.

    Runs of schedules are kept, they are the history of the map, and so is work that was given up.
    """
    before = at - KEPT_FOR
    oldest = (
        select(Job.id)
        .where(
            Job.status == "done",
            # No job ends before it is due; said for the index, which knows when jobs were due.
            Job.run_at < before,
            Job.finished_at < before,
            Job.kind.in_(PASSING),
            Job.schedule_id.is_(None),
        )
        .order_by(Job.run_at, Job.id)
        .limit(limit)
    )
    gone = session.scalars(
        delete(Job)
        .where(Job.id.in_(oldest))
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
