"""Texts that are to be read, and what was read in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.responses.models import Answer, Response, TextScore
from cjm_feedback.surveys.models import Revision


@dataclass(frozen=True, slots=True)
class Text:
    """One answer in words, and what is known about its language."""

    score_id: int
    response_id: int
    text: str
    language: str
    """The one the person answered in."""
    languages: tuple[str, ...]
    """Those the survey was offered in."""
    journey_id: int
    touchpoint_id: int | None


def texts_of(session: Session, response_ids: Sequence[int], *, read_before: bool) -> list[Text]:
    """The texts of these responses; without `read_before` only those that nobody has read yet."""
    wanted = (
        select(
            TextScore.id,
            TextScore.response_id,
            Answer.text,
            Response.language,
            Revision.languages,
            Response.journey_id,
            Response.touchpoint_id,
        )
        .join(Answer, Answer.id == TextScore.answer_id)
        .join(Response, Response.id == TextScore.response_id)
        .join(Revision, Revision.id == Response.revision_id)
        .where(TextScore.response_id.in_(response_ids))
        .order_by(TextScore.id)
    )
    if not read_before:
        wanted = wanted.where(TextScore.status == "pending")
    return [
        Text(
            row.id,
            row.response_id,
            row.text or "",
            row.language,
            tuple(row.languages),
            row.journey_id,
            row.touchpoint_id,
        )
        for row in session.execute(wanted)
    ]


def pending_count(session: Session, journey_id: int) -> int:
    """Texts of a journey that nobody has read yet."""
    return (
        session.scalar(
            select(func.count(TextScore.id)).where(
                TextScore.journey_id == journey_id, TextScore.status == "pending"
            )
        )
        or 0
    )
