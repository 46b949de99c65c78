"""The example workspace: a bookshop with twelve weeks of answers, and an empty restaurant.

It is put together in steps, each safe to repeat: whoever stops half-way goes on later, and nothing
is added twice. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cjm_feedback.accounts.models import Membership, User, Workspace
from cjm_feedback.accounts.services import add_member, create_user, create_workspace, make_owner
from cjm_feedback.analysis.services import read_texts
from cjm_feedback.content.example import (
    EXAMPLE_LINKS,
    TIMEZONE,
    WORKSPACE_NAME,
    WORKSPACE_SLUG,
    ExampleAnswer,
    example_answers,
)
from cjm_feedback.content.example_story import STORY
from cjm_feedback.content.journeys import RESTAURANT, SHOP
from cjm_feedback.journeys.models import Channel, Journey, Touchpoint
from cjm_feedback.journeys.services import channels_of
from cjm_feedback.maps.services import refresh_map
from cjm_feedback.questionnaire.answers import AnswerValue
from cjm_feedback.responses.idempotency import fingerprint
from cjm_feedback.responses.models import Response, TextScore
from cjm_feedback.responses.services import submit_response
from cjm_feedback.sentiment.registry import Registry, read_comment, registry_of
from cjm_feedback.setup.services import (
    DEFAULT_WORKSPACE,
    add_goals,
    add_personas,
    add_surveys,
    build_journey,
    ensure_schedule,
    survey_slug,
)
from cjm_feedback.surveys.models import Link, Question, Revision, Survey
from cjm_feedback.surveys.services import create_link, create_survey

SHOP_SLUG = "shop"
RESTAURANT_SLUG = "restaurant"
ADMIN_EMAIL = "jana.mala@modra-sova.example"
ADMIN_NAME = "Jana Malá"
CHUNK = 100
OPEN_SINCE = timedelta(weeks=STORY.weeks + 1)


@dataclass(frozen=True)
class _Place:
    """Where the answers of one survey go."""

    survey: Survey
    revision: Revision
    questions: dict[str, Question]
    links: dict[tuple[str, str], Link]


def is_empty(session: Session) -> bool:
    """Whether nobody works here yet: nobody was let in, nothing was answered, no other brand."""
    ours = select(Workspace.id).where(Workspace.slug == WORKSPACE_SLUG)
    shop = select(Journey.id).where(Journey.workspace_id.in_(ours))
    known = (DEFAULT_WORKSPACE, WORKSPACE_SLUG)
    return not any(
        session.scalar(statement.limit(1))
        for statement in (
            select(Workspace.id).where(Workspace.slug.not_in(known)),
            select(Membership.id).where(Membership.workspace_id.not_in(ours)),
            select(Response.id).where(Response.journey_id.not_in(shop)),
        )
    )


def add_structure(session: Session, *, at: datetime) -> Journey:
    """The workspace with its two journeys, surveys, links, schedule and admin; gives the shop."""
    workspace = create_workspace(session, slug=WORKSPACE_SLUG, name=WORKSPACE_NAME, at=at)
    _add_admin(session, workspace, at=at)
    known = set(session.scalars(select(Journey.slug).where(Journey.workspace_id == workspace.id)))
    if RESTAURANT_SLUG not in known:
        restaurant = build_journey(session, workspace, RESTAURANT, slug=RESTAURANT_SLUG, at=at)
        add_goals(session, restaurant, RESTAURANT)
        add_surveys(session, restaurant, RESTAURANT.surveys, at=at)
        ensure_schedule(session, restaurant, at=at)
    shop = find_shop(session)
    if shop is None:
        shop = build_journey(session, workspace, SHOP, slug=SHOP_SLUG, at=at)
        add_goals(session, shop, SHOP)
        add_personas(session, shop, SHOP, [persona.key for persona in SHOP.personas])
        _add_shop_surveys(session, shop, at=at)
        ensure_schedule(session, shop, at=at)
    return shop


def find_shop(session: Session) -> Journey | None:
    """The example's own journey: another brand's may be called shop as well."""
    return session.scalar(
        select(Journey)
        .join(Workspace, Workspace.id == Journey.workspace_id)
        .where(Journey.slug == SHOP_SLUG, Workspace.slug == WORKSPACE_SLUG)
    )


def missing_answers(session: Session, shop: Journey) -> list[ExampleAnswer]:
    """The answers that are not stored yet, oldest first.

    They end on the day before the journey was made, whenever they are asked for: a later repeat
    would otherwise tell the same story once more, some days on.
    """
    known = set(session.scalars(select(Response.external_id).where(Response.journey_id == shop.id)))
    return [one for one in example_answers(last_day(shop)) if one.external_id not in known]


def last_day(shop: Journey) -> date:
    return shop.created_at.astimezone(TIMEZONE).date() - timedelta(days=1)


def store_answers(
    session: Session, shop: Journey, answers: Sequence[ExampleAnswer], *, at: datetime
) -> list[int]:
    """Submit these answers as customers did; gives the ids of the responses."""
    places = _places(session, shop)
    channels = channels_of(session, shop.workspace_id)
    return [
        _store(session, places[one.survey], channels[one.channel], one, at=at) for one in answers
    ]


def read_answers(session: Session, response_ids: Sequence[int], *, at: datetime) -> None:
    """Read the comments of these responses; must come first in its transaction."""
    read_texts(session, response_ids, at=at, read=partial(read_comment, registry=_quick()))


@cache
def _quick() -> Registry:
    """Somebody waits for the example to appear: the fast engine takes seconds, the deep a minute.

    The readings name it, and admins can have the journey read again by the deep one.
    """
    return registry_of("fast")


def unread_answers(session: Session, shop: Journey) -> list[int]:
    """Responses whose comments wait: those of a loader that was stopped."""
    return list(
        session.scalars(
            select(TextScore.response_id)
            .where(TextScore.journey_id == shop.id, TextScore.status == "pending")
            .distinct()
            .order_by(TextScore.response_id)
        )
    )


def close_weeks(session: Session, shop: Journey, *, at: datetime) -> int:
    """A snapshot of each week that is over; says how many were made."""
    return len(refresh_map(session, shop, until=at, at=at, trigger="manual").closed)


def count_answers(session: Session, shop: Journey) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(Response).where(Response.journey_id == shop.id)
        )
        or 0
    )


def in_chunks(answers: Sequence[ExampleAnswer]) -> Iterator[list[ExampleAnswer]]:
    source = iter(answers)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _add_admin(session: Session, workspace: Workspace, *, at: datetime) -> User:
    admin = create_user(session, email=ADMIN_EMAIL, name=ADMIN_NAME, at=at)
    if all(membership.workspace_id != workspace.id for membership in admin.memberships):
        add_member(session, workspace, admin, role="admin", department="care")
        make_owner(session, admin)
    return admin


def _add_shop_surveys(session: Session, shop: Journey, *, at: datetime) -> None:
    """The stage surveys, open since before the first answer, with a link by every channel used."""
    touchpoints = {
        touchpoint.key: touchpoint for stage in shop.stages for touchpoint in stage.touchpoints
    }
    channels = channels_of(session, shop.workspace_id)
    for template in SHOP.surveys:
        survey = create_survey(
            session, shop, template, slug=survey_slug(shop, template), at=at - OPEN_SINCE
        )
        for key, touchpoint, channel in EXAMPLE_LINKS:
            if key == template.key:
                create_link(session, survey, touchpoints[touchpoint], channels[channel], at=at)


def _places(session: Session, shop: Journey) -> dict[str, _Place]:
    surveys = session.scalars(
        select(Survey)
        .where(Survey.journey_id == shop.id)
        .options(
            selectinload(Survey.revisions).selectinload(Revision.questions),
            selectinload(Survey.links).joinedload(Link.touchpoint),
            selectinload(Survey.links).joinedload(Link.channel),
            joinedload(Survey.journey),
        )
    )
    by_slug = {survey.slug: survey for survey in surveys}
    return {template.key: _place(by_slug[survey_slug(shop, template)]) for template in SHOP.surveys}


def _place(survey: Survey) -> _Place:
    revision = survey.revisions[-1]
    return _Place(
        survey=survey,
        revision=revision,
        questions={question.key: question for question in revision.questions},
        links={
            (link.touchpoint.key, link.channel.key): link
            for link in survey.links
            if link.touchpoint is not None
        },
    )


def _store(
    session: Session, place: _Place, channel: Channel, answer: ExampleAnswer, *, at: datetime
) -> int:
    link = place.links.get((answer.touchpoint, answer.channel))
    touchpoint: Touchpoint | None = link.touchpoint if link else None
    values = {key: _value(place.questions[key], raw) for key, raw in answer.answers.items()}
    receipt = submit_response(
        session,
        survey=place.survey,
        revision=place.revision,
        link=link,
        touchpoint=touchpoint,
        channel=channel,
        language=answer.language,
        answers=values,
        key=answer.external_id,
        fingerprint=fingerprint(values, answer.language),
        source="import",
        received_at=answer.received_at,
        at=at,
        external_id=answer.external_id,
        enqueue_reading=False,
    )
    return receipt.response_id


def _value(question: Question, raw: int | str) -> AnswerValue:
    if isinstance(raw, int):
        return AnswerValue(number=raw)
    if question.type in ("emotion", "single_choice"):
        return AnswerValue(choice=raw)
    return AnswerValue(text=raw)
