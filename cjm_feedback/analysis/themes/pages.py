"""What the page about the themes of a journey shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.themes.editing import themes_of
from cjm_feedback.analysis.themes.hits import comments_per_theme
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import Answer, Response, TextScore, Theme, ThemeSuggestion
from cjm_feedback.sentiment.suggestions import SMALLEST

QUOTES = 3
QUOTE_LENGTH = 280


@dataclass(frozen=True, slots=True)
class ThemeRow:
    theme: Theme
    comments: int
    phrases: int


@dataclass(frozen=True, slots=True)
class Quote:
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    suggestion: ThemeSuggestion
    title: str
    language: str
    phrases: tuple[tuple[str, str], ...]
    """Each with its language."""
    texts: int
    quotes: tuple[Quote, ...]


def theme_rows(session: Session, journey: Journey) -> list[ThemeRow]:
    """All themes of a journey, those with the most comments first."""
    comments = comments_per_theme(session, journey.id)
    rows = [
        ThemeRow(theme, comments.get(theme.id, 0), sum(map(len, theme.seeds.values())))
        for theme in themes_of(session, journey)
    ]
    return sorted(rows, key=lambda row: -row.comments)


def suggestion_rows(session: Session, journey: Journey, *, language: str) -> list[SuggestionRow]:
    """The suggestions that nobody decided on, as far as enough of their writers are left.

    Somebody may have withdrawn what they wrote since: then it is quoted no more, and too few people
    make no suggestion.
    """
    suggestions = session.scalars(
        select(ThemeSuggestion)
        .where(ThemeSuggestion.journey_id == journey.id, ThemeSuggestion.status == "open")
        .order_by(ThemeSuggestion.id)
    ).all()
    wanted = [one for suggestion in suggestions for one in suggestion.texts]
    texts = _texts(session, journey.id, wanted)
    found = []
    for suggestion in suggestions:
        left = [texts[one] for one in suggestion.texts if one in texts]
        if len({response_id for response_id, _ in left}) >= SMALLEST:
            found.append(_row(suggestion, [quote for _, quote in left], language))
    return found


def suggestion_title(suggestion: ThemeSuggestion, language: str) -> tuple[str, str]:
    """Its best phrase, in the reader's language if somebody wrote in it, and the language of it."""
    phrases = suggestion.phrases
    chosen = language if phrases.get(language) else next(iter(phrases))
    return phrases[chosen][0], chosen


def _texts(
    session: Session, journey_id: int, score_ids: Sequence[int]
) -> Mapping[int, tuple[int, Quote]]:
    """What is still there of these texts, and of which response each is."""
    if not score_ids:
        return {}
    rows = session.execute(
        select(
            TextScore.id,
            TextScore.response_id,
            Answer.text,
            TextScore.language,
            Response.language.label("answered_in"),
        )
        .join(Response, Response.id == TextScore.response_id)
        .join(Answer, Answer.id == TextScore.answer_id)
        .where(
            TextScore.journey_id == journey_id,
            TextScore.id.in_(score_ids),
            Response.withdrawn_at.is_(None),
        )
    )
    return {
        row.id: (
            row.response_id,
            Quote(_shortened(row.text or ""), row.language or row.answered_in),
        )
        for row in rows
    }


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= QUOTE_LENGTH:
        return text
    return text[: QUOTE_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def _row(suggestion: ThemeSuggestion, quotes: Sequence[Quote], language: str) -> SuggestionRow:
    title, written_in = suggestion_title(suggestion, language)
    different = list(dict.fromkeys(quotes))
    return SuggestionRow(
        suggestion,
        title,
        written_in,
        tuple((one, code) for code, some in suggestion.phrases.items() for one in some),
        len(quotes),
        tuple(different[:QUOTES]),
    )
