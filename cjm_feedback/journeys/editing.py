"""Changing a journey, its goals, stages and touchpoints. Nothing here commits.

Whoever changes an order or makes a key holds the journey's row: two admins at once wait for each
other, or both would take the same place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cjm_feedback.db import JsonObject, Translations
from cjm_feedback.journeys import services
from cjm_feedback.journeys.changes import change_fields
from cjm_feedback.journeys.keys import new_key
from cjm_feedback.journeys.models import (
    PHASES,
    BusinessGoal,
    Channel,
    Journey,
    Persona,
    Stage,
    Touchpoint,
)
from cjm_feedback.journeys.ordering import in_use, put_before, renumber, retired, stepped
from cjm_feedback.journeys.usage import Part, is_used

GOALS_LIMIT = 20
STAGES_LIMIT = 30
TOUCHPOINTS_LIMIT = 200


class LastStageError(Exception):
    """A journey without a stage would have no map."""


class InUseError(Exception):
    """Something points at it, so it may be retired but not deleted."""


class FullError(Exception):
    """There are as many already as a page can show."""


def hold(session: Session, journey: Journey) -> None:
    """Let nobody else change the journey's structure until the transaction ends."""
    session.execute(select(Journey.id).where(Journey.id == journey.id).with_for_update())
    session.expire(journey, ["goals"])  # read before, it may be what somebody has just changed


def change_journey(journey: Journey, *, name: Translations, timezone: str) -> JsonObject:
    return change_fields(journey, name=name, timezone=timezone)


def add_goal(session: Session, journey: Journey, text: Translations) -> BusinessGoal:
    hold(session, journey)
    if len(journey.goals) >= GOALS_LIMIT:
        raise FullError
    return services.add_goal(session, journey, text)


def move_goal(session: Session, journey: Journey, goal: BusinessGoal, direction: str) -> None:
    hold(session, journey)
    renumber(stepped(journey.goals, goal, direction))


def remove_goal(session: Session, journey: Journey, goal: BusinessGoal) -> None:
    journey.goals.remove(goal)
    session.flush()


def add_stage(
    session: Session,
    journey: Journey,
    *,
    name: Translations,
    description: Translations,
    phase: str,
    department: str,
) -> Stage:
    """A stage after the others of its phase."""
    hold(session, journey)
    stages = stages_of(session, journey)
    if len(stages) >= STAGES_LIMIT:
        raise FullError
    stage = services.add_stage(
        session,
        journey,
        key=new_key(name, {one.key for one in stages}, otherwise="stage"),
        name=name,
        phase=phase,
        description=description,
        department=department,
    )
    shown = in_use(stages)
    later = PHASES[PHASES.index(phase) + 1 :]
    next_one = next((one for one in shown if one.phase in later), None)
    _arrange(put_before(shown, stage, next_one), stages)
    return stage


def change_stage(
    stage: Stage, *, name: Translations, description: Translations, phase: str, department: str
) -> JsonObject:
    return change_fields(
        stage, name=name, description=description, phase=phase, department=department
    )


def move_stage(session: Session, journey: Journey, stage: Stage, direction: str) -> None:
    hold(session, journey)
    stages = stages_of(session, journey)
    _arrange(stepped(in_use(stages), stage, direction), stages)


def put_stage(session: Session, journey: Journey, stage: Stage, before: Stage | None) -> None:
    hold(session, journey)
    stages = stages_of(session, journey)
    _arrange(put_before(in_use(stages), stage, before), stages)


def retire_stage(session: Session, journey: Journey, stage: Stage, *, at: datetime) -> None:
    """Take a stage off the map, its touchpoints with it; they come back with it."""
    hold(session, journey)
    if in_use(stages_of(session, journey)) == [stage]:
        raise LastStageError
    stage.retired_at = stage.retired_at or at


def delete_stage(session: Session, journey: Journey, stage: Stage) -> None:
    """Delete a stage that never had a touchpoint, or has lost them all to other stages."""
    hold(session, journey)
    if in_use(stages_of(session, journey)) == [stage]:
        raise LastStageError
    delete_unused(session, "stage", stage)


def add_touchpoint(
    session: Session,
    stage: Stage,
    *,
    name: Translations,
    channel: Channel | None,
    initiative: str,
) -> Touchpoint:
    hold(session, stage.journey)
    taken = set(
        session.scalars(select(Touchpoint.key).where(Touchpoint.journey_id == stage.journey_id))
    )
    if len(taken) >= TOUCHPOINTS_LIMIT:
        raise FullError
    return services.add_touchpoint(
        session,
        stage,
        key=new_key(name, taken, otherwise="touchpoint"),
        name=name,
        channel=channel,
        initiative=initiative,
    )


def change_touchpoint(
    session: Session,
    touchpoint: Touchpoint,
    *,
    name: Translations,
    channel: Channel | None,
    initiative: str,
    stage: Stage,
) -> JsonObject:
    """Change what a touchpoint is; in another stage it goes to the end."""
    before = touchpoint.stage
    changes = change_fields(touchpoint, name=name, channel=channel, initiative=initiative)
    if stage.id != before.id:
        put_touchpoint(session, touchpoint, stage, None)
        changes["stage"] = [before.key, stage.key]
    return changes


def move_touchpoint(session: Session, touchpoint: Touchpoint, direction: str) -> None:
    """One place up or down within its stage."""
    hold(session, touchpoint.stage.journey)
    touchpoints = touchpoints_of(session, touchpoint.stage)
    _arrange(stepped(in_use(touchpoints), touchpoint, direction), touchpoints)


def put_touchpoint(
    session: Session, touchpoint: Touchpoint, stage: Stage, before: Touchpoint | None
) -> None:
    """Into `stage`, just before `before` or at the end. Its answers go with it."""
    hold(session, stage.journey)
    touchpoints = touchpoints_of(session, stage)
    touchpoint.stage = stage
    _arrange(put_before(in_use(touchpoints), touchpoint, before), touchpoints)
    session.flush()


def retire_touchpoint(touchpoint: Touchpoint, *, at: datetime) -> None:
    touchpoint.retired_at = touchpoint.retired_at or at


def restore(part: Stage | Touchpoint) -> None:
    part.retired_at = None


def delete_touchpoint(session: Session, touchpoint: Touchpoint) -> None:
    delete_unused(session, "touchpoint", touchpoint)


def stages_of(session: Session, journey: Journey) -> Sequence[Stage]:
    return session.scalars(
        select(Stage).where(Stage.journey_id == journey.id).order_by(Stage.position, Stage.id)
    ).all()


def touchpoints_of(session: Session, stage: Stage) -> Sequence[Touchpoint]:
    return session.scalars(
        select(Touchpoint)
        .where(Touchpoint.stage_id == stage.id)
        .order_by(Touchpoint.position, Touchpoint.id)
    ).all()


def delete_unused(
    session: Session, part: Part, row: Stage | Touchpoint | Channel | Persona
) -> None:
    """Delete `row` unless something points at it, be it only a response that was withdrawn."""
    if is_used(session, part, row.id):
        raise InUseError
    try:
        with session.begin_nested():
            session.delete(row)
    except IntegrityError:
        raise InUseError from None


def _arrange(
    shown: Sequence[Stage] | Sequence[Touchpoint], everything: Sequence[Stage | Touchpoint]
) -> None:
    """Number what is shown in its new order, and what is retired after it."""
    renumber([*shown, *retired(everything)])
