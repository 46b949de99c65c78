"""Schedules and jobs as the pages of one workspace may see them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.importing.models import CsvImport
from cjm_feedback.jobs.models import Job, Schedule
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import Response
from cjm_feedback.surveys.models import Survey

RUNS_SHOWN = 50
DEAD_SHOWN = 500


def schedules_of(session: Session, journey_id: int) -> Sequence[Schedule]:
    return session.scalars(
        select(Schedule).where(Schedule.journey_id == journey_id).order_by(Schedule.id)
    ).all()


def runs_of(session: Session, journey_id: int) -> Sequence[Job]:
    """What the schedules of a journey led to, the latest first."""
    return session.scalars(
        select(Job)
        .join(Schedule, Schedule.id == Job.schedule_id)
        .where(Schedule.journey_id == journey_id)
        .order_by(Job.id.desc())
        .limit(RUNS_SHOWN)
    ).all()


def dead_jobs_of(session: Session, workspace_id: int) -> list[tuple[Job, Journey]]:
    """Work for the journeys of a workspace that was given up, the latest first."""
    jobs = session.scalars(
        select(Job).where(Job.status == "dead").order_by(Job.id.desc()).limit(DEAD_SHOWN)
    ).all()
    found = ((job, journey_of(session, job)) for job in jobs)
    return [(job, journey) for job, journey in found if _is_of(journey, workspace_id) and journey]


def count_waiting(session: Session) -> int:
    """How many jobs of the whole installation wait or run."""
    query = select(func.count()).select_from(Job).where(Job.status.in_(("queued", "running")))
    return session.scalar(query) or 0


def journey_of(session: Session, job: Job) -> Journey | None:
    """The journey that a job works for, by its schedule or by what its payload names."""
    payload = job.payload
    if job.schedule_id is not None:
        query = select(Schedule.journey_id).where(Schedule.id == job.schedule_id)
    elif payload.get("journey_id"):
        return session.get(Journey, payload["journey_id"])
    elif payload.get("response_ids"):
        query = select(Response.journey_id).where(Response.id == payload["response_ids"][0])
    elif payload.get("import_id"):
        query = (
            select(Survey.journey_id)
            .join(CsvImport, CsvImport.survey_id == Survey.id)
            .where(CsvImport.id == payload["import_id"])
        )
    else:
        return None
    journey_id = session.scalar(query)
    return None if journey_id is None else session.get(Journey, journey_id)


def _is_of(journey: Journey | None, workspace_id: int) -> bool:
    return journey is not None and journey.workspace_id == workspace_id
