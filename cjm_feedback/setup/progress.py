"""How far the set-up of a journey is, told by what is there and not by a note of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from cjm_feedback.jobs.models import Schedule
from cjm_feedback.jobs.schedules import REFRESH_MAP
from cjm_feedback.journeys.models import BusinessGoal, Journey, Persona, Stage, Touchpoint
from cjm_feedback.surveys.models import Link, Survey

STEPS = ("goal", "personas", "stages", "surveys", "schedule")


@dataclass(frozen=True)
class Progress:
    """The steps of a journey's set-up that are done."""

    done: frozenset[str]

    @property
    def next_step(self) -> str | None:
        """The first step that is still open, if there is one."""
        return next((step for step in STEPS if step not in self.done), None)


def step_after(step: str) -> str | None:
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def progress_of(session: Session, journey: Journey, *, at: datetime) -> Progress:
    """One statement, whatever there is to find."""
    asking = or_(Survey.closes_at.is_(None), Survey.closes_at > at)
    checks = {
        "goal": exists().where(BusinessGoal.journey_id == journey.id),
        "personas": exists().where(Persona.journey_id == journey.id, Persona.retired_at.is_(None)),
        "stages": exists().where(
            Touchpoint.journey_id == journey.id,
            Touchpoint.retired_at.is_(None),
            Stage.id == Touchpoint.stage_id,
            Stage.retired_at.is_(None),
        ),
        "surveys": exists().where(
            Survey.journey_id == journey.id,
            asking,
            Link.survey_id == Survey.id,
            Link.disabled_at.is_(None),
        ),
        "schedule": exists().where(
            Schedule.journey_id == journey.id, Schedule.kind == REFRESH_MAP, Schedule.enabled
        ),
    }
    row = session.execute(select(*(check.label(step) for step, check in checks.items()))).one()
    return Progress(frozenset(step for step in STEPS if row._mapping[step]))
