"""How pages get at a part of a journey, or at a channel: through what it belongs to.

A part of another journey and one that does not exist look the same.
"""

from __future__ import annotations

from typing import TypeVar

from flask import abort
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.access import current_workspace
from cjm_feedback.extensions import db
from cjm_feedback.journeys.access import get_journey
from cjm_feedback.journeys.models import (
    BusinessGoal,
    Channel,
    Journey,
    Persona,
    PersonaRule,
    Stage,
    Touchpoint,
)
from cjm_feedback.web.nav import current_journey

Row = TypeVar("Row")
NUMBER = "int(max=2147483647)"
"""The converter of ids in addresses: what no column could hold is no address of ours."""


def journey_at(slug: str) -> Journey:
    """The journey that the address names, in the workspace at hand."""
    return get_journey(db.session(), slug, current_workspace().id)


def journey_at_hand() -> Journey | None:
    """The journey the person worked with last, if it belongs to the workspace at hand."""
    slug = current_journey()
    if slug is None:
        return None
    return db.session.scalar(
        select(Journey).where(Journey.slug == slug, Journey.workspace_id == current_workspace().id)
    )


def get_goal(session: Session, journey: Journey, goal_id: int) -> BusinessGoal:
    return _only(
        session,
        select(BusinessGoal).where(
            BusinessGoal.id == goal_id, BusinessGoal.journey_id == journey.id
        ),
    )


def get_stage(session: Session, journey: Journey, stage_id: int) -> Stage:
    return _only(session, select(Stage).where(Stage.id == stage_id, Stage.journey_id == journey.id))


def get_touchpoint(session: Session, journey: Journey, touchpoint_id: int) -> Touchpoint:
    return _only(
        session,
        select(Touchpoint).where(
            Touchpoint.id == touchpoint_id, Touchpoint.journey_id == journey.id
        ),
    )


def find_stage(session: Session, journey: Journey, key: str) -> Stage:
    statement = select(Stage).where(Stage.key == storable(key), Stage.journey_id == journey.id)
    return _only(session, statement)


def find_touchpoint(session: Session, journey: Journey, key: str) -> Touchpoint:
    return _only(
        session,
        select(Touchpoint).where(
            Touchpoint.key == storable(key), Touchpoint.journey_id == journey.id
        ),
    )


def get_persona(session: Session, journey: Journey, persona_id: int) -> Persona:
    return _only(
        session, select(Persona).where(Persona.id == persona_id, Persona.journey_id == journey.id)
    )


def get_rule(session: Session, journey: Journey, rule_id: int) -> PersonaRule:
    return _only(
        session,
        select(PersonaRule).where(PersonaRule.id == rule_id, PersonaRule.journey_id == journey.id),
    )


def get_channel(session: Session, workspace_id: int, channel_id: int) -> Channel:
    return _only(
        session,
        select(Channel).where(Channel.id == channel_id, Channel.workspace_id == workspace_id),
    )


def storable(key: str) -> str:
    """`key`; nothing has a key that PostgreSQL could not hold."""
    if "\0" in key:
        abort(404)
    return key


def _only(session: Session, statement: Select[Row]) -> Row:
    row = session.scalar(statement)
    if row is None:
        abort(404)
    return row
