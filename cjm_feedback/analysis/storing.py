"""Keeping what was read in texts, and counting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cjm_feedback.analysis.counting import counted_polarity
from cjm_feedback.analysis.queries import Text
from cjm_feedback.analysis.themes.hits import store_hits
from cjm_feedback.journeymap.measures import SCALE, measure
from cjm_feedback.responses.models import Response, TextScore
from cjm_feedback.rollups.services import CellChange, CellKeyTuple, contributions, record_all
from cjm_feedback.sentiment.result import Reading

FAILURES = ("failed", "timeout")


def store_readings(
    session: Session,
    response_ids: Sequence[int],
    readings: Sequence[tuple[Text, Reading]],
    *,
    again: bool,
    at: datetime,
) -> list[Reading]:
    """Keep the readings that are still wanted, and count them; says which they were."""
    keys = hold(session, response_ids)
    rows = session.execute(
        select(TextScore.id, TextScore.status, TextScore.corrected_label).where(
            TextScore.response_id.in_(keys)
        )
    )
    before: dict[int, str] = {}
    corrected: dict[int, str | None] = {}
    for score_id, status, label in rows:
        before[score_id], corrected[score_id] = status, label
    kept = [
        (text, reading)
        for text, reading in readings
        if _is_wanted(before.get(text.score_id), reading, again=again)
    ]
    if kept:
        session.execute(
            update(TextScore),
            [_row(text, reading, corrected[text.score_id], at) for text, reading in kept],
        )
        store_hits(session, kept)
        _count(session, {text.response_id for text, _ in kept}, keys, at=at)
    return [reading for _, reading in kept]


def recount(session: Session, response_ids: Sequence[int], *, at: datetime) -> None:
    """Count the texts of these responses as they now stand. The caller holds no other rows."""
    keys = hold(session, response_ids)
    _count(session, set(keys), keys, at=at)


def mean_polarity(total: int, n: int) -> int:
    """The mean of `n` fixed-point polarities, rounded to the nearest integer, halves away from 0.

    So the mean of opposite texts is the opposite.
    """
    size = (2 * abs(total) + n) // (2 * n)
    return size if total >= 0 else -size


def status_of(reading: Reading) -> str:
    if reading.scored:
        return "scored"
    return "failed" if reading.reason in FAILURES else "unscored"


def hold(session: Session, response_ids: Sequence[int]) -> dict[int, CellKeyTuple]:
    """Hold these responses until the commit; the cells of their texts, none for withdrawn ones."""
    rows = session.execute(
        select(
            Response.id,
            Response.withdrawn_at,
            Response.journey_id,
            Response.touchpoint_id,
            Response.survey_id,
            Response.persona_id,
            Response.channel_id,
            Response.language,
            Response.local_day,
        )
        .where(Response.id.in_(response_ids))
        .order_by(Response.id)
        .with_for_update()
    )
    return {
        row.id: CellKeyTuple(
            row.journey_id,
            row.touchpoint_id or 0,
            row.survey_id,
            "written",
            row.persona_id or 0,
            row.channel_id,
            row.language,
            row.local_day,
        )
        for row in rows
        if row.withdrawn_at is None
    }


def _is_wanted(status: str | None, reading: Reading, *, again: bool) -> bool:
    """Somebody else may have read the text meanwhile; a failure never replaces a score."""
    if status == "pending":
        return True
    return again and status is not None and status_of(reading) != "failed"


def _row(text: Text, reading: Reading, corrected: str | None, at: datetime) -> dict[str, Any]:
    polarity = None if reading.polarity is None else round(reading.polarity * SCALE)
    return {
        "id": text.score_id,
        "status": status_of(reading),
        "language": reading.language,
        "polarity": polarity,
        "label": reading.label,
        "counted": counted_polarity(corrected, reading.label, polarity),
        "confidence": reading.confidence,
        "emotions": dict(reading.emotions),
        "evidence": [
            {"start": part.start, "end": part.end, "polarity": round(part.polarity, 4)}
            for part in reading.evidence
        ],
        "engine": reading.engine,
        "reason": reading.reason,
        "scored_at": at,
        "clauses": [
            {
                "start": clause.start,
                "end": clause.end,
                "polarity": round(clause.polarity, 4),
                "label": clause.label,
                "themes": list(clause.themes),
            }
            for clause in reading.clauses
        ],
        "unsure": reading.unsure,
    }


def _count(
    session: Session,
    response_ids: set[int],
    keys: Mapping[int, CellKeyTuple],
    *,
    at: datetime,
) -> None:
    """Write down how `written` changes. One response counts once, with the mean of its texts."""
    ordered = sorted(response_ids)
    means = session.execute(
        select(TextScore.response_id, func.sum(TextScore.counted), func.count())
        .where(TextScore.response_id.in_(ordered), TextScore.counted.is_not(None))
        .group_by(TextScore.response_id)
    )
    wanted: dict[int, list[CellChange]] = {one: [] for one in ordered}
    for response_id, total, n in means:
        value = mean_polarity(int(total or 0), n) / SCALE
        wanted[response_id] = [CellChange(keys[response_id], measure("written", value))]
    present = contributions(session, ordered, series="written")
    changes = {
        one: [*(-change for change in present[one]), *wanted[one]]
        for one in ordered
        if present[one] != wanted[one]
    }
    record_all(session, changes, reason="score", at=at)
