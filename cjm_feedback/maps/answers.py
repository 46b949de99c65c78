"""The answers that a figure is made of, and the words that stand for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cjm_feedback.db import Translations
from cjm_feedback.journeymap.measures import COUNTED_SERIES, split_choice
from cjm_feedback.journeymap.structure import JOURNEY
from cjm_feedback.journeys.models import Channel
from cjm_feedback.maps.facets import EVERYBODY, Facets
from cjm_feedback.maps.review import to_review
from cjm_feedback.responses.models import (
    Answer,
    Response,
    TextCorrection,
    TextScore,
    Theme,
    ThemeHit,
)
from cjm_feedback.surveys.models import Question

PAGE = 20
QUOTES = 3
QUOTE_LENGTH = 280
TYPES = {"csat": "csat", "nps": "nps", "ces": "ces", "said": "emotion"}
"""Questions whose answers make up a series."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Which answers: where given (None: anywhere), in which days, counted in which series."""

    journey_id: int
    places: tuple[int, ...] | None
    series: str
    first: date | None
    last: date | None
    facets: Facets = EVERYBODY
    review: str = ""
    """Only those whose reading is to be looked at for this reason; empty is all."""


@dataclass(frozen=True, slots=True)
class Position:
    """The last answer of a page; the next page begins after it."""

    received_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.received_at.isoformat()}_{self.id}"


def read_position(text: str) -> Position | None:
    """None for anything that no page of ours has said."""
    moment, _, number = text.rpartition("_")
    try:
        received_at = datetime.fromisoformat(moment).astimezone(UTC)
        identity = int(number) if number.isascii() and number.isdigit() else 0
    except (ValueError, OverflowError):
        return None
    return Position(received_at, identity) if 0 < identity < 2**63 else None


def answers_behind(
    session: Session, behind: Behind, *, after: Position | None = None, limit: int = PAGE
) -> tuple[list[Response], Position | None]:
    """A page of responses, the newest first, and where the next one begins."""
    wanted = (
        select(Response)
        .where(*_conditions(behind))
        .order_by(Response.received_at.desc(), Response.id.desc())
        .limit(limit + 1)
        .options(
            selectinload(Response.answers).joinedload(Answer.question),
            selectinload(Response.scores)
            .selectinload(TextScore.corrections)
            .joinedload(TextCorrection.user),
            joinedload(Response.touchpoint),
            joinedload(Response.channel),
            joinedload(Response.persona),
        )
    )
    if after is not None:
        earlier = Response.received_at < after.received_at
        same = and_(Response.received_at == after.received_at, Response.id < after.id)
        wanted = wanted.where(or_(earlier, same))
    found = list(session.scalars(wanted))
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], Position(last.received_at, last.id)


def count_answers(session: Session, behind: Behind) -> int:
    """How many there are now; the figure of a closed period may say otherwise."""
    return session.scalar(select(func.count(Response.id)).where(*_conditions(behind))) or 0


def _conditions(behind: Behind) -> list[ColumnElement[bool]]:
    found = [Response.journey_id == behind.journey_id, *_common(behind)]
    counted = _counted(behind.series)
    if counted is not None:
        found.append(counted)
    if behind.review:
        found.append(to_review(behind.review))
    return found


def _common(behind: Behind) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Response.withdrawn_at.is_(None)]
    if behind.places is not None:
        given = Response.touchpoint_id.in_([place for place in behind.places if place != JOURNEY])
        whole = Response.touchpoint_id.is_(None)
        found.append(or_(given, whole) if JOURNEY in behind.places else given)
    if behind.first is not None:
        found.append(Response.local_day >= behind.first)
    if behind.last is not None:
        found.append(Response.local_day <= behind.last)
    facets = behind.facets
    if facets.persona_id is not None:
        persona = Response.persona_id
        found.append(persona == facets.persona_id if facets.persona_id else persona.is_(None))
    if facets.channel_id is not None:
        found.append(Response.channel_id == facets.channel_id)
    if facets.language is not None:
        found.append(Response.language == facets.language)
    return found


def _counted(series: str) -> ColumnElement[bool] | None:
    """Whether a response is counted in a series; None where every one is."""
    if series == COUNTED_SERIES:
        return None
    if series == "written":
        return exists().where(TextScore.response_id == Response.id, TextScore.counted.is_not(None))
    choice = split_choice(series)
    if choice is not None:
        key, option = choice
        asked = and_(Question.type == "single_choice", Question.key == key, Answer.choice == option)
    else:
        asked = Question.type == TYPES[series]
    return exists().where(
        Answer.response_id == Response.id, Question.id == Answer.question_id, asked
    )


def themes_of(
    session: Session, responses: Sequence[Response]
) -> dict[int, list[tuple[Translations, int]]]:
    """What the texts of these responses speak about, by the id of their score.

    Each theme's name and the polarity of what is said about it, the first one found first.
    """
    wanted = (
        select(ThemeHit.text_score_id, Theme.name, ThemeHit.polarity)
        .join(Theme, Theme.id == ThemeHit.theme_id)
        .join(TextScore, TextScore.id == ThemeHit.text_score_id)
        .where(
            TextScore.response_id.in_([one.id for one in responses]),
            ThemeHit.source == TextScore.themes_source,
        )
        .order_by(ThemeHit.id)
    )
    found: dict[int, list[tuple[Translations, int]]] = {}
    for score_id, name, polarity in session.execute(wanted):
        found.setdefault(score_id, []).append((name, polarity))
    return found


def is_known_series(series: str) -> bool:
    return series in (COUNTED_SERIES, "written", *TYPES) or split_choice(series) is not None


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote, at most 280 characters of it."""

    response_id: int
    text: str
    language: str
    polarity: int
    received_at: datetime
    channel: Translations


def quotes(session: Session, behind: Behind, *, negative: bool, most: int = QUOTES) -> list[Quote]:
    """Quotes of different responses: most as the figure leans, the last one contradicts it.

    The strongest of the period, the newest of equally strong ones. A single one only leans.
    """
    leaning = _strongest(session, behind, negative=negative, limit=most)
    if most == 1:
        return leaning
    contrary = _strongest(session, behind, negative=not negative, limit=1)
    contrary = [one for one in contrary if one.response_id not in _ids(leaning[: most - 1])]
    return [*leaning[: most - len(contrary)], *contrary]


def _ids(found: Sequence[Quote]) -> set[int]:
    return {one.response_id for one in found}


def _strongest(session: Session, behind: Behind, *, negative: bool, limit: int) -> list[Quote]:
    polarity = TextScore.counted
    strength = polarity.asc() if negative else polarity.desc()
    wanted: Select[int, str | None, str | None, str, int | None, datetime, Translations] = (
        select(
            Response.id,
            Answer.text,
            TextScore.language,
            Response.language,
            polarity,
            Response.received_at,
            Channel.name,
        )
        .join(TextScore, TextScore.response_id == Response.id)
        .join(Answer, Answer.id == TextScore.answer_id)
        .join(Channel, Channel.id == Response.channel_id)
        .where(polarity < 0 if negative else polarity > 0, *_read_texts(behind))
        .order_by(strength, Response.received_at.desc(), Response.id.desc())
        # A response may have several texts, a text several writers; each is quoted once.
        .limit(limit * 4)
    )
    found: dict[int, Quote] = {}
    said = set()
    for one, text, read_as, answered_in, value, received_at, channel in session.execute(wanted):
        language = read_as or answered_in
        quote = Quote(one, shortened(text or ""), language, value or 0, received_at, channel)
        if one not in found and quote.text not in said:
            found[one] = quote
            said.add(quote.text)
    return list(found.values())[:limit]


def count_writers(session: Session, behind: Behind) -> int:
    """How many responses the quotes could be of, as they are now: withdrawn ones do not count."""
    return (
        session.scalar(
            select(func.count(Response.id.distinct()))
            .join(TextScore, TextScore.response_id == Response.id)
            .where(*_read_texts(behind))
        )
        or 0
    )


def _read_texts(behind: Behind) -> list[ColumnElement[bool]]:
    found = [
        TextScore.journey_id == behind.journey_id,
        TextScore.counted.is_not(None),
        *_common(behind),
    ]
    if behind.places is not None and JOURNEY not in behind.places:
        found.append(TextScore.touchpoint_id.in_(behind.places))
    return found


def shortened(text: str, length: int = QUOTE_LENGTH) -> str:
    """The beginning of a text, cut between words."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
