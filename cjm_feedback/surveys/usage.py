"""How many links lead to a touchpoint or a channel, for whoever edits those."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.journeys.usage import Part, counts
from cjm_feedback.surveys.models import Link


@counts("links")
def count_links(session: Session, part: Part, ids: Collection[int]) -> Mapping[int, int]:
    columns = {"touchpoint": Link.touchpoint_id, "channel": Link.channel_id}
    if part not in columns:
        return {}
    column = columns[part]
    rows = session.execute(select(column, func.count()).where(column.in_(ids)).group_by(column))
    return {one: number for one, number in rows if one is not None}
