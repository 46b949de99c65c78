"""The journey map as a page, a drawing, a table and documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, abort, json, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cjm_feedback.accounts.access import may, requires
from cjm_feedback.analysis.words import language_name
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.journeymap.drawing import render_svg
from cjm_feedback.journeymap.summary import Extreme
from cjm_feedback.journeymap.view import FigureView, Href, MapView, Target
from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.answers import Quote
from cjm_feedback.maps.asking import Asked, asked_journey, asked_map, cell_of
from cjm_feedback.maps.documents import map_csv, map_json
from cjm_feedback.maps.drawing import period_name, span
from cjm_feedback.maps.freshness import freshness
from cjm_feedback.maps.moments import local_time
from cjm_feedback.maps.panel import Panel, figure_drawing, find_figures, open_cell, place_quotes
from cjm_feedback.maps.periods import local_date, week_end
from cjm_feedback.maps.places import Cell, Place, UnknownPlaceError, read_cell
from cjm_feedback.maps.queries import NoClosedPeriodError
from cjm_feedback.maps.toolbar import toolbar
from cjm_feedback.web.languages import choose_language

bp = Blueprint("maps", __name__)
METRICS = ("written", "said", "csat", "nps", "ces")
VIEWS = ("full", "cards", "table")
BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""


@dataclass(frozen=True, slots=True)
class End:
    """The lowest or the highest touchpoint, with what people wrote there."""

    lowest: bool
    name: str
    figure: FigureView
    quotes: tuple[Quote, ...]


@bp.get("/journeys/<journey_slug>/map")
@requires("viewer")
def show(journey_slug: str) -> ResponseReturnValue:
    journey = asked_journey(journey_slug)
    try:
        asked = asked_map(journey)
    except NoClosedPeriodError:
        return _nothing_closed(journey)
    view = request.args.get("view", "full")
    if view not in VIEWS:
        abort(404)
    drawn = asked.drawn(_links(asked, view))
    panel = _panel(asked, drawn)
    return render_template(
        "maps/show.html",
        asked=asked,
        journey=journey,
        shown=asked.shown,
        shown_period=period_name(asked.shown.period),
        map=drawn,
        toolbar=toolbar(asked),
        view=view,
        views={one: _address(asked, "show", view=_view_arg(one)) for one in VIEWS},
        svg=render_svg(drawn, selected=_selected(asked, panel)),
        measured=[m for m in METRICS if drawn.measured(m) or drawn.figures[m].figure.n],
        gauges={stage.key: figure_drawing(stage.figures["emotion"]) for stage in drawn.stages},
        panel=panel,
        close_url=_address(asked, "show", view=_view_arg(view)),
        ends=() if panel else tuple(_ends(asked, drawn)),
        freshness=tuple(freshness(asked.shown)),
        empty=asked.shown.period.kind == "all" and asked.shown.period.first is None,
        files={one: _address(asked, one) for one in ("csv", "svg", "document")},
        answers_url=_answers_address(asked, panel),
        local_time=local_time,
        language_name=language_name,
    )


@bp.get("/journeys/<journey_slug>/map.svg")
@requires("viewer")
def svg(journey_slug: str) -> ResponseReturnValue:
    asked = _asked_file(journey_slug)
    return _file(asked, render_svg(asked.drawn(), standalone=True), "svg", "image/svg+xml")


@bp.get("/journeys/<journey_slug>/map.csv")
@requires("viewer")
def csv(journey_slug: str) -> ResponseReturnValue:
    asked = _asked_file(journey_slug)
    text = BYTE_ORDER_MARK + map_csv(asked.shown, choose_language())
    return _file(asked, text, "csv", "text/csv; charset=utf-8")


@bp.get("/journeys/<journey_slug>/map.json")
@requires("viewer")
def document(journey_slug: str) -> ResponseReturnValue:
    found = map_json(_asked_file(journey_slug).shown)
    text = json.dumps(found, ensure_ascii=False, sort_keys=False)
    return Response(text, content_type="application/json")


def _asked_file(journey_slug: str) -> Asked:
    """Answers 404 where a page would say why it shows something else."""
    try:
        asked = asked_map(asked_journey(journey_slug))
    except NoClosedPeriodError:
        abort(404)
    if asked.too_many_facets or asked.refused_days:
        abort(404)
    return asked


def _file(asked: Asked, text: str, ending: str, kind: str) -> Response:
    reply = Response(text, content_type=kind)
    days = asked.shown.period.name.replace("..", "_")
    disposition = "inline" if ending == "svg" else "attachment"
    reply.headers.set(
        "Content-Disposition", disposition, filename=f"{asked.journey.slug}-{days}.{ending}"
    )
    return reply


def _nothing_closed(journey: Journey) -> str:
    today = local_date(utc_now(), journey.timezone)
    ends = week_end(today, journey.week_starts_on)
    return render_template("maps/nothing_closed.html", journey=journey, ends=span(None, ends))


def _view_arg(view: str) -> str:
    return "" if view == "full" else view


def _address(asked: Asked, endpoint: str, *, anchor: str | None = None, **more: str) -> str:
    args = asked.selection.args(**more)
    return url_for(f"maps.{endpoint}", journey_slug=asked.journey.slug, _anchor=anchor, **args)


def _links(asked: Asked, view: str) -> Href:
    """Every figure leads to itself, opened beside the map."""

    def link(target: Target) -> str:
        cell = cell_of(target).name
        return _address(asked, "show", anchor="evidence", cell=cell, view=_view_arg(view))

    return link


def _panel(asked: Asked, drawn: MapView) -> Panel | None:
    wanted = request.args.get("cell")
    if not wanted:
        return None
    try:
        return open_cell(db.session(), asked.shown, drawn, read_cell(wanted))
    except UnknownPlaceError:
        abort(404)


def _selected(asked: Asked, panel: Panel | None) -> int | None:
    """The touchpoint whose column is framed."""
    place = panel.cell.place if panel else None
    for stage in asked.shown.structure:
        for touchpoint in stage.touchpoints:
            if place == Place("touchpoint", touchpoint.key):
                return touchpoint.id
    return None


def _ends(asked: Asked, drawn: MapView) -> Iterator[End]:
    for extreme in (drawn.ends.lowest, drawn.ends.highest):
        if extreme is not None:
            yield _end(asked, drawn, extreme)


def _end(asked: Asked, drawn: MapView, extreme: Extreme) -> End:
    cell = Cell(Place("touchpoint", extreme.touchpoint.key), "emotion")
    _above, name, figures = find_figures(drawn, cell.place)
    lowest = extreme is drawn.ends.lowest
    quotes, _held_back = place_quotes(
        db.session(), asked.shown, cell, figures, negative=lowest, most=1
    )
    return End(lowest, name, figures["emotion"], tuple(quotes))


def _answers_address(asked: Asked, panel: Panel | None) -> str | None:
    """Where the answers behind the open figure, or behind the whole map, are read."""
    if not may("staff"):
        return None
    more = {}
    if panel is not None:
        more = {"place": panel.cell.place.name, "series": panel.figure.figure.source}
    args = asked.selection.args(**more)
    return url_for("responses_inbox.show", journey_slug=asked.journey.slug, **args)
