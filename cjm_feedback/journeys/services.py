"""Building a journey out of parts that have their keys already. Nothing here commits.

Pages let people name a part and make its key of the name: that is `journeys.editing`. Here the
keys are given, by templates and by files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import Workspace
from cjm_feedback.db import Translations
from cjm_feedback.journeys.models import (
    BusinessGoal,
    Channel,
    Journey,
    Persona,
    PersonaRule,
    Stage,
    Touchpoint,
)
from cjm_feedback.journeys.personas import Condition, write_conditions


class SlugTakenError(Exception):
    """Another journey of the installation is called that already."""


def create_journey(
    session: Session,
    workspace: Workspace,
    *,
    slug: str,
    name: Translations,
    timezone: str,
    at: datetime,
) -> Journey:
    """An empty journey; slugs are unique in the whole installation."""
    if session.scalar(select(Journey.id).where(Journey.slug == slug)) is not None:
        raise SlugTakenError(slug)
    journey = Journey(
        workspace_id=workspace.id, slug=slug, name=name, timezone=timezone, created_at=at
    )
    session.add(journey)
    session.flush()
    return journey


def add_goal(session: Session, journey: Journey, text: Translations) -> BusinessGoal:
    goal = BusinessGoal(
        journey_id=journey.id,
        position=_next(session, BusinessGoal.position, BusinessGoal.journey_id == journey.id),
        text=text,
    )
    session.add(goal)
    session.flush()
    return goal


def add_stage(
    session: Session,
    journey: Journey,
    *,
    key: str,
    name: Translations,
    phase: str,
    description: Translations | None = None,
    department: str = "other",
) -> Stage:
    """A stage after all others."""
    stage = Stage(
        journey=journey,
        key=key,
        position=_next(session, Stage.position, Stage.journey_id == journey.id),
        phase=phase,
        name=name,
        description=description or {},
        department=department,
    )
    session.add(stage)
    session.flush()
    return stage


def add_touchpoint(
    session: Session,
    stage: Stage,
    *,
    key: str,
    name: Translations,
    channel: Channel | None = None,
    initiative: str = "brand",
) -> Touchpoint:
    """A touchpoint after the others of its stage."""
    touchpoint = Touchpoint(
        journey_id=stage.journey_id,
        stage=stage,
        channel=channel,
        key=key,
        position=_next(session, Touchpoint.position, Touchpoint.stage_id == stage.id),
        name=name,
        initiative=initiative,
    )
    session.add(touchpoint)
    session.flush()
    return touchpoint


def add_channel(
    session: Session, workspace: Workspace, *, key: str, name: Translations, paid: bool = False
) -> Channel:
    """The channel of this key, made if the workspace has none: channels serve all its journeys."""
    channel = session.scalar(
        select(Channel).where(Channel.workspace_id == workspace.id, Channel.key == key)
    )
    if channel is None:
        channel = Channel(
            workspace_id=workspace.id,
            key=key,
            position=_next(session, Channel.position, Channel.workspace_id == workspace.id),
            name=name,
            paid=paid,
        )
        session.add(channel)
        session.flush()
    return channel


def add_persona(
    session: Session, journey: Journey, *, key: str, name: Translations, **known: Any
) -> Persona:
    """A persona after all others; `known` are its other columns."""
    persona = Persona(
        journey=journey,
        key=key,
        position=_next(session, Persona.position, Persona.journey_id == journey.id),
        name=name,
        **known,
    )
    session.add(persona)
    session.flush()
    return persona


def add_rule(session: Session, persona: Persona, conditions: Sequence[Condition]) -> PersonaRule:
    """A rule after all others of the journey, so that it takes no answer away from them."""
    rule = PersonaRule(
        journey_id=persona.journey_id,
        persona=persona,
        position=_next(session, PersonaRule.position, PersonaRule.journey_id == persona.journey_id),
        conditions=write_conditions(conditions),
    )
    session.add(rule)
    session.flush()
    return rule


def channels_of(session: Session, workspace_id: int) -> Mapping[str, Channel]:
    """The channels in use, by key and in their order."""
    rows = session.scalars(
        select(Channel)
        .where(Channel.workspace_id == workspace_id, Channel.retired_at.is_(None))
        .order_by(Channel.position, Channel.id)
    )
    return {channel.key: channel for channel in rows}


def _next(session: Session, position: Any, condition: Any) -> int:
    last = session.scalar(select(func.max(position)).where(condition))
    return 0 if last is None else last + 1
