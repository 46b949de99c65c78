"""What the pages about surveys show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cjm_feedback.journeys.models import Channel, Journey, Stage, Touchpoint
from cjm_feedback.journeys.usage import uses_of
from cjm_feedback.surveys.models import Link, Revision, Survey

State = Literal["not_open_yet", "open", "closed"]


@dataclass(frozen=True)
class SurveyRow:
    survey: Survey
    state: State
    responses: int
    links: int
    places: list[Touchpoint]
    """The touchpoints that links lead from, in the order of the journey."""

    @property
    def stages(self) -> list[Stage]:
        return list(dict.fromkeys(touchpoint.stage for touchpoint in self.places))


def state_of(survey: Survey, at: datetime) -> State:
    """From the facts at `at`; nothing is stored that could disagree with them."""
    if survey.is_open(at):
        return "open"
    return "not_open_yet" if at < survey.opens_at else "closed"


def survey_rows(session: Session, workspace_id: int, *, at: datetime) -> list[SurveyRow]:
    """Every survey of the workspace, journey by journey."""
    links = (
        select(func.count())
        .where(Link.survey_id == Survey.id, Link.disabled_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(Survey, links)
        .join(Journey, Journey.id == Survey.journey_id)
        .where(Journey.workspace_id == workspace_id)
        .options(joinedload(Survey.journey))
        .order_by(Journey.id, Survey.id)
    ).all()
    ids = [survey.id for survey, _ in rows]
    uses, places = uses_of(session, "survey", ids), _places_of(session, ids)
    return [
        SurveyRow(
            survey,
            state_of(survey, at),
            uses[survey.id]["responses"],
            number,
            places.get(survey.id, []),
        )
        for survey, number in rows
    ]


def _places_of(session: Session, survey_ids: Sequence[int]) -> dict[int, list[Touchpoint]]:
    rows = session.execute(
        select(Link.survey_id, Touchpoint)
        .join(Touchpoint, Touchpoint.id == Link.touchpoint_id)
        .join(Stage, Stage.id == Touchpoint.stage_id)
        .where(Link.survey_id.in_(survey_ids), Link.disabled_at.is_(None))
        .options(joinedload(Touchpoint.stage))
        .order_by(Stage.position, Stage.id, Touchpoint.position, Touchpoint.id)
    )
    found: dict[int, list[Touchpoint]] = {}
    for survey_id, touchpoint in rows:
        places = found.setdefault(survey_id, [])
        if touchpoint not in places:
            places.append(touchpoint)
    return found


def current_revision(session: Session, survey: Survey) -> Revision:
    """What the survey asks at present, with its questions."""
    return session.scalars(
        select(Revision)
        .where(Revision.survey_id == survey.id)
        .order_by(Revision.number.desc())
        .limit(1)
        .options(selectinload(Revision.questions))
    ).one()


def links_of(session: Session, survey: Survey) -> Sequence[Link]:
    """The links of a survey: those that are on first, in the order of the journey."""
    return session.scalars(
        select(Link)
        .outerjoin(Touchpoint, Touchpoint.id == Link.touchpoint_id)
        .outerjoin(Stage, Stage.id == Touchpoint.stage_id)
        .where(Link.survey_id == survey.id)
        .options(joinedload(Link.channel), joinedload(Link.touchpoint).joinedload(Touchpoint.stage))
        .order_by(Link.disabled_at.is_not(None), Stage.position, Touchpoint.position, Link.id)
    ).all()


def touchpoints_in_use(session: Session, journey: Journey) -> Sequence[Touchpoint]:
    """In the order in which customers meet them."""
    return session.scalars(
        select(Touchpoint)
        .join(Stage, Stage.id == Touchpoint.stage_id)
        .where(
            Touchpoint.journey_id == journey.id,
            Touchpoint.retired_at.is_(None),
            Stage.retired_at.is_(None),
        )
        .options(joinedload(Touchpoint.stage), joinedload(Touchpoint.channel))
        .order_by(Stage.position, Stage.id, Touchpoint.position, Touchpoint.id)
    ).all()


def channels_in_use(session: Session, workspace_id: int) -> Sequence[Channel]:
    return session.scalars(
        select(Channel)
        .where(Channel.workspace_id == workspace_id, Channel.retired_at.is_(None))
        .order_by(Channel.position, Channel.id)
    ).all()


def journeys_in_use(session: Session, workspace_id: int) -> Sequence[Journey]:
    return session.scalars(
        select(Journey)
        .where(Journey.workspace_id == workspace_id, Journey.retired_at.is_(None))
        .order_by(Journey.id)
    ).all()
