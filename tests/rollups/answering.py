"""Answering a survey as customers do, without a page around it."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from cjm_feedback.questionnaire.types import REGISTRY
from cjm_feedback.responses.models import Response
from cjm_feedback.responses.services import submit_response
from cjm_feedback.surveys.models import Link
from tests.conftest import NOW

_keys = count(1)


def answer(
    session: Session,
    link: Link,
    *,
    at: datetime = NOW,
    language: str = "cs",
    **answers: int | str,
) -> Response:
    """A response by `link`; `answers` by the key of their question."""
    revision = link.survey.revisions[-1]
    values = {
        question.key: REGISTRY[question.type].clean(
            answers[question.key], [choice["key"] for choice in question.choices]
        )
        for question in revision.questions
        if question.key in answers
    }
    assert values.keys() == answers.keys(), "the survey has no such question"
    receipt = submit_response(
        session,
        survey=link.survey,
        revision=revision,
        link=link,
        touchpoint=link.touchpoint,
        channel=link.channel,
        language=language,
        answers=values,
        key=f"key-{next(_keys)}",
        fingerprint="fingerprint",
        source="import",
        received_at=at,
        at=at,
    )
    session.commit()
    return session.get_one(Response, receipt.response_id)
