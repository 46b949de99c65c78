"""Closing periods: the map as it stood, kept for good, and what changed since the one before."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.queries import pending_count
from cjm_feedback.db import JsonObject
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import handles
from cjm_feedback.journeymap.compare import FALSE_DISCOVERY_RATE
from cjm_feedback.journeymap.compute import baseline_weights, compute_map
from cjm_feedback.journeymap.measures import ZERO, Measures
from cjm_feedback.journeymap.structure import MapFigures, Previous
from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.facets import EVERYBODY, narrow
from cjm_feedback.maps.models import MapSnapshot
from cjm_feedback.maps.periods import DAY, due_periods, label, local_date, week_start
from cjm_feedback.maps.snapshots import (
    FacetedCells,
    cells_as_json,
    cells_from_json,
    input_hash,
    weights_from_json,
)
from cjm_feedback.maps.structure import Structure, read_structure, structure_as_json
from cjm_feedback.responses.models import Response
from cjm_feedback.rollups.queries import FacetedKey, read_faceted_cells
from cjm_feedback.rollups.services import fold

METHOD = "map-1"
"""Changes when the same cells would give other figures."""
JOB_SECONDS = 600
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Closing:
    """One period that was closed, and the verdicts that say something has changed."""

    number: int
    label: str
    responses: int
    changes: tuple[JsonObject, ...]


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """What a refresh did. `skipped` says why where it closed nothing."""

    closed: tuple[Closing, ...]
    skipped: str | None
    pending: int

    def as_json(self) -> JsonObject:
        return {
            "closed": [
                {
                    "number": one.number,
                    "period": one.label,
                    "responses": one.responses,
                    "changes": list(one.changes),
                }
                for one in self.closed
            ],
            "skipped": self.skipped,
            "pending": self.pending,
        }


@handles("refresh_map", seconds=JOB_SECONDS)
def refresh_on_schedule(session: Session, job: Job, *, at: datetime) -> JsonObject:
    """Close what is due in the journey `journey_id`."""
    journey = session.get(Journey, job.payload["journey_id"])
    if journey is None or journey.retired_at is not None:
        return RefreshResult((), "no_journey", 0).as_json()
    trigger = job.payload.get("trigger") or "manual"
    return refresh_map(session, journey, until=at, at=at, trigger=trigger).as_json()


def refresh_map(
    session: Session, journey: Journey, *, until: datetime, at: datetime, trigger: str
) -> RefreshResult:
    """Close every whole week that was over `until` then and is not closed yet, the oldest first.

    The first period is the week of the first answer. A closed period never changes: answers that
    arrive for it later are in the live figures only. Nothing waits for texts that are still to
    be read; their number is kept in the parameters. The caller commits.
    """
    # Two refreshes at once would close the same week: the second waits, then finds it closed.
    session.execute(select(Journey.id).where(Journey.id == journey.id).with_for_update())
    fold(session)
    pending = pending_count(session, journey.id)
    last = _last_snapshot(session, journey.id)
    begin = _next_day(session, journey, last)
    if begin is None:
        return RefreshResult((), "no_answers", pending)
    today = local_date(min(until, at), journey.timezone)
    due = list(due_periods(begin, today, journey.week_starts_on))
    structure = read_structure(session, journey.id) if due else ()
    cells = _cells_by_period(session, journey.id, due)
    closed = []
    for days in due:
        last, figures = _snapshot(journey, structure, cells[days], days, last, pending)
        last.computed_at, last.trigger = at, trigger
        session.add(last)
        closed.append(_closing(last, figures))
    session.flush()
    return RefreshResult(tuple(closed), None if closed else "nothing_due", pending)


def _last_snapshot(session: Session, journey_id: int) -> MapSnapshot | None:
    return session.scalar(
        select(MapSnapshot)
        .where(MapSnapshot.journey_id == journey_id)
        .order_by(MapSnapshot.number.desc())
        .limit(1)
    )


def _next_day(session: Session, journey: Journey, last: MapSnapshot | None) -> date | None:
    if last is not None:
        return last.period_to + DAY
    first = session.scalar(
        select(func.min(Response.local_day)).where(Response.journey_id == journey.id)
    )
    return None if first is None else week_start(first, journey.week_starts_on)


def _cells_by_period(
    session: Session, journey_id: int, due: list[Days]
) -> dict[Days, FacetedCells]:
    """The cells of every period, summed over its days; one statement, however many are due."""
    if not due:
        return {}
    sums: dict[Days, dict[FacetedKey, Measures]] = {days: {} for days in due}
    begins = [first for first, _ in due]
    cells = read_faceted_cells(session, journey_id, day_from=due[0][0], day_to=due[-1][1])
    for day, key, measures in cells:
        period = sums[due[bisect_right(begins, day) - 1]]
        period[key] = period.get(key, ZERO) + measures
    return {days: sorted(cell for cell in sums[days].items() if cell[1]) for days in due}


def _snapshot(
    journey: Journey,
    structure: Structure,
    cells: FacetedCells,
    days: Days,
    before: MapSnapshot | None,
    pending: int,
) -> tuple[MapSnapshot, MapFigures]:
    """The period computed; a function of its arguments alone."""
    sums = narrow(cells, EVERYBODY)
    kept = weights_from_json(before.params) if before else {}
    weights = {**baseline_weights(structure, sums), **kept}
    previous = None
    if before is not None:
        name = label(before.period_from, before.period_to)
        previous = Previous(name, narrow(cells_from_json(before.cells), EVERYBODY))
    figures = compute_map(structure, sums, weights=weights, previous=previous)
    params: JsonObject = {
        "method": METHOD,
        "false_discovery_rate": FALSE_DISCOVERY_RATE,
        "weights": {str(touchpoint): weight for touchpoint, weight in sorted(weights.items())},
        "structure": structure_as_json(structure),
        "against": before.input_hash if before else None,
        "pending": pending,
    }
    stored = cells_as_json(cells)
    snapshot = MapSnapshot(
        journey_id=journey.id,
        number=before.number + 1 if before else 1,
        period_from=days[0],
        period_to=days[1],
        params=params,
        cells=stored,
        figures=figures.as_json(),
        input_hash=input_hash(stored, params),
    )
    return snapshot, figures


def _closing(snapshot: MapSnapshot, figures: MapFigures) -> Closing:
    return Closing(
        number=snapshot.number,
        label=label(snapshot.period_from, snapshot.period_to),
        responses=figures.level.responses or 0,
        changes=tuple(_changes(figures)),
    )


def _changes(figures: MapFigures) -> list[JsonObject]:
    """Figures of stages and touchpoints that got better or worse."""
    found: list[JsonObject] = []
    places: list[tuple[str, str, Any]] = [("journey", "", figures.level)]
    for stage in figures.stages:
        places.append(("stage", stage.stage.key, stage.level))
        places += [("touchpoint", t.touchpoint.key, t.level) for t in stage.touchpoints]
    for kind, key, level in places:
        for name, figure in level.figures.items():
            verdict = figure.verdict
            if name == "emotion" or verdict is None:
                continue
            if verdict.judgement in ("better", "worse"):
                found.append({"place": kind, "key": key, "metric": name, "is": verdict.judgement})
    return found
