"""From a request to the map that its sender may see."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import abort, request

from cjm_feedback.accounts.access import current_workspace, may
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.journeymap.view import Href, MapView, Target
from cjm_feedback.journeys.access import get_journey
from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.drawing import drawn_view
from cjm_feedback.maps.periods import UnknownPeriodError
from cjm_feedback.maps.places import Cell, Place
from cjm_feedback.maps.queries import (
    TEAM,
    VIEWERS,
    Audience,
    Choices,
    JourneyMap,
    TooManyFacetsError,
    filter_choices,
    map_view,
)
from cjm_feedback.maps.selection import (
    Selection,
    TypedDays,
    UnknownChoiceError,
    read_days,
    read_selection,
)
from cjm_feedback.maps.snapshots import closed_periods
from cjm_feedback.web.languages import LANGUAGES, choose_language


@dataclass(frozen=True, slots=True)
class Asked:
    """The map that was asked for, and by which words."""

    journey: Journey
    selection: Selection
    choices: Choices
    shown: JourneyMap
    too_many_facets: bool
    """Filters were left out, because together they would let single answers be worked out."""
    refused_days: TypedDays | None
    """What was typed for a period and is none; the usual period is shown."""

    def drawn(self, href: Href | None = None) -> MapView:
        language = choose_language()
        if href is None:
            return drawn_view(self.shown, language)
        return drawn_view(self.shown, language, href=href)


def asked_journey(slug: str) -> Journey:
    return get_journey(db.session(), slug, current_workspace().id)


def asked_map(journey: Journey) -> Asked:
    """Answers 404 where the address names what there is not; raises NoClosedPeriodError."""
    session = db.session()
    audience = TEAM if may("staff") else VIEWERS
    usual = "all" if audience.live else "last"
    selection = read_selection(request.args, default_period=usual)
    days = read_days(request.args)
    refused = None
    if days is not None:
        period = _typed_period(journey, days, audience)
        refused = days if period is None else None
        selection = replace(selection, period=period or usual)
    choices = filter_choices(session, journey)
    at = utc_now()

    def look(selection: Selection) -> JourneyMap:
        return map_view(
            session,
            journey,
            at=at,
            period=selection.period,
            facets=selection.facets(choices, LANGUAGES),
            audience=audience,
        )

    try:
        return Asked(journey, selection, choices, look(selection), False, refused)
    except TooManyFacetsError:
        selection = replace(selection, persona="", channel="", language="")
        return Asked(journey, selection, choices, look(selection), True, refused)
    except (UnknownChoiceError, UnknownPeriodError):
        abort(404)


def _typed_period(journey: Journey, days: TypedDays, audience: Audience) -> str | None:
    """The period that the days make, if they make one that the reader may see.

    Days that were typed go before the period that was chosen. Who only sees closed periods may
    have got the address from somebody who sees more.
    """
    try:
        name = days.period
    except UnknownPeriodError:
        return None
    if audience.live or name in {one.name for one in closed_periods(db.session(), journey.id)}:
        return name
    return None


def cell_of(target: Target) -> Cell:
    """The figure that a link of the drawing leads to."""
    key = target.touchpoint if target.level == "touchpoint" else target.stage
    return Cell(Place(target.level, key), target.metric)
