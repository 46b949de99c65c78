"""Answers to have in the database when a structure that they point at is edited."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cjm_feedback.journeys.models import Channel, Touchpoint
from cjm_feedback.questionnaire.answers import AnswerValue
from cjm_feedback.responses.models import Response
from cjm_feedback.responses.services import submit_response, withdraw_response
from cjm_feedback.surveys.models import Link, Survey
from tests.conftest import NOW


def answer(session: Session, link: Link, *, key: str = "key", csat: int = 4) -> Response:
    """An answer by `link`, another one for each `key`."""
    return _store(session, link.survey, link, link.touchpoint, link.channel, key=key, csat=csat)


def withdrawn_answer(
    session: Session, survey: Survey, touchpoint: Touchpoint, channel: Channel
) -> Response:
    """An answer of a file, so that no link points anywhere, that was taken back."""
    response = _store(session, survey, None, touchpoint, channel, key="gone", csat=1)
    withdraw_response(session, response, at=NOW)
    session.commit()
    return response


def _store(
    session: Session,
    survey: Survey,
    link: Link | None,
    touchpoint: Touchpoint | None,
    channel: Channel,
    *,
    key: str,
    csat: int,
) -> Response:
    receipt = submit_response(
        session,
        survey=survey,
        revision=survey.revisions[-1],
        link=link,
        touchpoint=touchpoint,
        channel=channel,
        language="cs",
        answers={"csat": AnswerValue(number=csat)},
        key=key,
        fingerprint="f" * 64,
        source="page" if link else "import",
        received_at=NOW,
        at=NOW,
    )
    session.commit()
    return session.get_one(Response, receipt.response_id)
