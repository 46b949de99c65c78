"""Schedules and jobs as the pages of one workspace may see them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Row,
    Subquery,
    cast,
    func,
    select,
    type_coerce,
)
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


def dead_jobs_of(session: Session, workspace_id: int) -> Sequence[Row[Job, Journey]]:
    """Work for the journeys of a workspace that was given up, the latest first."""
    work = _journeys_of(Job.status == "dead")
    return session.execute(
        select(Job, Journey)
        .join(work, work.c.job_id == Job.id)
        .join(Journey, Journey.id == work.c.journey_id)
        .where(Journey.workspace_id == workspace_id)
        .order_by(Job.id.desc())
        .limit(DEAD_SHOWN)
    ).all()


def workspace_of(session: Session, job: Job) -> int | None:
    """The workspace of the journey that a job works for."""
    work = _journeys_of(Job.id == job.id)
    return session.scalar(select(Journey.workspace_id).join(work, work.c.journey_id == Journey.id))


def count_waiting(session: Session, workspace_id: int) -> int:
    """How many jobs for the journeys of a workspace wait or run."""
    work = _journeys_of(Job.status.in_(("queued", "running")))
    query = (
        select(func.count())
        .select_from(work)
        .join(Journey, Journey.id == work.c.journey_id)
        .where(Journey.workspace_id == workspace_id)
    )
    return session.scalar(query) or 0


def _journeys_of(jobs: ColumnElement[bool]) -> Subquery:
    """The journey of each of the jobs, by what its payload names or by its schedule."""
    journey_id = func.coalesce(
        _named("journey_id"), Schedule.journey_id, Response.journey_id, Survey.journey_id
    )
    return (
        select(Job.id.label("job_id"), journey_id.label("journey_id"))
        .outerjoin(Schedule, Schedule.id == Job.schedule_id)
        .outerjoin(Response, Response.id == _named("response_ids", 0))
        .outerjoin(CsvImport, CsvImport.id == _named("import_id"))
        .outerjoin(Survey, Survey.id == CsvImport.survey_id)
        .where(jobs)
        .subquery()
    )


def _named(*path: str | int) -> ColumnElement[int]:
    """An id in the payload of a job; ids of responses need 64 bits."""
    return cast(type_coerce(Job.payload, JSON)[path].as_string(), BigInteger)
