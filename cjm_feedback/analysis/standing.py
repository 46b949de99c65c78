"""Which correction of a text stands: the newest one, unless it was withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from cjm_feedback.responses.models import TextCorrection, TextScore


def standing_label() -> ScalarSelect[str]:
    """The label that staff gave to the text of the row at hand; NULL where nobody did.

    From the corrections themselves, not from what a score repeats of them.
    """
    return (
        select(TextCorrection.label)
        .where(TextCorrection.text_score_id == TextScore.id, stands())
        .correlate(TextScore)
        .scalar_subquery()
    )


def stands() -> ColumnElement[bool]:
    """Whether the correction of the row at hand is the newest of its text, and not withdrawn."""
    other = TextCorrection.__table__.alias("newer")
    newest = (
        select(func.max(other.c.id))
        .where(other.c.text_score_id == TextCorrection.text_score_id)
        .correlate(TextCorrection)
        .scalar_subquery()
    )
    return (TextCorrection.id == newest) & TextCorrection.withdrawn_at.is_(None)


def standing(corrections: Sequence[TextCorrection]) -> TextCorrection | None:
    """The one that stands among all of a text, the oldest first."""
    if not corrections or corrections[-1].withdrawn_at is not None:
        return None
    return corrections[-1]
