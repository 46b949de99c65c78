"""Which persona the responses of a journey belong to, also after its rules have changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.journeys.models import Channel, Journey, Persona, PersonaRule
from cjm_feedback.journeys.personas import (
    InvalidConditionError,
    Rule,
    persona_for,
    read_conditions,
)
from cjm_feedback.responses.models import Answer, Response
from cjm_feedback.rollups.services import CellChange, contributions, record_all
from cjm_feedback.surveys.models import Question

CHUNK = 500


def persona_rules(session: Session, journey_id: int) -> list[Rule]:
    """The rules of a journey in their order, without those of retired personas.

    A stored rule that cannot be understood fits nobody: it must not keep a customer from
    answering.
    """
    rows = session.execute(
        select(PersonaRule.persona_id, PersonaRule.conditions)
        .join(Persona, Persona.id == PersonaRule.persona_id)
        .where(PersonaRule.journey_id == journey_id, Persona.retired_at.is_(None))
        .order_by(PersonaRule.position)
    )
    rules = []
    for persona_id, stored in rows:
        try:
            rules.append(Rule(persona_id, read_conditions(stored)))
        except InvalidConditionError:
            continue
    return rules


def reassign_personas(session: Session, journey: Journey, *, at: datetime) -> int:
    """Apply the rules as they are now to every response of `journey`; says how many moved.

    Figures follow by signed changes, so that nothing else moves. Safe to repeat. The caller
    commits.
    """
    moved = 0
    after: int | None = 0
    while after is not None:
        some, after = reassign_next(session, journey, after=after, at=at)
        moved += some
    return moved


def reassign_next(
    session: Session, journey: Journey, *, after: int, at: datetime
) -> tuple[int, int | None]:
    """The same for the next responses after the one with the id `after`.

    How many moved, and the last of them to go on after; None when there are no more.
    """
    chunk = _next_chunk(session, journey.id, after)
    if not chunk:
        return 0, None
    channels = dict(
        session.execute(
            select(Channel.id, Channel.key).where(Channel.workspace_id == journey.workspace_id)
        ).all()
    )
    rules = persona_rules(session, journey.id)
    moved = _reassign(session, chunk, rules, channels, at=at)
    return moved, chunk[-1].id if len(chunk) == CHUNK else None


def _next_chunk(session: Session, journey_id: int, after: int) -> Sequence[Response]:
    return session.scalars(
        select(Response)
        .where(
            Response.journey_id == journey_id,
            Response.id > after,
            Response.withdrawn_at.is_(None),
        )
        .order_by(Response.id)
        .limit(CHUNK)
        .with_for_update()
    ).all()


def _reassign(
    session: Session,
    responses: Sequence[Response],
    rules: Sequence[Rule],
    channels: dict[int, str],
    *,
    at: datetime,
) -> int:
    answers = _answers(session, [response.id for response in responses])
    moving = {}
    for response in responses:
        persona_id = persona_for(
            rules,
            channel=channels[response.channel_id],
            language=response.language,
            answers=answers[response.id],
        )
        if persona_id != response.persona_id:
            response.persona_id = persona_id
            moving[response.id] = persona_id or 0
    counted = contributions(session, list(moving))
    changes = {
        response_id: _moved(counted[response_id], persona_id)
        for response_id, persona_id in moving.items()
    }
    record_all(session, changes, reason="persona", at=at)
    session.flush()
    return len(moving)


def _moved(present: Sequence[CellChange], persona_id: int) -> list[CellChange]:
    there = [
        CellChange(change.key._replace(persona_id=persona_id), change.measures)
        for change in present
    ]
    return [*(-change for change in present), *there]


def _answers(session: Session, response_ids: Sequence[int]) -> dict[int, dict[str, object]]:
    rows = session.execute(
        select(Answer.response_id, Question.key, Answer.number, Answer.choice, Answer.text)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.response_id.in_(response_ids))
    )
    answers: defaultdict[int, dict[str, object]] = defaultdict(dict)
    for response_id, key, number, choice, text in rows:
        answers[response_id][key] = next(
            value for value in (number, choice, text) if value is not None
        )
    return answers
