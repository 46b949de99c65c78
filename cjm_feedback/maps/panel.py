"""One figure of the map, opened: the number, why it can be trusted, and the words behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from cjm_feedback.journeymap.figures import Figure
from cjm_feedback.journeymap.marks import render_gauge, render_share
from cjm_feedback.journeymap.numbers import Numbers
from cjm_feedback.journeymap.svg import Svg
from cjm_feedback.journeymap.view import FigureView, MapView
from cjm_feedback.maps.answers import QUOTES, Behind, Quote, count_writers, quotes
from cjm_feedback.maps.places import Cell, Place, UnknownPlaceError, counted_in
from cjm_feedback.maps.queries import JourneyMap

GAUGE_WIDTH = 260


@dataclass(frozen=True, slots=True)
class Panel:
    cell: Cell
    above: str
    """The stage of a touchpoint; empty for a stage and for the journey."""
    name: str
    figure: FigureView
    others: tuple[FigureView, ...]
    drawing: Svg | None
    change: str
    needed: str
    quotes: tuple[Quote, ...]
    held_back: bool
    """There are quotes, of too few people to show them to everybody."""
    how: tuple[str, ...]


def open_cell(session: Session, shown: JourneyMap, view: MapView, cell: Cell) -> Panel:
    """Raises UnknownPlaceError. Costs two statements, three with a floor."""
    above, name, figures = find_figures(view, cell.place)
    figure = figures[cell.metric]
    found, held_back = place_quotes(session, shown, cell, figures)
    return Panel(
        cell=cell,
        above=above,
        name=name,
        figure=figure,
        others=tuple(
            one
            for key, one in figures.items()
            if key not in (cell.metric, "emotion") and one.figure.n != 0
        ),
        drawing=figure_drawing(figure),
        change=_change(figure.figure, view.phrases.numbers),
        needed=_needed(figure.figure, view.phrases.numbers),
        quotes=tuple(found),
        held_back=held_back,
        how=tuple(_how(figure.figure.source)),
    )


def find_figures(view: MapView, place: Place) -> tuple[str, str, Mapping[str, FigureView]]:
    """The name above a place, its own, and its figures."""
    if place.kind == "journey":
        return "", view.title, view.figures
    for stage in view.stages:
        if place.kind == "stage" and stage.key == place.key:
            return "", stage.name, stage.figures
        for touchpoint in stage.touchpoints:
            if place.kind == "touchpoint" and touchpoint.key == place.key:
                return stage.name, touchpoint.name, touchpoint.figures
    raise UnknownPlaceError(place.name)


def place_quotes(
    session: Session,
    shown: JourneyMap,
    cell: Cell,
    figures: Mapping[str, FigureView],
    *,
    negative: bool | None = None,
    most: int = QUOTES,
) -> tuple[list[Quote], bool]:
    """What people wrote there in the period; held back where it were the words of too few.

    Figures of a closed period stay as they were, the words are those that are left: there have
    to be enough of both.

    Most quotes are `negative` or positive as asked, else as the figure leans.
    """
    written = figures["written"].figure
    if written.n == 0:
        return [], False
    floor = shown.audience.text_floor
    if written.n is None or written.n < floor:
        return [], True
    if negative is None:
        negative = (figures["emotion"].figure.value or 0) < 0
    places = counted_in(cell.place, "written", shown.structure, shown.cells)
    behind = Behind(
        journey_id=shown.journey.id,
        places=places,
        series="written",
        first=shown.period.first,
        last=shown.period.last,
        facets=shown.facets,
    )
    if floor and count_writers(session, behind) < floor:
        return [], True
    return quotes(session, behind, negative=negative, most=most), False


def figure_drawing(view: FigureView) -> Svg | None:
    """The number on its scale; none where it is hidden, or of a scale that has no drawing."""
    figure = view.figure
    if figure.value is None or figure.low is None or figure.high is None:
        return None
    interval, weak = (figure.low, figure.high), figure.tier == "weak"
    if figure.source in ("written", "said"):
        return render_gauge(
            figure.value,
            interval,
            view.sentence,
            weak=weak,
            picked=figure.source == "said",
            width=GAUGE_WIDTH,
        )
    if figure.source == "csat":
        return render_share(figure.value, interval, view.sentence, weak=weak, width=GAUGE_WIDTH)
    return None


def _change(figure: Figure, numbers: Numbers) -> str:
    """How much it changed since the period before, with the interval of that change."""
    verdict = figure.verdict
    if verdict is None or verdict.difference is None:
        return ""
    if verdict.low is None or verdict.high is None:
        return ""
    scale, digits = {"csat": (100, 0), "nps": (1, 0)}.get(figure.source, (1, 2))
    words = {
        "change": numbers.signed(scale * verdict.difference, digits),
        "low": numbers.signed(scale * verdict.low, digits),
        "high": numbers.signed(scale * verdict.high, digits),
    }
    if figure.source == "csat":
        return str(_("%(change)s points (%(low)s to %(high)s)", **words))
    return str(_("%(change)s (%(low)s to %(high)s)", **words))


def _needed(figure: Figure, numbers: Numbers) -> str:
    verdict = figure.verdict
    if verdict is None or verdict.judgement != "cannot_tell" or not verdict.n_needed:
        return ""
    return str(
        ngettext(
            "About %(n)s response in each period would tell.",
            "About %(n)s responses in each period would tell.",
            verdict.n_needed,
            n=numbers.integer(verdict.n_needed),
        )
    )


def _how(source: str) -> list[str]:
    made = {
        "written": _(
            "Mean of what people wrote, each text read by the machine on a scale from −1 to +1."
            " A person with several texts counts once."
        ),
        "said": _(
            "Mean of the feelings people picked, each standing for a value from −1 (anger)"
            " to +1 (delight)."
        ),
        "csat": _("Share of people who gave 4 or 5 of 5."),
        "nps": _("Share of people who gave 9 or 10 minus share of those who gave 0 to 6."),
        "ces": _("Mean of the ratings from 1 (hard) to 7 (easy)."),
    }
    return [
        str(made[source]),
        str(
            _(
                "The interval holds the true value in 95 of 100 cases. Where it is wide, the number"
                " is not printed."
            )
        ),
        str(
            _(
                "A stage is the mean of its touchpoints, weighted by how many people answered in"
                " the first closed period, so that busier places do not pass for a better mood."
            )
        ),
    ]
