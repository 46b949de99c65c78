"""Changing the themes of a journey, and deciding on suggestions. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, selectinload

from cjm_feedback.content.themes import starter_themes
from cjm_feedback.db import JsonObject, Translations
from cjm_feedback.journeys.changes import change_fields
from cjm_feedback.journeys.editing import FullError, hold
from cjm_feedback.journeys.keys import new_key
from cjm_feedback.journeys.models import Journey
from cjm_feedback.journeys.usage import Part, counts
from cjm_feedback.responses.models import Theme, ThemeHit, ThemePlace, ThemeSuggestion

THEMES_LIMIT = 120
SEEDS_LIMIT = 60
"""Phrases of one theme in one language."""

Seeds = Mapping[str, Sequence[str]]


def add_starter_themes(session: Session, journey: Journey) -> None:
    """Give a journey the themes that every journey begins with, those it lacks."""
    known = {theme.key for theme in themes_of(session, journey)}
    session.add_all(
        Theme(
            journey_id=journey.id,
            key=starter.key,
            name=dict(starter.name),
            seeds={code: list(phrases) for code, phrases in starter.seeds.items()},
        )
        for starter in starter_themes()
        if starter.key not in known
    )
    session.flush()


def themes_of(session: Session, journey: Journey) -> Sequence[Theme]:
    return session.scalars(
        select(Theme)
        .where(Theme.journey_id == journey.id)
        .order_by(Theme.id)
        .options(selectinload(Theme.places))
    ).all()


def add_theme(
    session: Session,
    journey: Journey,
    *,
    name: Translations,
    seeds: Seeds,
    places: Collection[int] = (),
) -> Theme:
    hold(session, journey)
    taken = {theme.key for theme in themes_of(session, journey)}
    if len(taken) >= THEMES_LIMIT:
        raise FullError
    theme = Theme(
        journey_id=journey.id,
        key=new_key(name, taken, otherwise="theme"),
        name=name,
        seeds=_plain(seeds),
        places=[ThemePlace(touchpoint_id=one) for one in sorted(places)],
    )
    session.add(theme)
    session.flush()
    return theme


def change_theme(
    theme: Theme, *, name: Translations, seeds: Seeds, places: Collection[int]
) -> JsonObject:
    """What texts that were read already speak about stays until they are read again."""
    changes = change_fields(theme, name=name, seeds=_plain(seeds))
    before = {one.touchpoint_id: one for one in theme.places}
    if before.keys() != set(places):
        theme.places = [before.get(one) or ThemePlace(touchpoint_id=one) for one in sorted(places)]
        changes["touchpoints"] = [len(before), len(places)]
    return changes


def retire_theme(theme: Theme, *, at: datetime) -> None:
    """Look for it no more; what was found of it stays."""
    theme.retired_at = theme.retired_at or at


def restore_theme(theme: Theme) -> None:
    """Look for it again. Texts that another theme has taken over stay there."""
    theme.retired_at = None
    theme.merged_into = None


def merge_theme(
    session: Session, journey: Journey, theme: Theme, into: Theme, *, at: datetime
) -> None:
    """Let `into` have the texts and the phrases of `theme`, which is retired."""
    hold(session, journey)
    _move_hits(session, theme, into)
    add_phrases(into, theme.seeds)
    theme.retired_at = at
    theme.merged_into = into.key
    session.flush()


def add_phrases(theme: Theme, phrases: Seeds) -> None:
    """Show `theme` by these as well, as long as it has room for them."""
    both = {
        code: [*theme.seeds.get(code, ()), *phrases.get(code, ())]
        for code in [*theme.seeds, *(code for code in phrases if code not in theme.seeds)]
    }
    theme.seeds = _plain(both)


def accept_suggestion(
    session: Session,
    journey: Journey,
    suggestion: ThemeSuggestion,
    *,
    name: str,
    language: str,
    at: datetime,
) -> Theme:
    """A theme of this name that the phrases of the suggestion show."""
    theme = add_theme(session, journey, name={language: name}, seeds=suggestion.phrases)
    _decide(suggestion, "accepted", at=at)
    return theme


def merge_suggestion(suggestion: ThemeSuggestion, theme: Theme, *, at: datetime) -> None:
    add_phrases(theme, suggestion.phrases)
    _decide(suggestion, "merged", at=at)


def dismiss_suggestion(suggestion: ThemeSuggestion, *, at: datetime) -> None:
    """Not to be suggested again, nor what means the same."""
    _decide(suggestion, "dismissed", at=at)


@counts("themes")
def count_themes(session: Session, part: Part, ids: Collection[int]) -> Mapping[int, int]:
    """Themes that are limited to a touchpoint."""
    if part != "touchpoint":
        return {}
    rows = session.execute(
        select(ThemePlace.touchpoint_id, func.count())
        .where(ThemePlace.touchpoint_id.in_(ids))
        .group_by(ThemePlace.touchpoint_id)
    )
    return {one: number for one, number in rows}  # noqa: C416 - a row is no pair to a type checker


def _decide(suggestion: ThemeSuggestion, status: str, *, at: datetime) -> None:
    suggestion.status = status
    suggestion.decided_at = at


def _move_hits(session: Session, theme: Theme, into: Theme) -> None:
    """A text that speaks about both keeps the hit of `into`."""
    other = ThemeHit.__table__.alias("other")
    has_both = (
        select(other.c.id)
        .where(
            other.c.text_score_id == ThemeHit.text_score_id,
            other.c.source == ThemeHit.source,
            other.c.theme_id == into.id,
        )
        .exists()
    )
    unsynchronised = {"synchronize_session": False}
    session.execute(
        delete(ThemeHit)
        .where(ThemeHit.theme_id == theme.id, has_both)
        .execution_options(**unsynchronised)
    )
    session.execute(
        update(ThemeHit)
        .where(ThemeHit.theme_id == theme.id)
        .values(theme_id=into.id)
        .execution_options(**unsynchronised)
    )


def _plain(seeds: Seeds) -> dict[str, list[str]]:
    """Each phrase once, languages without any left out."""
    return {
        code: list(dict.fromkeys(phrases))[:SEEDS_LIMIT]
        for code, phrases in seeds.items()
        if phrases
    }
