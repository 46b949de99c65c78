"""Answers whose reading somebody should look at."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_

from cjm_feedback.journeymap.measures import SCALE
from cjm_feedback.responses.models import Answer, Response, TextScore
from cjm_feedback.sentiment.contradiction import CLEAR, SIDES
from cjm_feedback.surveys.models import Question

UNSURE: Final = "unsure"
CONTRADICTING: Final = "contradicting"
REVIEWS: Final = (UNSURE, CONTRADICTING)


def to_review(review: str) -> ColumnElement[bool]:
    """Whether a response has a text of that kind which nobody has corrected or confirmed."""
    read = [
        TextScore.response_id == Response.id,
        TextScore.status == "scored",
        TextScore.corrected_label.is_(None),
    ]
    if review == UNSURE:
        return exists().where(*read, TextScore.unsure)
    if review == CONTRADICTING:
        return exists().where(
            *read,
            Answer.response_id == Response.id,
            Question.id == Answer.question_id,
            or_(*(_contradicts(scale) for scale in SIDES)),
        )
    raise ValueError(f"unknown review {review!r}")


def _contradicts(scale: str) -> ColumnElement[bool]:
    """As `sentiment.contradiction` judges one rating and one text."""
    sides, clear = SIDES[scale], round(CLEAR * SCALE)
    praised = and_(Answer.number >= sides.high, TextScore.polarity <= -clear)
    damned = and_(Answer.number <= sides.low, TextScore.polarity >= clear)
    return and_(Question.type == scale, or_(praised, damned))
