"""What somebody who has just started the product wants to open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.links import create_link
from cjm_feedback.accounts.models import Membership, User
from cjm_feedback.accounts.services import add_member, create_user, make_owner
from cjm_feedback.content.example import FRONT_LINK
from cjm_feedback.journeys.models import Channel, Journey, Touchpoint
from cjm_feedback.setup.example import SHOP_SLUG
from cjm_feedback.setup.services import ensure_default
from cjm_feedback.surveys.models import Link, Survey

FIRST_ADMIN = "admin@cjm-feedback.example"


def greeting(session: Session, *, base_url: str, at: datetime) -> list[str]:
    """A survey to answer, the map it moves, and a link that signs an admin in once.

    Where there is no journey, the default one is made, and where nobody can sign in yet, an admin
    without a password. The caller commits.
    """
    journey = _journey(session)
    if journey is None:
        ensure_default(session, at=at)
        journey = _journey(session)
    admin = _admin(session, journey, at=at)
    lines = []
    link = _front_link(session, journey)
    if link is not None:
        lines.append(f"Answer a survey as a customer:    {base_url}/s/{link.public_id}")
    if journey is not None:
        lines.append(f"See the journey map:              {base_url}/journeys/{journey.slug}/map")
    token = create_link(session, admin, "sign_in", at=at)
    lines.append(f"Sign in as an admin (works once): {base_url}/welcome/{token}")
    return lines


def _journey(session: Session) -> Journey | None:
    """The example if it is there, else the oldest journey in use."""
    return session.scalar(
        select(Journey)
        .where(Journey.retired_at.is_(None))
        .order_by(Journey.slug != SHOP_SLUG, Journey.id)
        .limit(1)
    )


def _front_link(session: Session, journey: Journey | None) -> Link | None:
    """The way to a survey that asks for satisfaction and a comment: about the delivery."""
    if journey is None:
        return None
    survey, touchpoint, channel = FRONT_LINK
    return session.scalar(
        select(Link)
        .join(Survey, Survey.id == Link.survey_id)
        .join(Touchpoint, Touchpoint.id == Link.touchpoint_id)
        .join(Channel, Channel.id == Link.channel_id)
        .where(
            Survey.journey_id == journey.id, Survey.closes_at.is_(None), Link.disabled_at.is_(None)
        )
        .order_by(
            Touchpoint.key != touchpoint,
            Survey.slug != f"{journey.slug}-{survey}",
            Channel.key != channel,
            Link.id,
        )
        .limit(1)
    )


def _admin(session: Session, journey: Journey | None, *, at: datetime) -> User:
    """An admin of the journey's workspace who may sign in."""
    workspace = journey.workspace if journey is not None else ensure_default(session, at=at)
    admin = session.scalar(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.workspace_id == workspace.id, Membership.role == "admin", User.active)
        .order_by(User.id)
        .limit(1)
    )
    if admin is None:
        admin = create_user(session, email=FIRST_ADMIN, name="", at=at)
        add_member(session, workspace, admin, role="admin")
        make_owner(session, admin)
    return admin
