"""The map as somebody may see it, at a cost that does not grow with the number of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.queries import pending_count
from cjm_feedback.journeymap.compute import compute_map
from cjm_feedback.journeymap.figures import NUMBER_FLOOR, TEXT_FLOOR
from cjm_feedback.journeymap.measures import COUNTED_SERIES, Measures
from cjm_feedback.journeymap.structure import MapFigures, Previous
from cjm_feedback.journeys.models import Channel, Journey, Persona
from cjm_feedback.maps.facets import EVERYBODY, Facets, narrow
from cjm_feedback.maps.models import MapSnapshot
from cjm_feedback.maps.periods import (
    DAY,
    Period,
    UnknownPeriodError,
    local_date,
    parse_days,
    week_start,
)
from cjm_feedback.maps.snapshots import (
    ClosedPeriod,
    cells_from_json,
    closed_periods,
    frozen_weights,
    snapshots_by_id,
    weights_from_json,
)
from cjm_feedback.maps.structure import Structure, read_structure, structure_from_json
from cjm_feedback.responses.models import Response
from cjm_feedback.rollups.queries import read_cells

Sums = dict[tuple[int, str], Measures]


class NoClosedPeriodError(Exception):
    """Only closed periods may be shown, and there is none yet."""


class TooManyFacetsError(Exception):
    """With a display floor, several filters together would let single answers be worked out."""


@dataclass(frozen=True, slots=True)
class Audience:
    """What a reader may see: live figures of everything, or closed periods with a floor."""

    live: bool
    number_floor: int = 0
    text_floor: int = 0


TEAM = Audience(live=True)
"""Staff and admins, who may open the answers anyway."""
VIEWERS = Audience(live=False, number_floor=NUMBER_FLOOR, text_floor=TEXT_FLOOR)


@dataclass(frozen=True, slots=True)
class JourneyMap:
    """The figures of a journey in one period, and where they come from."""

    journey: Journey
    period: Period
    figures: MapFigures
    cells: Sums
    as_of: datetime
    pending: int
    facets: Facets
    audience: Audience
    periods: Sequence[ClosedPeriod]
    """All closed ones, the newest first."""
    snapshot: ClosedPeriod | None
    against: ClosedPeriod | None
    late: int
    """Responses that came for a closed period after it was closed; negative: withdrawn."""

    @property
    def structure(self) -> Structure:
        """The stages and touchpoints that are shown."""
        return tuple(stage.stage for stage in self.figures.stages)


def map_view(
    session: Session,
    journey: Journey,
    *,
    at: datetime,
    period: str = "all",
    facets: Facets = EVERYBODY,
    audience: Audience = TEAM,
) -> JourneyMap:
    """The map of `all`, `open`, `last` or `FROM..TO`.

    A closed period is shown as it was kept; anything else is computed from the cells as they
    are now. Raises UnknownPeriodError, NoClosedPeriodError and TooManyFacetsError.
    """
    if audience.number_floor and len(facets.chosen) > 1:
        raise TooManyFacetsError
    periods = closed_periods(session, journey.id)
    chosen = _closed(period, periods)
    if chosen is None and (period == "last" or not audience.live):
        if not periods:
            raise NoClosedPeriodError
        raise UnknownPeriodError(period)
    if chosen is not None:
        return _closed_map(session, journey, chosen, periods, facets, audience)
    return _live_map(session, journey, period, periods, facets, audience, at)


def _closed(period: str, periods: Sequence[ClosedPeriod]) -> ClosedPeriod | None:
    if period == "last":
        return periods[0] if periods else None
    return next((one for one in periods if one.name == period), None)


def _closed_map(
    session: Session,
    journey: Journey,
    chosen: ClosedPeriod,
    periods: Sequence[ClosedPeriod],
    facets: Facets,
    audience: Audience,
) -> JourneyMap:
    before = next((one for one in periods if one.number == chosen.number - 1), None)
    rows = snapshots_by_id(session, [one.id for one in (chosen, before) if one is not None])
    snapshot = rows[chosen.id]
    floor = audience.number_floor
    cells = narrow(cells_from_json(snapshot.cells), facets, floor=floor)
    figures = compute_map(
        structure_from_json(snapshot.params["structure"]),
        cells,
        weights=weights_from_json(snapshot.params),
        previous=_previous(before, rows, facets, floor),
        floor=floor,
    )
    return JourneyMap(
        journey=journey,
        period=Period("closed", chosen.first, chosen.last),
        figures=figures,
        cells=cells,
        as_of=chosen.computed_at,
        pending=pending_count(session, journey.id),
        facets=facets,
        audience=audience,
        periods=periods,
        snapshot=chosen,
        against=before,
        late=_late(session, journey.id, chosen, snapshot) if audience.live else 0,
    )


def _previous(
    before: ClosedPeriod | None, rows: Mapping[int, MapSnapshot], facets: Facets, floor: int
) -> Previous | None:
    if before is None:
        return None
    cells = cells_from_json(rows[before.id].cells)
    return Previous(before.label, narrow(cells, facets, floor=floor))


def _late(session: Session, journey_id: int, chosen: ClosedPeriod, snapshot: MapSnapshot) -> int:
    now = read_cells(session, journey_id, day_from=chosen.first, day_to=chosen.last)
    kept = narrow(cells_from_json(snapshot.cells), EVERYBODY)
    return _counted(now) - _counted(kept)


def _counted(cells: Sums) -> int:
    return sum(measures.n for (_, series), measures in cells.items() if series == COUNTED_SERIES)


def _live_map(
    session: Session,
    journey: Journey,
    period: str,
    periods: Sequence[ClosedPeriod],
    facets: Facets,
    audience: Audience,
    at: datetime,
) -> JourneyMap:
    newest = periods[0] if periods else None
    asked = _live_period(session, journey, period, newest, local_date(at, journey.timezone))
    cells = read_cells(
        session,
        journey.id,
        day_from=asked.first,
        day_to=asked.last,
        persona_id=facets.persona_id,
        channel_id=facets.channel_id,
        language=facets.language,
    )
    weights = frozen_weights(session, newest.id) if newest else None
    return JourneyMap(
        journey=journey,
        period=asked,
        figures=compute_map(
            read_structure(session, journey.id), cells, weights=weights, floor=audience.number_floor
        ),
        cells=cells,
        as_of=at,
        pending=pending_count(session, journey.id),
        facets=facets,
        audience=audience,
        periods=periods,
        snapshot=None,
        against=None,
        late=0,
    )


def _live_period(
    session: Session, journey: Journey, name: str, newest: ClosedPeriod | None, today: date
) -> Period:
    """`open` is everything since the last closed period, or this week where none was closed."""
    if name == "all":
        return Period("all", first_day(session, journey.id), today)
    if name == "open":
        begin = newest.last + DAY if newest else week_start(today, journey.week_starts_on)
        return Period("open", begin, max(today, begin))
    first, last = parse_days(name)
    return Period("range", first, last)


def first_day(session: Session, journey_id: int) -> date | None:
    """Of the first answer, withdrawn or not."""
    return session.scalar(
        select(func.min(Response.local_day)).where(Response.journey_id == journey_id)
    )


def responses_in(figures: MapFigures) -> int:
    return figures.level.responses or 0


@dataclass(frozen=True, slots=True)
class Choices:
    """What a map can be narrowed to, by key."""

    personas: Mapping[str, Persona]
    channels: Mapping[str, Channel]


def filter_choices(session: Session, journey: Journey) -> Choices:
    """Retired ones included: answers point at them."""
    personas = session.scalars(
        select(Persona)
        .where(Persona.journey_id == journey.id)
        .order_by(Persona.position, Persona.id)
    )
    channels = session.scalars(
        select(Channel)
        .where(Channel.workspace_id == journey.workspace_id)
        .order_by(Channel.position, Channel.id)
    )
    return Choices({one.key: one for one in personas}, {one.key: one for one in channels})
