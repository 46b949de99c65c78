"""Keeping which themes texts speak about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.queries import Text
from cjm_feedback.analysis.themes.reading import theme_polarity
from cjm_feedback.journeymap.measures import SCALE
from cjm_feedback.responses.models import Response, TextScore, Theme, ThemeHit
from cjm_feedback.sentiment.result import Reading


def store_hits(session: Session, kept: Sequence[tuple[Text, Reading]]) -> None:
    """Replace what the engine found in these texts; what staff say of them stays beside it."""
    scores = [text.score_id for text, _ in kept]
    session.execute(
        delete(ThemeHit)
        .where(ThemeHit.text_score_id.in_(scores), ThemeHit.source == "engine")
        .execution_options(synchronize_session=False)
    )
    if not any(reading.themes for _, reading in kept):
        return
    themes = session.execute(
        select(Theme.journey_id, Theme.key, Theme.id).where(
            Theme.journey_id.in_({text.journey_id for text, _ in kept}), Theme.retired_at.is_(None)
        )
    )
    ids = {(journey_id, key): theme_id for journey_id, key, theme_id in themes}
    rows: list[dict[str, Any]] = [
        {
            "text_score_id": text.score_id,
            "theme_id": ids[text.journey_id, key],
            "polarity": round(theme_polarity(reading, key) * SCALE),
            "source": "engine",
        }
        for text, reading in kept
        for key in reading.themes
        if (text.journey_id, key) in ids  # somebody may have retired it meanwhile
    ]
    if rows:
        session.execute(insert(ThemeHit), rows)


def hit_counts() -> ColumnElement[bool]:
    """Whether the hit at hand counts: it is the machine's, or the staff's where they decided."""
    return ThemeHit.source == TextScore.themes_source


def comments_per_theme(session: Session, journey_id: int) -> dict[int, int]:
    """How many texts speak about each theme of a journey; those of withdrawn answers are gone."""
    rows = session.execute(
        select(ThemeHit.theme_id, func.count())
        .join(TextScore, TextScore.id == ThemeHit.text_score_id)
        .join(Response, Response.id == TextScore.response_id)
        .where(
            TextScore.journey_id == journey_id,
            hit_counts(),
            Response.withdrawn_at.is_(None),
        )
        .group_by(ThemeHit.theme_id)
    )
    return {theme_id: n for theme_id, n in rows}  # noqa: C416 - a row is no pair to a type checker
