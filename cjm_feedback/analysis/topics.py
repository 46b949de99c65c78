"""What a comment is tried with: the reader and the themes of a journey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.heads import reader_for
from cjm_feedback.analysis.services import ReadComment
from cjm_feedback.analysis.themes.reading import JourneyThemes, load_themes
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import Theme
from cjm_feedback.sentiment.registry import read_comment
from cjm_feedback.web.languages import text_in


@dataclass(frozen=True, slots=True)
class Topics:
    """How the comments of one journey are read, and its themes with their names."""

    read: ReadComment
    journey_id: int
    themes: Mapping[int, JourneyThemes]
    names: Mapping[str, str]


def topics_of(session: Session, workspace_id: int, slug: str, *, language: str) -> Topics:
    """Those of the journey called `slug`, else of the first one of the workspace."""
    journeys = session.execute(
        select(Journey.slug, Journey.id)
        .where(Journey.workspace_id == workspace_id, Journey.retired_at.is_(None))
        .order_by(Journey.id)
    ).all()
    if not journeys:
        return Topics(read_comment, 0, {}, {})
    journey_id = next((row.id for row in journeys if row.slug == slug), journeys[0].id)
    themes = session.execute(select(Theme.key, Theme.name).where(Theme.journey_id == journey_id))
    return Topics(
        reader_for(session, {journey_id}),
        journey_id,
        load_themes(session, {journey_id}),
        {row.key: text_in(row.name, language) for row in themes},
    )
