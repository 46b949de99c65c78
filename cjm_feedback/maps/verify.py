"""Holding the map to the answers it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.counting import counted_polarity
from cjm_feedback.analysis.standing import standing_label
from cjm_feedback.journeymap.measures import ZERO, Measures
from cjm_feedback.maps.facts import Count, Place, Rating
from cjm_feedback.maps.models import MapSnapshot
from cjm_feedback.maps.snapshots import input_hash
from cjm_feedback.responses.models import Answer, Response, TextScore
from cjm_feedback.rollups.queries import read_all_cells
from cjm_feedback.rollups.services import CellKeyTuple
from cjm_feedback.surveys.models import Question

ROWS_AT_ONCE = 2_000
PLACE = (
    Response.journey_id,
    func.coalesce(Response.touchpoint_id, 0),
    Response.survey_id,
    func.coalesce(Response.persona_id, 0),
    Response.channel_id,
    Response.language,
    Response.local_day,
)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A cell that does not say what the answers say."""

    key: CellKeyTuple
    kept: Measures
    rebuilt: Measures


def hold_still(session: Session) -> None:
    """Let everything the session reads from here on be of one moment. Must come first in it."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def mismatches(session: Session, journey_id: int) -> list[Mismatch]:
    """Cells, with the changes that wait to be added, against a count of all answers anew."""
    kept = read_all_cells(session, journey_id)
    rebuilt = rebuild(session, journey_id)
    return [
        Mismatch(key, kept.get(key, ZERO), rebuilt.get(key, ZERO))
        for key in sorted(kept.keys() | rebuilt.keys())
        if kept.get(key, ZERO) != rebuilt.get(key, ZERO)
    ]


def rebuild(session: Session, journey_id: int) -> dict[CellKeyTuple, Measures]:
    """The cells of a journey from its responses, answers and text scores alone."""
    count = Count()
    for row in _stream(session, select(*PLACE), journey_id):
        count.response(row)
    ratings = (
        select(*PLACE, Question.key, Question.type, Answer.number, Answer.choice)
        .join(Answer, Answer.response_id == Response.id)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.text.is_(None))
    )
    for row in _stream(session, ratings, journey_id):
        count.rating(Rating(row[: len(PLACE)], *row[len(PLACE) :]))
    scores = (
        select(*PLACE, Response.id, standing_label(), TextScore.label, TextScore.polarity)
        .join(TextScore, TextScore.response_id == Response.id)
        .order_by(Response.id)
    )
    rows = _counted(_stream(session, scores, journey_id))
    for (place, _), group in groupby(rows, key=lambda row: (row[: len(PLACE)], row[-2])):
        count.texts(place, (row[-1] for row in group))
    return {_key(place, series): measures for (place, series), measures in count.cells().items()}


def _counted(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Rows that end with what a text counts for, instead of how it was corrected and read."""
    for *place, corrected, label, polarity in rows:
        value = counted_polarity(corrected, label, polarity)
        if value is not None:
            yield (*place, value)


def changed_snapshots(session: Session, journey_id: int) -> list[int]:
    """Numbers of closed periods whose kept cells or parameters are not those they were made of."""
    rows = session.execute(
        select(MapSnapshot.number, MapSnapshot.cells, MapSnapshot.params, MapSnapshot.input_hash)
        .where(MapSnapshot.journey_id == journey_id)
        .order_by(MapSnapshot.number)
    )
    return [row.number for row in rows if input_hash(row.cells, row.params) != row.input_hash]


def _stream(
    session: Session, wanted: Select[*tuple[Any, ...]], journey_id: int
) -> Iterator[tuple[Any, ...]]:
    statement = wanted.where(
        Response.journey_id == journey_id, Response.withdrawn_at.is_(None)
    ).execution_options(yield_per=ROWS_AT_ONCE)
    for row in session.execute(statement):
        yield tuple(row)


def _key(place: Place, series: str) -> CellKeyTuple:
    journey, touchpoint, survey, persona, channel, language, day = place
    return CellKeyTuple(journey, touchpoint, survey, series, persona, channel, language, day)
