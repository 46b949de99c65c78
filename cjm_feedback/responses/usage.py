"""How many responses belong to a touchpoint, a channel, a persona or a survey."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import BigInteger, Select, func, select, union_all
from sqlalchemy.orm import Session

from cjm_feedback.journeymap.measures import COUNTED_SERIES
from cjm_feedback.journeys.models import Channel, Journey, Persona, Touchpoint
from cjm_feedback.journeys.usage import Part, counts
from cjm_feedback.rollups.models import Delta, RollupCell
from cjm_feedback.rollups.services import WAITING
from cjm_feedback.surveys.models import Survey

_COLUMNS = {
    "touchpoint": "touchpoint_id",
    "channel": "channel_id",
    "persona": "persona_id",
    "survey": "survey_id",
}
_TABLES: dict[Part, type[Touchpoint] | type[Persona] | type[Survey]] = {
    "touchpoint": Touchpoint,
    "persona": Persona,
    "survey": Survey,
}


@counts("responses")
def count_responses(session: Session, part: Part, ids: Collection[int]) -> Mapping[int, int]:
    """From the figures, not from the responses: the cost does not grow with those."""
    column = _COLUMNS.get(part)
    if column is None:
        return {}
    journeys = _journeys(part, ids)
    cells, waiting = (
        select(getattr(table, column).label("one"), table.n).where(
            table.journey_id.in_(journeys),
            table.series == COUNTED_SERIES,
            getattr(table, column).in_(ids),
        )
        for table in (RollupCell, Delta)
    )
    both = union_all(cells, waiting.where(WAITING)).subquery()
    total = func.sum(both.c.n).cast(BigInteger)
    rows = session.execute(select(both.c.one, total).group_by(both.c.one))
    return {one: number for one, number in rows}  # noqa: C416 - a row is no pair to a type checker


def _journeys(part: Part, ids: Collection[int]) -> Select[int]:
    """The journeys that the parts belong to: cells are found by journey first."""
    if part == "channel":
        return (
            select(Journey.id)
            .join(Channel, Channel.workspace_id == Journey.workspace_id)
            .where(Channel.id.in_(ids))
        )
    table = _TABLES[part]
    return select(table.journey_id).where(table.id.in_(ids))
