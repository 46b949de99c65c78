"""Making surveys, publishing their revisions, and the links that lead to them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.content.texts import LANGUAGES
from cjm_feedback.journeys.models import Channel, Journey, Touchpoint
from cjm_feedback.surveys.models import Link, Question, Revision, Survey
from cjm_feedback.surveys.published import forget_after_commit
from cjm_feedback.surveys.wording import (
    InvalidWordingError,
    SurveyWording,
    check_wording,
    content_hash,
    plain_choices,
)

ID_ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
"""No pair of signs that look alike: people type a link off a receipt."""
ID_LENGTH = 12


class LinkMismatchError(ValueError):
    """The touchpoint or the channel does not belong to where the survey asks."""


def create_survey(
    session: Session,
    journey: Journey,
    template: SurveyWording,
    *,
    slug: str,
    at: datetime,
    scope: str = "touchpoint",
    default_language: str = LANGUAGES[0],
    languages: Sequence[str] = LANGUAGES,
    author_id: int | None = None,
) -> Survey:
    """A survey that is open from `at` on, with `template` as its first revision.

    The caller commits.
    """
    survey = Survey(
        journey=journey,
        slug=slug,
        scope=scope,
        name=dict(template.title),
        default_language=default_language,
        opens_at=at,
        created_at=at,
    )
    session.add(survey)
    session.flush()
    publish_revision(session, survey, template, at=at, author_id=author_id, languages=languages)
    return survey


def publish_revision(
    session: Session,
    survey: Survey,
    content: SurveyWording,
    *,
    at: datetime,
    author_id: int | None = None,
    languages: Sequence[str] = LANGUAGES,
) -> Revision:
    """Make `content` what the survey asks from now on; who has begun finishes what they began.

    Unchanged content stays the revision it is. Words missing in a language, and content that
    cannot be asked, raise `InvalidWordingError`. The caller commits.
    """
    check_wording(content, languages)
    # Two people who publish at once wait for each other, or both would take the same number.
    session.execute(select(Survey.id).where(Survey.id == survey.id).with_for_update())
    latest = session.scalar(
        select(Revision)
        .where(Revision.survey_id == survey.id)
        .order_by(Revision.number.desc())
        .limit(1)
    )
    digest = content_hash(content, languages)
    if latest is not None and latest.content_hash == digest:
        return latest
    _check_types_kept(session, survey, content)
    revision = Revision(
        survey_id=survey.id,
        number=latest.number + 1 if latest else 1,
        languages=list(languages),
        title=dict(content.title),
        intro=dict(content.intro),
        thanks=dict(content.thanks),
        content_hash=digest,
        author_id=author_id,
        published_at=at,
        questions=_questions(content),
    )
    session.add(revision)
    session.flush()
    session.expire(survey, ["revisions"])
    forget_after_commit(session, survey.id)
    return revision


def close_survey(session: Session, survey: Survey, *, at: datetime) -> None:
    """Take no answers from `at` on. The caller commits."""
    survey.closes_at = at
    forget_after_commit(session, survey.id)


def create_link(
    session: Session,
    survey: Survey,
    touchpoint: Touchpoint | None,
    channel: Channel,
    *,
    at: datetime,
    campaign: str = "",
) -> Link:
    """A way to `survey`; its answers belong to `touchpoint` and `channel`. The caller commits."""
    if (touchpoint is None) != (survey.scope == "journey"):
        raise LinkMismatchError("a touchpoint survey's link names a touchpoint, a journey's none")
    if touchpoint is not None and touchpoint.journey_id != survey.journey_id:
        raise LinkMismatchError("the touchpoint belongs to another journey")
    if channel.workspace_id != survey.journey.workspace_id:
        raise LinkMismatchError("the channel belongs to another workspace")
    link = Link(
        public_id="".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH)),
        survey=survey,
        touchpoint=touchpoint,
        channel=channel,
        campaign=campaign,
        created_at=at,
    )
    session.add(link)
    session.flush()
    return link


def disable_link(session: Session, link: Link, *, at: datetime) -> None:
    """Take no answers by this link from `at` on. The caller commits."""
    link.disabled_at = at
    forget_after_commit(session, link.survey_id)


def _check_types_kept(session: Session, survey: Survey, content: SurveyWording) -> None:
    """A key names one question over all revisions: its answers must stay comparable."""
    rows = session.execute(
        select(Question.key, Question.type)
        .join(Revision, Revision.id == Question.revision_id)
        .where(Revision.survey_id == survey.id)
        .distinct()
    )
    known = dict(rows.all())
    changed = [
        f"{question.key} was asked as {known[question.key]}, a {question.type} needs another key"
        for question in content.questions
        if known.get(question.key, question.type) != question.type
    ]
    if changed:
        raise InvalidWordingError(changed)


def _questions(content: SurveyWording) -> list[Question]:
    return [
        Question(
            position=position,
            key=question.key,
            type=question.type,
            required=question.required,
            text=dict(question.text),
            help=dict(question.help),
            choices=plain_choices(question),
        )
        for position, question in enumerate(content.questions)
    ]
