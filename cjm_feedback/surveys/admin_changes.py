"""What admins do with surveys and their links, beyond making them. The caller commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cjm_feedback.content.templates import SurveyTemplate
from cjm_feedback.db import JsonObject
from cjm_feedback.journeys.changes import change_fields
from cjm_feedback.journeys.keys import new_key
from cjm_feedback.journeys.models import Journey, Touchpoint
from cjm_feedback.surveys.admin_queries import channels_in_use, touchpoints_in_use
from cjm_feedback.surveys.models import Link, Revision, Survey
from cjm_feedback.surveys.published import forget_after_commit
from cjm_feedback.surveys.services import create_link, create_survey, publish_revision

RESERVED_SLUGS = frozenset({"new"})
"""Addresses under `/surveys/` that are no survey's."""
SLUG_TRIES = 5


@dataclass(frozen=True)
class ChoiceWording:
    key: str
    text: Mapping[str, str]


@dataclass(frozen=True)
class QuestionWording:
    key: str
    type: str
    required: bool
    text: Mapping[str, str]
    help: Mapping[str, str]
    choices: Sequence[ChoiceWording]


@dataclass(frozen=True)
class PublishedWording:
    """The content of a revision, in the form in which the next one is published."""

    title: Mapping[str, str]
    intro: Mapping[str, str]
    thanks: Mapping[str, str]
    questions: Sequence[QuestionWording]


def add_survey(
    session: Session,
    journey: Journey,
    template: SurveyTemplate,
    *,
    default_language: str,
    linked: bool,
    at: datetime,
    author_id: int | None,
) -> Survey:
    """A survey out of `template`, open from `at` on.

    When `linked`, every touchpoint that it asks about gets a link by its usual channel.
    """
    survey = _create_under_free_slug(
        session, journey, template, default_language=default_language, at=at, author_id=author_id
    )
    channels = channels_in_use(session, journey.workspace_id)
    if not linked or not channels:
        return survey
    for touchpoint in touchpoints_asked_about(session, journey, template):
        create_link(session, survey, touchpoint, touchpoint.channel or channels[0], at=at)
    return survey


def touchpoints_asked_about(
    session: Session, journey: Journey, template: SurveyTemplate
) -> list[Touchpoint]:
    """Those of the stage the template is made for; of every stage, if it fits any."""
    return [
        touchpoint
        for touchpoint in touchpoints_in_use(session, journey)
        if template.stage in (touchpoint.stage.key, None)
    ]


def change_times(
    session: Session, survey: Survey, *, opens_at: datetime, closes_at: datetime | None
) -> JsonObject:
    """Take answers from `opens_at` until `closes_at`."""
    changes = change_fields(survey, opens_at=opens_at, closes_at=closes_at)
    if changes:
        forget_after_commit(session, survey.id)
    return changes


def change_languages(
    session: Session,
    survey: Survey,
    revision: Revision,
    *,
    languages: Sequence[str],
    default_language: str,
    at: datetime,
    author_id: int | None,
) -> JsonObject:
    """Ask in `languages`, by a new revision where those differ.

    Words missing in one of them raise `InvalidWordingError`.
    """
    changes = change_fields(survey, default_language=default_language)
    if list(languages) != list(revision.languages):
        publish_revision(
            session,
            survey,
            wording_of(revision),
            at=at,
            author_id=author_id,
            languages=languages,
        )
        changes["languages"] = [", ".join(revision.languages), ", ".join(languages)]
    if changes:
        forget_after_commit(session, survey.id)
    return changes


def reopen_survey(session: Session, survey: Survey, *, at: datetime) -> None:
    """Take answers again, without an end."""
    change_times(session, survey, opens_at=min(survey.opens_at, at), closes_at=None)


def enable_link(session: Session, link: Link) -> None:
    """Take answers by this link again."""
    link.disabled_at = None
    forget_after_commit(session, link.survey_id)


def wording_of(revision: Revision) -> PublishedWording:
    return PublishedWording(
        title=revision.title,
        intro=revision.intro,
        thanks=revision.thanks,
        questions=[
            QuestionWording(
                key=question.key,
                type=question.type,
                required=question.required,
                text=question.text,
                help=question.help,
                choices=[
                    ChoiceWording(str(choice["key"]), choice["text"]) for choice in question.choices
                ],
            )
            for question in revision.questions
        ],
    )


def _create_under_free_slug(
    session: Session,
    journey: Journey,
    template: SurveyTemplate,
    *,
    default_language: str,
    at: datetime,
    author_id: int | None,
) -> Survey:
    """Slugs are unique in the installation: somebody elsewhere may take ours while we look."""
    taken = set(session.scalars(select(Survey.slug))) | RESERVED_SLUGS
    for _ in range(SLUG_TRIES):
        slug = new_key({"en": f"{journey.slug} {template.key}"}, taken, otherwise="survey")
        try:
            with session.begin_nested():
                return create_survey(
                    session,
                    journey,
                    template,
                    slug=slug,
                    default_language=default_language,
                    at=at,
                    author_id=author_id,
                )
        except IntegrityError:
            taken.add(slug)
    raise RuntimeError("no slug is free")
