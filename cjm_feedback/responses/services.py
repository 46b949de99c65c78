"""Taking a response, exactly once, and giving it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.journeys.models import Channel, Touchpoint
from cjm_feedback.journeys.personas import persona_for
from cjm_feedback.questionnaire.answers import AnswerValue
from cjm_feedback.responses.changes import local_day, submitted_changes
from cjm_feedback.responses.idempotency import fingerprint as fingerprint_of
from cjm_feedback.responses.idempotency import stored_key
from cjm_feedback.responses.models import Answer, IdempotencyKey, Response, TextScore
from cjm_feedback.responses.personas import persona_rules
from cjm_feedback.responses.queries import find_link
from cjm_feedback.responses.receipts import Receipt, new_code, new_external_id
from cjm_feedback.rollups.services import CellKeyTuple, record_changes, take_back
from cjm_feedback.surveys.models import Link, Revision, Survey
from cjm_feedback.surveys.published import PublishedSurvey

WITHDRAWN = ""
"""The fingerprint of what was withdrawn: a hash of few answers could be guessed back."""


class SurveyClosedError(Exception):
    """The survey does not take responses at this moment."""


class KeyReusedError(Exception):
    """The key belongs to a response with other answers; `receipt` is that response's."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__("another response was sent with this key")
        self.receipt = receipt


def submit_response(
    session: Session,
    *,
    survey: Survey,
    revision: Revision,
    link: Link | None,
    touchpoint: Touchpoint | None,
    channel: Channel,
    language: str,
    answers: Mapping[str, AnswerValue],
    key: str,
    fingerprint: str,
    source: str,
    received_at: datetime,
    at: datetime,
    external_id: str | None = None,
    enqueue_reading: bool = True,
) -> Receipt:
    """Store a response with all that follows from it, or find the one that this is a repeat of.

    A repeat is recognised by `key`, also after the survey has closed: who never saw the first
    thank-you gets the same receipt. One with an `external_id` is recognised by that too, whatever
    brought it first; one without gets one, so that an export can be taken in again. A file may
    bring answers from before or after the survey was open. `answers` are clean. The caller
    commits; until then nothing is promised to anybody.
    """
    attempt = stored_key(source, survey.id, key)
    known = known_receipt(session, attempt, fingerprint)
    if known is not None:
        return known
    if source != "import" and not _takes_answers(survey, link, at):
        raise SurveyClosedError(survey.slug)
    response = Response(
        journey_id=survey.journey_id,
        survey_id=survey.id,
        revision_id=revision.id,
        link_id=None if link is None else link.id,
        touchpoint_id=None if touchpoint is None else touchpoint.id,
        channel_id=channel.id,
        persona_id=_persona(session, survey, channel, language, answers),
        language=language,
        received_at=received_at,
        local_day=local_day(received_at, survey.journey.timezone),
        source=source,
        external_id=external_id or new_external_id(),
        receipt=new_code(),
    )
    try:
        with session.begin_nested():
            _store(session, response, revision, answers)
            session.add(
                IdempotencyKey(
                    key=attempt, fingerprint=fingerprint, response_id=response.id, created_at=at
                )
            )
            session.flush()
    except IntegrityError:
        # The same submission, sent twice at once, was faster on another connection, or came in
        # by another way before.
        known = known_receipt(session, attempt, fingerprint)
        if known is None and external_id is not None:
            known = _receipt_by_id(session, survey.id, external_id, fingerprint)
        if known is None:
            raise
        return known
    changes = submitted_changes(_cell(response), revision.questions, answers)
    record_changes(session, changes, response_id=response.id, reason="submit", at=at)
    if enqueue_reading:
        enqueue(session, "read_responses", {"response_ids": [response.id]}, at=at)
    return Receipt(response.receipt, response.id)


def submit_by_link(
    session: Session,
    published: PublishedSurvey,
    *,
    language: str,
    answers: Mapping[str, AnswerValue],
    key: str,
    source: str,
    at: datetime,
) -> Receipt:
    """Take an answer to what a link showed. The caller commits.

    Whether the survey is open is read from the database, whatever was remembered of it.
    """
    link = find_link(session, published.public_id)
    if link is None:
        raise SurveyClosedError(published.slug)
    return submit_response(
        session,
        survey=link.survey,
        revision=session.get_one(Revision, published.revision_id),
        link=link,
        touchpoint=link.touchpoint,
        channel=link.channel,
        language=language,
        answers=answers,
        key=f"{published.public_id}:{key}",
        fingerprint=fingerprint_of(answers, language),
        source=source,
        received_at=at,
        at=at,
    )


def receipt_by_link(
    session: Session,
    published: PublishedSurvey,
    *,
    language: str,
    answers: Mapping[str, AnswerValue],
    key: str,
    source: str,
) -> Receipt | None:
    """The receipt that `submit_by_link` gave for the same submission, if there was one."""
    attempt = stored_key(source, published.survey_id, f"{published.public_id}:{key}")
    return known_receipt(session, attempt, fingerprint_of(answers, language))


def known_receipt(session: Session, attempt: str, fingerprint: str) -> Receipt | None:
    """The receipt that was given for this attempt (`stored_key`), if it was made before."""
    return _known(session, IdempotencyKey.key == attempt, fingerprint)


def _receipt_by_id(
    session: Session, survey_id: int, external_id: str, fingerprint: str
) -> Receipt | None:
    this = and_(Response.survey_id == survey_id, Response.external_id == external_id)
    return _known(session, this, fingerprint)


def _known(session: Session, this: ColumnElement[bool], fingerprint: str) -> Receipt | None:
    row = session.execute(
        select(IdempotencyKey.fingerprint, Response.receipt, Response.id)
        .join(Response, Response.id == IdempotencyKey.response_id)
        .where(this)
    ).one_or_none()
    if row is None:
        return None
    receipt = Receipt(row.receipt, row.id, repeated=True)
    if row.fingerprint not in (fingerprint, WITHDRAWN):
        raise KeyReusedError(receipt)
    return receipt


def withdraw_response(session: Session, response: Response, *, at: datetime) -> None:
    """Take a response out of every figure and delete what it said. The caller commits.

    The row stays, so that the same submission sent once more is not counted as a new one.
    Withdrawing twice is withdrawing once.
    """
    session.refresh(response, with_for_update=True)
    if response.withdrawn_at is not None:
        return
    take_back(session, response.id, reason="withdraw", at=at)
    # Scores and theme hits go with the answers they stand on.
    session.execute(delete(Answer).where(Answer.response_id == response.id))
    session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.response_id == response.id)
        .values(fingerprint=WITHDRAWN)
    )
    response.withdrawn_at = at
    session.flush()
    session.expire(response, ["answers", "scores"])


def _takes_answers(survey: Survey, link: Link | None, at: datetime) -> bool:
    return survey.is_open(at) and (link is None or link.disabled_at is None)


def _persona(
    session: Session,
    survey: Survey,
    channel: Channel,
    language: str,
    answers: Mapping[str, AnswerValue],
) -> int | None:
    return persona_for(
        persona_rules(session, survey.journey_id),
        channel=channel.key,
        language=language,
        answers={key: value.plain for key, value in answers.items()},
    )


def _store(
    session: Session, response: Response, revision: Revision, answers: Mapping[str, AnswerValue]
) -> None:
    """The response, its answers word for word, and a reading to be done of every text."""
    session.add(response)
    for question in revision.questions:
        value = answers.get(question.key)
        if value is None:
            continue
        answer = Answer(
            question_id=question.id, number=value.number, choice=value.choice, text=value.text
        )
        response.answers.append(answer)
        if value.text is not None:
            response.scores.append(
                TextScore(
                    answer=answer,
                    journey_id=response.journey_id,
                    touchpoint_id=response.touchpoint_id,
                )
            )
    session.flush()


def _cell(response: Response) -> CellKeyTuple:
    return CellKeyTuple(
        journey_id=response.journey_id,
        touchpoint_id=response.touchpoint_id or 0,
        survey_id=response.survey_id,
        series="",
        persona_id=response.persona_id or 0,
        channel_id=response.channel_id,
        language=response.language,
        day=response.local_day,
    )
