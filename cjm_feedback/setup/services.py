"""Making journeys and surveys out of the content the product ships with. Nothing here commits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import Workspace
from cjm_feedback.accounts.services import create_workspace
from cjm_feedback.analysis.themes.editing import add_starter_themes
from cjm_feedback.content.channels import CHANNELS
from cjm_feedback.content.journeys import SHOP, JourneyTemplate
from cjm_feedback.content.templates import SurveyTemplate
from cjm_feedback.jobs.models import Schedule
from cjm_feedback.jobs.schedules import REFRESH_MAP, create_schedule
from cjm_feedback.journeys import services as journeys
from cjm_feedback.journeys.keys import new_key
from cjm_feedback.journeys.models import Channel, Journey, Persona
from cjm_feedback.journeys.personas import Condition
from cjm_feedback.surveys.models import Link, Survey
from cjm_feedback.surveys.services import create_link, create_survey

DEFAULT_WORKSPACE = "default"
DEFAULT_JOURNEY = "customer-journey"
DEFAULT_TIMEZONE = "Europe/Prague"
WEEKLY = "0 6 * * mon"
"""Monday morning, when the week before is over and nobody has looked at the map yet."""


def ensure_default(session: Session, *, at: datetime) -> Workspace:
    """The default workspace with a journey that is ready for its first answers."""
    workspace = create_workspace(session, slug=DEFAULT_WORKSPACE, name="My company", at=at)
    if session.scalar(select(Journey.id).where(Journey.workspace_id == workspace.id)) is None:
        journey = build_journey(session, workspace, SHOP, slug=_free_slug(session), at=at)
        add_surveys(session, journey, SHOP.surveys, at=at)
        ensure_schedule(session, journey, at=at)
    return workspace


def _free_slug(session: Session) -> str:
    taken = session.scalars(select(Journey.slug).where(Journey.slug.startswith(DEFAULT_JOURNEY)))
    return new_key({}, set(taken), otherwise=DEFAULT_JOURNEY)


def build_journey(
    session: Session,
    workspace: Workspace,
    template: JourneyTemplate,
    *,
    slug: str,
    at: datetime,
    timezone: str = DEFAULT_TIMEZONE,
) -> Journey:
    """A journey with the stages, touchpoints and channels of `template`; goals and personas are
    for people to choose."""
    journey = journeys.create_journey(
        session, workspace, slug=slug, name=dict(template.name), timezone=timezone, at=at
    )
    fill_journey(session, journey, template)
    return journey


def fill_journey(session: Session, journey: Journey, template: JourneyTemplate) -> None:
    """Give an empty journey its stages and touchpoints, and the themes to begin with."""
    add_starter_themes(session, journey)
    channels = add_channels(session, journey.workspace)
    stages = {
        stage.key: journeys.add_stage(
            session,
            journey,
            key=stage.key,
            name=dict(stage.name),
            description=dict(stage.description),
            phase=stage.phase,
            department=stage.department,
        )
        for stage in template.stages
    }
    for point in template.touchpoints:
        journeys.add_touchpoint(
            session,
            stages[point.stage],
            key=point.key,
            name=dict(point.name),
            channel=channels[point.channel],
            initiative=point.initiative,
        )


def add_channels(session: Session, workspace: Workspace) -> dict[str, Channel]:
    """The default channels, where the workspace does not have them yet."""
    return {
        channel.key: journeys.add_channel(
            session, workspace, key=channel.key, name=dict(channel.name), paid=channel.paid
        )
        for channel in CHANNELS
    }


def add_goals(session: Session, journey: Journey, template: JourneyTemplate) -> None:
    for goal in template.goals:
        journeys.add_goal(session, journey, dict(goal))


def add_personas(
    session: Session, journey: Journey, template: JourneyTemplate, keys: Iterable[str]
) -> None:
    """The personas of `template` that are asked for, with the rules that tell them apart."""
    wanted = set(keys)
    known = set(session.scalars(select(Persona.key).where(Persona.journey_id == journey.id)))
    made: dict[str, Persona] = {}
    for persona in template.personas:
        if persona.key in wanted - known:
            made[persona.key] = journeys.add_persona(session, journey, **asdict(persona))
    for rule in template.persona_rules:
        if rule.persona in made:
            conditions = [
                Condition(one["field"], one["op"], one["value"]) for one in rule.predicates
            ]
            journeys.add_rule(session, made[rule.persona], conditions)


def survey_slug(journey: Journey, survey: SurveyTemplate) -> str:
    return f"{journey.slug}-{survey.key}"


def add_surveys(
    session: Session,
    journey: Journey,
    surveys: Iterable[SurveyTemplate],
    *,
    at: datetime,
) -> list[Survey]:
    """These surveys, each with a link for every touchpoint it asks about, by its usual channel."""
    made = []
    for survey_template in surveys:
        wanted = survey_slug(journey, survey_template)
        taken = session.scalars(select(Survey.slug).where(Survey.slug.startswith(wanted)))
        slug = new_key({}, set(taken), otherwise=wanted)
        survey = create_survey(session, journey, survey_template, slug=slug, at=at)
        made.append(survey)
        add_links(session, survey, survey_template, at=at)
    return made


def surveys_by_template(session: Session, journey: Journey) -> dict[str, Survey]:
    """The open surveys of the journey that were made of its templates, by the template's key."""
    surveys = session.scalars(
        select(Survey)
        .where(Survey.journey_id == journey.id, Survey.closes_at.is_(None))
        .order_by(Survey.id.desc())
    )
    found = {}
    for survey in surveys:
        ending = survey.slug.removeprefix(f"{journey.slug}-")
        found[re.sub(r"-[0-9]+$", "", ending)] = survey
    return found


def add_links(
    session: Session, survey: Survey, template: SurveyTemplate, *, at: datetime
) -> list[Link]:
    """Links to `survey` from the touchpoints in use that have none yet, by their usual channel."""
    linked = set(session.scalars(select(Link.touchpoint_id).where(Link.survey_id == survey.id)))
    channels = journeys.channels_of(session, survey.journey.workspace_id)
    links = []
    for stage in survey.journey.stages:
        if stage.retired_at is not None or template.stage not in (stage.key, None):
            continue
        for touchpoint in stage.touchpoints:
            channel = touchpoint.channel or next(iter(channels.values()), None)
            if touchpoint.retired_at or touchpoint.id in linked or channel is None:
                continue
            links.append(create_link(session, survey, touchpoint, channel, at=at))
    return links


def ensure_schedule(
    session: Session, journey: Journey, *, at: datetime, cron: str = WEEKLY
) -> Schedule:
    """The schedule that refreshes the journey's map, made if there is none."""
    schedule = find_schedule(session, journey)
    if schedule is None:
        schedule = create_schedule(session, journey.id, cron=cron, timezone=journey.timezone, at=at)
    return schedule


def find_schedule(session: Session, journey: Journey) -> Schedule | None:
    return session.scalar(
        select(Schedule)
        .where(Schedule.journey_id == journey.id, Schedule.kind == REFRESH_MAP)
        .order_by(Schedule.id)
        .limit(1)
    )
