"""Sorting a journey's responses anew, after somebody has changed its persona rules."""

from __future__ import annotations

import time
from datetime import datetime

from sqlalchemy.orm import Session

from cjm_feedback.db import JsonObject
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import handles
from cjm_feedback.journeys.models import Journey
from cjm_feedback.journeys.persona_editing import ASSIGN_PERSONAS
from cjm_feedback.responses.personas import reassign_next
from cjm_feedback.rollups.services import fold

BATCH_SECONDS = 2.0
"""After which the job leaves the rest to the next one: on SQLite nobody can answer meanwhile."""


@handles(ASSIGN_PERSONAS)
def assign_personas(session: Session, job: Job, *, at: datetime) -> JsonObject:
    """Apply the rules of the journey to its responses, those after `after` if the payload says so.

    Rules that change meanwhile bring a job of their own, so that every response ends up under the
    last ones.
    """
    journey = session.get(Journey, job.payload["journey_id"])
    if journey is None:
        return {"moved": 0}
    started = time.monotonic()
    moved, after = reassign_next(session, journey, after=int(job.payload.get("after", 0)), at=at)
    while after is not None and time.monotonic() - started < BATCH_SECONDS:
        some, after = reassign_next(session, journey, after=after, at=at)
        moved += some
    if after is not None:
        enqueue(session, ASSIGN_PERSONAS, {"journey_id": journey.id, "after": after}, at=at)
    fold(session)
    return {"moved": moved}
