"""Reading figures' sums: what was added up, plus what still waits to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, func, select, union_all
from sqlalchemy.orm import Session

from cjm_feedback.journeymap.measures import Measures
from cjm_feedback.rollups.models import Delta, RollupCell
from cjm_feedback.rollups.services import KEY, MEASURES, WAITING, CellKeyTuple, measures_from

FACETS = ("persona_id", "channel_id", "language")
FacetedKey = tuple[int, str, int, int, str]
"""Touchpoint, series, persona, channel, language."""


def read_cells(
    session: Session,
    journey_id: int,
    *,
    day_from: date | None = None,
    day_to: date | None = None,
    persona_id: int | None = None,
    channel_id: int | None = None,
    language: str | None = None,
    survey_id: int | None = None,
) -> dict[tuple[int, str], Measures]:
    """Measures by touchpoint (0: the journey as a whole) and series, both days included.

    Exact at any moment: folded and waiting changes are summed by one statement, hence in one
    state of the database. What adds up to nothing is left out.
    """
    rows = _sums(
        session,
        ("touchpoint_id", "series"),
        journey_id,
        day_from=day_from,
        day_to=day_to,
        persona_id=persona_id,
        channel_id=channel_id,
        language=language,
        survey_id=survey_id,
    )
    return {(place, series): measures for (place, series), measures in rows}


def read_faceted_cells(
    session: Session, journey_id: int, *, day_from: date | None = None, day_to: date | None = None
) -> Iterator[tuple[date, FacetedKey, Measures]]:
    """Measures by day and, within it, touchpoint, series, persona, channel and language."""
    rows = _sums(
        session,
        ("day", "touchpoint_id", "series", *FACETS),
        journey_id,
        day_from=day_from,
        day_to=day_to,
    )
    for (day, *key), measures in rows:
        yield day, tuple(key), measures


def read_all_cells(session: Session, journey_id: int) -> dict[CellKeyTuple, Measures]:
    """Every cell of a journey with its full key."""
    return {CellKeyTuple(*key): measures for key, measures in _sums(session, KEY, journey_id)}


def _sums(
    session: Session,
    group: tuple[str, ...],
    journey_id: int,
    *,
    day_from: date | None = None,
    day_to: date | None = None,
    **equal: int | str | None,
) -> Iterator[tuple[Any, Measures]]:
    def part(table: type[Delta] | type[RollupCell]) -> Select[Any]:
        wanted = select(
            *(getattr(table, name) for name in group), *(getattr(table, name) for name in MEASURES)
        ).where(table.journey_id == journey_id)
        if day_from is not None:
            wanted = wanted.where(table.day >= day_from)
        if day_to is not None:
            wanted = wanted.where(table.day <= day_to)
        for name, value in equal.items():
            if value is not None:
                wanted = wanted.where(getattr(table, name) == value)
        return wanted

    both = union_all(part(RollupCell), part(Delta).where(WAITING)).subquery()
    key = [both.c[name] for name in group]
    # PostgreSQL sums integers into wider types; BIGINT brings them back as Python integers.
    sums = [func.sum(both.c[name]).cast(BigInteger).label(name) for name in MEASURES]
    for row in session.execute(select(*key, *sums).group_by(*key)):
        measures = measures_from(row[len(group) :])
        if measures:
            yield tuple(row[: len(group)]), measures
