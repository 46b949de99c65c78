"""Finding what was sent."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from cjm_feedback.responses.models import Response
from cjm_feedback.responses.receipts import read_code
from cjm_feedback.surveys.models import Link, Survey


def find_link(session: Session, public_id: str) -> Link | None:
    """The link with all that an answer sent by it belongs to: one statement."""
    return session.scalar(
        select(Link)
        .where(Link.public_id == public_id)
        .options(
            joinedload(Link.survey).joinedload(Survey.journey),
            joinedload(Link.touchpoint),
            joinedload(Link.channel),
        )
    )


def find_by_receipt(session: Session, public_id: str, typed: str) -> Response | None:
    """The response that was sent by the link `public_id` and got this receipt."""
    code = read_code(typed)
    if code is None:
        return None
    return session.scalar(
        select(Response)
        .join(Link, Link.id == Response.link_id)
        .where(Response.receipt == code, Link.public_id == public_id)
        .options(selectinload(Response.answers), joinedload(Response.revision))
    )
