"""What the surveys of a journey ask, for the rules that tell personas apart."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.journeys.facts import Fact, Option, offers_facts
from cjm_feedback.journeys.personas import ANSWER
from cjm_feedback.questionnaire.types import REGISTRY, LongText, Scale
from cjm_feedback.surveys.models import Question, Revision, Survey


@offers_facts
def asked_facts(session: Session, journey_id: int) -> Iterator[Fact]:
    """One for each question key that is asked at present, in the words of its newest survey.

    What people write at length is left out: no rule would ever meet it word for word.
    """
    newest = (
        select(Revision.survey_id, func.max(Revision.number).label("number"))
        .group_by(Revision.survey_id)
        .subquery()
    )
    questions = session.scalars(
        select(Question)
        .join(Revision, Revision.id == Question.revision_id)
        .join(
            newest,
            (newest.c.survey_id == Revision.survey_id) & (newest.c.number == Revision.number),
        )
        .join(Survey, Survey.id == Revision.survey_id)
        .where(Survey.journey_id == journey_id)
        .order_by(Survey.id, Question.position)
    )
    for question in questions:
        kind = REGISTRY[question.type]
        if isinstance(kind, LongText):
            continue
        yield Fact(
            ANSWER + question.key,
            question.text,
            options=_options(question),
            numbers=range(kind.low, kind.high + 1) if isinstance(kind, Scale) else None,
        )


def _options(question: Question) -> tuple[Option, ...]:
    if isinstance(REGISTRY[question.type], Scale):
        return ()
    texts = {str(choice["key"]): choice["text"] for choice in question.choices}
    keys = REGISTRY[question.type].choices(question.option_keys)
    return tuple(Option(str(key), texts.get(str(key), {})) for key in keys)
