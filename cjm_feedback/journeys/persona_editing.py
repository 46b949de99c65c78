"""Changing personas and the rules that tell whose answer it was. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cjm_feedback.db import JsonObject, Translations
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.journeys import services
from cjm_feedback.journeys.changes import change_fields
from cjm_feedback.journeys.editing import FullError, delete_unused, hold
from cjm_feedback.journeys.keys import new_key
from cjm_feedback.journeys.models import Journey, Persona, PersonaRule
from cjm_feedback.journeys.ordering import in_use, renumber, retired, stepped
from cjm_feedback.journeys.personas import Condition, read_conditions, write_conditions

ASSIGN_PERSONAS = "assign_personas"
PERSONAS_LIMIT = 30
RULES_LIMIT = 100
CONDITIONS_LIMIT = 10


def personas_of(session: Session, journey: Journey) -> Sequence[Persona]:
    return session.scalars(
        select(Persona)
        .where(Persona.journey_id == journey.id)
        .order_by(Persona.position, Persona.id)
    ).all()


def add_persona(session: Session, journey: Journey, *, name: Translations, **known: Any) -> Persona:
    hold(session, journey)
    personas = personas_of(session, journey)
    if len(personas) >= PERSONAS_LIMIT:
        raise FullError
    key = new_key(name, {one.key for one in personas}, otherwise="persona")
    return services.add_persona(session, journey, key=key, name=name, **known)


def change_persona(persona: Persona, **known: Any) -> JsonObject:
    return change_fields(persona, **known)


def move_persona(session: Session, journey: Journey, persona: Persona, direction: str) -> None:
    hold(session, journey)
    personas = personas_of(session, journey)
    renumber([*stepped(in_use(personas), persona, direction), *retired(personas)])


def retire_persona(session: Session, journey: Journey, persona: Persona, *, at: datetime) -> None:
    """From now on the rules of `persona` rest, for answers old and new."""
    persona.retired_at = persona.retired_at or at
    assign_again(session, journey, at=at)


def restore_persona(session: Session, journey: Journey, persona: Persona, *, at: datetime) -> None:
    persona.retired_at = None
    assign_again(session, journey, at=at)


def delete_persona(session: Session, journey: Journey, persona: Persona) -> None:
    """Delete a persona that no answer belongs to, and its rules with it."""
    hold(session, journey)
    with session.begin_nested():
        session.execute(delete(PersonaRule).where(PersonaRule.persona_id == persona.id))
        session.expire(persona, ["rules"])
        delete_unused(session, "persona", persona)


def rules_of(session: Session, journey: Journey) -> Sequence[PersonaRule]:
    """The rules in their order: the first that fits decides."""
    return session.scalars(
        select(PersonaRule)
        .where(PersonaRule.journey_id == journey.id)
        .order_by(PersonaRule.position)
    ).all()


def add_rule(
    session: Session, journey: Journey, persona: Persona, condition: Condition, *, at: datetime
) -> PersonaRule:
    """A rule after all others, so that it takes no answer away from them."""
    hold(session, journey)
    if len(rules_of(session, journey)) >= RULES_LIMIT:
        raise FullError
    _checked([condition])
    rule = services.add_rule(session, persona, [condition])
    assign_again(session, journey, at=at)
    return rule


def set_conditions(
    session: Session,
    journey: Journey,
    rule: PersonaRule,
    conditions: Sequence[Condition],
    *,
    at: datetime,
) -> None:
    """All of `conditions` must hold from now on."""
    if len(conditions) > CONDITIONS_LIMIT:
        raise FullError
    rule.conditions = _checked(conditions)
    assign_again(session, journey, at=at)


def give_rule(
    session: Session, journey: Journey, rule: PersonaRule, persona: Persona, *, at: datetime
) -> None:
    rule.persona_id = persona.id
    assign_again(session, journey, at=at)


def move_rule(
    session: Session, journey: Journey, rule: PersonaRule, direction: str, *, at: datetime
) -> None:
    hold(session, journey)
    rules = stepped(rules_of(session, journey), rule, direction)
    # Places are unique, so that nobody may pass through the place of another on the way.
    for position, one in enumerate(rules):
        one.position = -1 - position
    session.flush()
    renumber(rules)
    assign_again(session, journey, at=at)


def delete_rule(session: Session, journey: Journey, rule: PersonaRule, *, at: datetime) -> None:
    session.delete(rule)
    assign_again(session, journey, at=at)


def assign_again(session: Session, journey: Journey, *, at: datetime) -> None:
    """Have the rules as they will be after the commit applied to every answer of the journey.

    A job that nobody has begun will see them too, so that one is enough. Its row is held: on
    PostgreSQL it could otherwise begin before our commit, and read the rules as they were.
    """
    session.flush()
    waiting = session.scalars(
        select(Job).where(Job.kind == ASSIGN_PERSONAS, Job.status == "queued").with_for_update()
    )
    if all(job.payload != {"journey_id": journey.id} for job in waiting):
        enqueue(session, ASSIGN_PERSONAS, {"journey_id": journey.id}, at=at)


def _checked(conditions: Sequence[Condition]) -> JsonObject:
    stored = write_conditions(conditions)
    read_conditions(stored)
    return stored
