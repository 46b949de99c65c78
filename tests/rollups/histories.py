"""Small sets of answers for tests of what is counted."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count as counter

from sqlalchemy.orm import Session

from cjm_feedback.journeymap.measures import measure
from cjm_feedback.responses.models import Response
from cjm_feedback.rollups.services import CellChange, CellKeyTuple, fold
from cjm_feedback.surveys.models import Link

DAY = date(2026, 11, 20)
_receipts = counter(1)


def key(journey_id: int = 1, **changes: object) -> CellKeyTuple:
    return CellKeyTuple(journey_id, 1, 1, "csat", 0, 1, "cs", DAY)._replace(**changes)  # type: ignore[arg-type]


def rating(value: int, *, at: CellKeyTuple) -> CellChange:
    return CellChange(at, measure(at.series, value))


def stored_response(
    session: Session,
    link: Link,
    *,
    received_at: datetime,
    local_day: date | None = None,
    language: str = "cs",
    persona_id: int | None = None,
) -> Response:
    """A response without answers, in the database."""
    survey = link.survey
    response = Response(
        journey_id=survey.journey_id,
        survey_id=survey.id,
        revision_id=survey.revisions[-1].id,
        link_id=link.id,
        touchpoint_id=link.touchpoint_id,
        channel_id=link.channel_id,
        persona_id=persona_id,
        language=language,
        received_at=received_at,
        local_day=local_day or received_at.date(),
        source="page",
        receipt=f"receipt-{next(_receipts)}",
    )
    session.add(response)
    session.flush()
    return response


def fold_all(session: Session) -> int:
    """Fold until nothing waits."""
    folded = 0
    while count := fold(session):
        folded += count
    return folded
