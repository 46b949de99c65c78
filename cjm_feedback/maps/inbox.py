"""The answers behind the figures, for those who may read them."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from cjm_feedback.accounts.access import current_workspace, requires
from cjm_feedback.extensions import db
from cjm_feedback.journeymap.measures import COUNTED_SERIES
from cjm_feedback.journeymap.numbers import Numbers
from cjm_feedback.journeymap.view import MapView
from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.answer_cards import answer_card
from cjm_feedback.maps.answers import (
    Behind,
    answers_behind,
    count_answers,
    is_known_series,
    read_position,
    themes_of,
)
from cjm_feedback.maps.asking import Asked, asked_journey, asked_map
from cjm_feedback.maps.drawing import period_name
from cjm_feedback.maps.places import UnknownPlaceError, counted_in, read_place
from cjm_feedback.maps.queries import NoClosedPeriodError
from cjm_feedback.maps.review import REVIEWS
from cjm_feedback.maps.series import counted, review_options, series_options
from cjm_feedback.maps.toolbar import Option, toolbar
from cjm_feedback.web.languages import choose_language

bp = Blueprint("responses_inbox", __name__)


@bp.get("/responses")
@requires("staff")
def index() -> ResponseReturnValue:
    """The answers of the journey that the person worked with last, else of the first one."""
    slugs = list(
        db.session.scalars(
            select(Journey.slug)
            .where(Journey.workspace_id == current_workspace().id, Journey.retired_at.is_(None))
            .order_by(Journey.id)
        )
    )
    if not slugs:
        return redirect(url_for("home.index"), 303)
    slug = session["journey"] if session.get("journey") in slugs else slugs[0]
    return redirect(url_for(".show", journey_slug=slug), 303)


@bp.get("/journeys/<journey_slug>/responses")
@requires("staff")
def show(journey_slug: str) -> ResponseReturnValue:
    journey = asked_journey(journey_slug)
    try:
        asked = asked_map(journey)
    except NoClosedPeriodError:
        abort(404)
    place, series = request.args.get("place", ""), request.args.get("series", COUNTED_SERIES)
    review = request.args.get("review", "")
    behind = _behind(asked, place, series, review)
    after = read_position(request.args.get("after", ""))
    found, following = answers_behind(db.session(), behind, after=after)
    drawn = asked.drawn()
    n = count_answers(db.session(), behind) if review else counted(asked.shown, behind)
    themes = themes_of(db.session(), found)
    chosen = {"place": place, "series": "" if series == COUNTED_SERIES else series}
    address = partial(_address, asked, **chosen, review=review)
    return render_template(
        "maps/answers.html",
        asked=asked,
        shown_period=period_name(asked.shown.period),
        journey=journey,
        toolbar=toolbar(asked),
        place=place,
        places=_places(drawn, place),
        series=series_options(series),
        review=review,
        reviews=review_options(review),
        n=n,
        n_text=Numbers(choose_language()).integer(n),
        of_figure=bool(place) or series != COUNTED_SERIES,
        cards=[answer_card(one, journey, themes) for one in found],
        paged=after is not None,
        next_url=address(after=str(following)) if following else None,
        first_url=address(),
        map_url=url_for("maps.show", journey_slug=journey.slug, **asked.selection.args()),
    )


def _behind(asked: Asked, place: str, series: str, review: str) -> Behind:
    if not is_known_series(series) or review not in ("", *REVIEWS):
        abort(404)
    shown = asked.shown
    try:
        places = (
            counted_in(read_place(place), series, shown.structure, shown.cells) if place else None
        )
    except UnknownPlaceError:
        abort(404)
    return Behind(
        journey_id=asked.journey.id,
        places=places,
        series=series,
        first=shown.period.first,
        last=shown.period.last,
        facets=shown.facets,
        review=review,
    )


def _address(asked: Asked, **more: str) -> str:
    return url_for(".show", journey_slug=asked.journey.slug, **asked.selection.args(**more))


def _places(drawn: MapView, chosen: str) -> list[tuple[Option, list[Option]]]:
    """Stages with their touchpoints, to choose from."""
    return [
        (
            Option(f"stage:{stage.key}", stage.name, chosen == f"stage:{stage.key}"),
            [Option(one.key, one.name, chosen == one.key) for one in stage.touchpoints],
        )
        for stage in drawn.stages
    ]
