"""Schedules and jobs as the pages of one workspace may see them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

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
    of_jobs = _journeys_of(session, jobs)
    journeys = {
        journey.id: journey
        for journey in session.scalars(
            select(Journey).where(
                Journey.id.in_(of_jobs.values()), Journey.workspace_id == workspace_id
            )
        )
    }
    found = ((job, journeys.get(of_jobs.get(job.id, 0))) for job in jobs)
    return [(job, journey) for job, journey in found if journey is not None]


def workspace_of(session: Session, job: Job) -> int | None:
    """The workspace of the journey that a job works for."""
    journey_id = _journeys_of(session, [job]).get(job.id)
    return session.scalar(select(Journey.workspace_id).where(Journey.id == journey_id))


def count_waiting(session: Session) -> int:
    """How many jobs of the whole installation wait or run."""
    query = select(func.count()).select_from(Job).where(Job.status.in_(("queued", "running")))
    return session.scalar(query) or 0


def _journeys_of(session: Session, jobs: Sequence[Job]) -> dict[int, int]:
    """The journey of each job, by its schedule or by what its payload names."""
    of_schedule = _found(session, Schedule.id, Schedule.journey_id, [j.schedule_id for j in jobs])
    of_response = _found(
        session, Response.id, Response.journey_id, [_first_response(job) for job in jobs]
    )
    of_import = _found(
        session, CsvImport.id, CsvImport.survey_id, [job.payload.get("import_id") for job in jobs]
    )
    of_survey = _found(session, Survey.id, Survey.journey_id, [*of_import.values()])
    journeys = {
        job.id: job.payload.get("journey_id")
        or of_schedule.get(job.schedule_id)
        or of_response.get(_first_response(job))
        or of_survey.get(of_import.get(job.payload.get("import_id")))
        for job in jobs
    }
    return {job_id: journey_id for job_id, journey_id in journeys.items() if journey_id}


def _found(
    session: Session,
    key: InstrumentedAttribute[int],
    value: InstrumentedAttribute[int],
    keys: Sequence[int | None],
) -> dict[int | None, int]:
    asked = select(key, value).where(key.in_([one for one in keys if one is not None]))
    return {row[0]: row[1] for row in session.execute(asked)}


def _first_response(job: Job) -> int | None:
    response_ids: list[int] = job.payload.get("response_ids") or []
    return response_ids[0] if response_ids else None
