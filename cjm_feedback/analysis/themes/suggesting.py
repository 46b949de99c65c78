"""Proposing themes that a journey lacks: made once a week, or when somebody asks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.queries import Text
from cjm_feedback.analysis.themes.hits import hit_counts
from cjm_feedback.analysis.themes.reading import (
    JourneyThemes,
    has_uncovered_complaint,
    meaning_encoder,
)
from cjm_feedback.db import JsonObject
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import handles, read_ahead
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import Answer, Response, TextScore, ThemeHit, ThemeSuggestion
from cjm_feedback.sentiment.result import Reading
from cjm_feedback.sentiment.suggestions import MOST_TEXTS, Complaint, Encode, Floats, propose

SUGGEST_THEMES = "suggest_themes"
SECONDS = 180
SHORTEST = 8
"""Letters; less is no complaint to make a theme of."""
HOUR = 4
"""Of Monday, in UTC."""
_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A complaint and the text it is in."""

    score_id: int
    complaint: Complaint


def plan_suggestions(
    session: Session,
    readings: Sequence[tuple[Text, Reading]],
    themes: Mapping[int, JourneyThemes],
    *,
    at: datetime,
) -> None:
    """Have the journeys of complaints that no theme covers looked at, each once a week."""
    journeys = {
        text.journey_id
        for text, reading in readings
        if text.journey_id in themes and has_uncovered_complaint(reading)
    }
    due = next_monday(at)
    for journey_id in sorted(journeys):
        enqueue(
            session,
            SUGGEST_THEMES,
            {"journey_id": journey_id},
            at=at,
            run_at=due,
            dedupe_key=f"{SUGGEST_THEMES}:{journey_id}@{due:%Y-%m-%d}",
        )


def next_monday(at: datetime) -> datetime:
    day = at.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    day += timedelta(days=-day.weekday() % 7)
    return day if day > at else day + timedelta(days=7)


def ask_for_suggestions(session: Session, journey: Journey, *, at: datetime) -> Job:
    """Have the complaints of a journey looked at now; one job that waits is enough."""
    waiting = waiting_job(session, journey.id, at=at)
    if waiting is not None:
        return waiting
    return enqueue(session, SUGGEST_THEMES, {"journey_id": journey.id}, at=at)


def waiting_job(session: Session, journey_id: int, *, at: datetime) -> Job | None:
    """The job that is at it, or about to be."""
    jobs = session.scalars(
        select(Job)
        .where(
            Job.kind == SUGGEST_THEMES,
            Job.status.in_(("queued", "running")),
            Job.run_at <= at + timedelta(minutes=1),
        )
        .order_by(Job.id)
    )
    return next((job for job in jobs if job.payload.get("journey_id") == journey_id), None)


@handles(SUGGEST_THEMES, seconds=SECONDS)
def suggest_themes(
    session: Session, job: Job, *, at: datetime, encode: Encode | None = None
) -> JsonObject:
    """Put new suggestions for a journey in the place of those that nobody decided on."""
    journey_id = int(job.payload["journey_id"])
    encode = encode or meaning_encoder()
    if encode is None:
        return {"suggested": 0, "reason": "no_deep_model"}
    with read_ahead(session):
        found = uncovered_complaints(session, journey_id)
        known = _decided(session, journey_id)
    groups = propose([one.complaint for one in found], encode, known=known)
    session.execute(
        delete(ThemeSuggestion)
        .where(ThemeSuggestion.journey_id == journey_id, ThemeSuggestion.status == "open")
        .execution_options(synchronize_session=False)
    )
    for group in groups:
        texts = list(dict.fromkeys(found[place].score_id for place in group.members))
        session.add(
            ThemeSuggestion(
                journey_id=journey_id,
                phrases=group.phrases,
                texts=texts,
                centre=group.centre.astype("<f4").tobytes(),
                made_at=at,
            )
        )
    return {"complaints": len(found), "suggested": len(groups)}


def uncovered_complaints(session: Session, journey_id: int) -> list[Uncovered]:
    """The newest complaints that no theme covers, as many as are looked at."""
    covered = exists().where(ThemeHit.text_score_id == TextScore.id, hit_counts())
    rows = session.execute(
        select(
            TextScore.id,
            TextScore.response_id,
            TextScore.label,
            TextScore.clauses,
            TextScore.language,
            Response.language.label("answered_in"),
            Answer.text,
            covered.label("covered"),
        )
        .join(Response, Response.id == TextScore.response_id)
        .join(Answer, Answer.id == TextScore.answer_id)
        .where(
            TextScore.journey_id == journey_id,
            TextScore.status == "scored",
            or_(TextScore.label.in_(("negative", "mixed")), TextScore.polarity < 0),
            Response.withdrawn_at.is_(None),
            or_(~covered, TextScore.themes_source == "engine"),
        )
        .order_by(Response.received_at.desc(), TextScore.id.desc())
        .limit(MOST_TEXTS * 4)
    )
    found: list[Uncovered] = []
    for row in rows:
        for text in _complaints(row.text or "", row.label, row.clauses, covered=row.covered):
            complaint = Complaint(text, row.language or row.answered_in, row.response_id)
            found.append(Uncovered(row.id, complaint))
    return found[:MOST_TEXTS]


def _complaints(
    text: str, label: str | None, clauses: Collection[JsonObject], *, covered: bool
) -> Iterator[str]:
    """The negative clauses without a theme; of a text without clauses, the text."""
    parts = [
        " ".join(text[one["start"] : one["end"]].split())
        for one in clauses
        if one["label"] == "negative" and not one["themes"]
    ]
    named = any(one["themes"] for one in clauses)
    if covered and not named:
        return  # what it is about is said of the text as a whole
    if len(clauses) < 2:
        parts = [] if covered or label == "positive" else [" ".join(text.split())]
    for part in parts:
        if len(part) >= SHORTEST:
            yield part[:_LENGTH]


def _decided(session: Session, journey_id: int) -> list[Floats]:
    """What the suggestions meant that somebody accepted, merged or dismissed."""
    stored = session.scalars(
        select(ThemeSuggestion.centre).where(
            ThemeSuggestion.journey_id == journey_id, ThemeSuggestion.status != "open"
        )
    )
    return [np.frombuffer(one, "<f4").astype(np.float32) for one in stored]
