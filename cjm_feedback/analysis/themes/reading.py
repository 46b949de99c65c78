"""Which themes of its journey a text speaks about, added to what was read in it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import groupby
from typing import Literal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from cjm_feedback.analysis.queries import Text
from cjm_feedback.responses.models import Answer, TextScore, Theme, ThemeHit
from cjm_feedback.sentiment.deep.model import DeepUnavailableError, deep_model
from cjm_feedback.sentiment.result import Clause, Reading
from cjm_feedback.sentiment.theme_words import WordThemeIndex
from cjm_feedback.sentiment.themes import (
    Encode,
    Floats,
    Match,
    Remembering,
    ThemeIndex,
    ThemeReader,
    ThemeSpec,
    join_matches,
    shipped_vectors,
)

log = logging.getLogger(__name__)

Readings = list[tuple[Text, Reading]]
MOST_EXAMPLES = 200
"""Texts decided by staff that a theme is taught by, the newest."""
EXAMPLE_LENGTH = 500
BATCH = 64
DEEP = "deep"


@dataclass(frozen=True)
class JourneyThemes:
    """The themes in use in a journey, and the touchpoints that some are limited to."""

    specs: tuple[ThemeSpec, ...]
    places: Mapping[str, frozenset[int]]

    def at(self, touchpoint_id: int | None) -> frozenset[str]:
        """The themes that are looked for in what was written there."""
        return frozenset(
            spec.key
            for spec in self.specs
            if not self.places[spec.key] or touchpoint_id in self.places[spec.key]
        )


def load_themes(session: Session, journey_ids: Collection[int]) -> dict[int, JourneyThemes]:
    """What is needed to tell themes, as plain values; journeys without themes are left out."""
    themes = session.scalars(
        select(Theme)
        .where(Theme.journey_id.in_(journey_ids), Theme.retired_at.is_(None))
        .order_by(Theme.journey_id, Theme.id)
        .options(selectinload(Theme.places))
    ).all()
    examples, rejected = _decided(session, journey_ids)
    found = {}
    for journey_id, some in groupby(themes, key=lambda theme: theme.journey_id):
        own = list(some)
        found[journey_id] = JourneyThemes(
            tuple(
                ThemeSpec(
                    theme.key,
                    phrases_of(theme),
                    tuple(examples[theme.id][:MOST_EXAMPLES]),
                    tuple(rejected[theme.id][:MOST_EXAMPLES]),
                )
                for theme in own
            ),
            {theme.key: frozenset(one.touchpoint_id for one in theme.places) for theme in own},
        )
    return found


def phrases_of(theme: Theme) -> tuple[str, ...]:
    """What shows a theme: its seed phrases, or its names where it has none."""
    seeds = [seed for some in theme.seeds.values() for seed in some]
    return tuple(dict.fromkeys(seeds or theme.name.values()))


def add_themes(readings: Readings, themes: Mapping[int, JourneyThemes]) -> Readings:
    """The readings with the themes of their texts and clauses.

    A reading that has themes already keeps them. A fault costs the themes, never the reading.
    """
    found = dict(_with_themes(readings, themes))
    return [(text, found.get(place, one)) for place, (text, one) in enumerate(readings)]


def _with_themes(
    readings: Readings, themes: Mapping[int, JourneyThemes]
) -> Iterator[tuple[int, Reading]]:
    groups: defaultdict[tuple[int, bool, frozenset[str]], list[int]] = defaultdict(list)
    for place, (text, reading) in enumerate(readings):
        if reading.scored and not reading.themes and text.journey_id in themes:
            among = themes[text.journey_id].at(text.touchpoint_id)
            groups[text.journey_id, reading.engine.startswith(DEEP), among].append(place)
    for (journey_id, deep, among), places in groups.items():
        try:
            reader = theme_reader(themes[journey_id].specs, deep=deep)
            some = [(readings[place][0].text, readings[place][1]) for place in places]
            yield from zip(places, _read_themes(some, reader, among), strict=True)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, what was read is kept
            # The kind of error only: its message may quote the comment.
            log.warning("themes of journey %d failed with %s", journey_id, type(error).__name__)


def _read_themes(
    readings: Sequence[tuple[str, Reading]], reader: ThemeReader, among: Collection[str]
) -> Iterator[Reading]:
    """Each with the themes of the whole text, then of its clauses where there are several."""
    pieces = [_pieces(text, reading) for text, reading in readings]
    asked = [piece for some in pieces for piece in some]
    matches: list[tuple[Match, ...]] = []
    if isinstance(reader, ThemeIndex):
        vectors = _vectors(readings)
        if vectors is not None:
            matches = reader.assign(asked, vectors, among=among)
    if not matches:
        for start in range(0, len(asked), BATCH):
            matches += reader.match(asked[start : start + BATCH], among=among)
    position = 0
    for (_, reading), some in zip(readings, pieces, strict=True):
        whole, *parts = matches[position : position + len(some)]
        position += len(some)
        keys, by_clause = join_matches(whole, parts)
        if not parts and reading.clauses:
            by_clause = [keys] * len(reading.clauses)
        clauses = tuple(
            replace(clause, themes=own)
            for clause, own in zip(reading.clauses, by_clause, strict=True)
        )
        yield replace(reading, themes=keys, clauses=clauses)


def _pieces(text: str, reading: Reading) -> list[str]:
    if len(reading.clauses) < 2:
        return [text]
    return [text, *(text[clause.start : clause.end] for clause in reading.clauses)]


def _vectors(readings: Sequence[tuple[str, Reading]]) -> Floats | None:
    """Where the pieces lie among themes, if the engine has said so: nothing is read twice."""
    rows: list[Floats] = []
    for _, reading in readings:
        topics = [clause.topic for clause in reading.clauses if clause.topic is not None]
        if not topics or len(topics) < len(reading.clauses):
            return None
        parts = np.array(topics, np.float32)
        middle = parts.mean(axis=0)
        rows.append((middle / max(float(np.linalg.norm(middle)), 1e-9))[None])
        if len(topics) > 1:
            rows.append(parts)
    return np.concatenate(rows)


@lru_cache(maxsize=16)
def theme_reader(specs: tuple[ThemeSpec, ...], *, deep: bool) -> ThemeReader:
    """Kept from job to job: making it reads every phrase."""
    encode = theme_encoder() if deep else None
    words = WordThemeIndex(specs)
    return words if encode is None else ThemeIndex(specs, encode, words=words.scores)


@cache
def theme_encoder() -> Encode | None:
    """Vectors to tell themes by; None where the deep model cannot be had."""
    encode = _deep("themes")
    if encode is None:
        return None
    remembering = Remembering(encode)
    remembering.learn(shipped_vectors())
    return remembering


@cache
def meaning_encoder() -> Encode | None:
    """Vectors of what texts mean as a whole; None where the deep model cannot be had."""
    return _deep("text")


def _deep(part: Literal["themes", "text"]) -> Encode | None:
    try:
        model = deep_model()
    except DeepUnavailableError as error:
        log.warning("themes are told by words alone: %s", error)
        return None
    return lambda texts: getattr(model.encode(texts), part)


def theme_polarity(reading: Reading, key: str) -> float:
    """How the clauses that speak about a theme speak, else the text as a whole."""
    about = [clause.polarity for clause in reading.clauses if key in clause.themes]
    return sum(about) / len(about) if about else reading.polarity or 0.0


def uncovered(clauses: Iterable[Clause]) -> list[Clause]:
    """The complaints among clauses that no theme covers."""
    return [one for one in clauses if one.label == "negative" and not one.themes]


def has_uncovered_complaint(reading: Reading) -> bool:
    if not reading.scored:
        return False
    in_clauses = {key for clause in reading.clauses for key in clause.themes}
    if set(reading.themes) - in_clauses:
        return False  # the text as a whole is about something
    if len(reading.clauses) < 2:
        return reading.label == "negative"
    return bool(uncovered(reading.clauses))


def _decided(
    session: Session, journey_ids: Collection[int]
) -> tuple[defaultdict[int, list[str]], defaultdict[int, list[str]]]:
    """Texts that staff put under each theme, and those that they took from it; newest first."""
    rows = session.execute(
        select(ThemeHit.theme_id, ThemeHit.source, TextScore.id, Answer.text)
        .join(TextScore, TextScore.id == ThemeHit.text_score_id)
        .join(Answer, Answer.id == TextScore.answer_id)
        .where(TextScore.journey_id.in_(journey_ids), TextScore.themes_source == "staff")
        .order_by(TextScore.id.desc())
    ).all()
    confirmed = {(row.theme_id, row.id) for row in rows if row.source == "staff"}
    examples: defaultdict[int, list[str]] = defaultdict(list)
    rejected: defaultdict[int, list[str]] = defaultdict(list)
    for theme_id, source, score_id, text in rows:
        known = (theme_id, score_id) in confirmed
        if source == "staff":
            examples[theme_id].append((text or "")[:EXAMPLE_LENGTH])
        elif not known:
            rejected[theme_id].append((text or "")[:EXAMPLE_LENGTH])
    return examples, rejected
