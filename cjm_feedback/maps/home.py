"""Where people arrive: the journeys of their workspace and how they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from cjm_feedback.accounts.access import may, signed_in
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.journeymap.view import FigureView, MapView, Target
from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.asking import cell_of
from cjm_feedback.maps.drawing import drawn_view
from cjm_feedback.maps.freshness import freshness
from cjm_feedback.maps.queries import (
    TEAM,
    VIEWERS,
    JourneyMap,
    NoClosedPeriodError,
    map_view,
)
from cjm_feedback.web.languages import choose_language, text_in
from cjm_feedback.web.nav import page_exists

bp = Blueprint("home", __name__)
HEADLINES = ("emotion", "csat", "nps", "ces")
TOLD = ("written", "said", "csat")
MOST_CHANGES = 6


@dataclass(frozen=True, slots=True)
class Change:
    """A touchpoint that got better or worse in the last closed period."""

    touchpoint: str
    stage: str
    figure: FigureView


@dataclass(frozen=True, slots=True)
class JourneyCard:
    slug: str
    name: str
    shown: JourneyMap | None
    map: MapView | None
    freshness: tuple[str, ...]
    changes: tuple[Change, ...]
    compared: bool
    """Whether there are two closed periods to compare."""

    @property
    def headlines(self) -> list[FigureView]:
        """The journey's figures that have answers."""
        if self.map is None:
            return []
        return [self.map.figures[m] for m in HEADLINES if self.map.figures[m].figure.n != 0]


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    membership = g.get("membership")
    if membership is None:
        return render_template("maps/no_workspace.html")
    journeys = db.session.scalars(
        select(Journey)
        .where(Journey.workspace_id == membership.workspace_id, Journey.retired_at.is_(None))
        .order_by(Journey.id)
    ).all()
    if not journeys and may("admin") and page_exists("setup.index"):
        return redirect(url_for("setup.index"), 303)
    cards = _cards(journeys)
    if cards and not session.get("journey"):
        # Who comes for the first time finds the map in the navigation at once.
        session["journey"] = cards[0].slug
    return render_template("maps/home.html", cards=cards)


def _cards(journeys: Sequence[Journey]) -> list[JourneyCard]:
    """Journeys that somebody has answered come first."""
    return sorted((_card(journey) for journey in journeys), key=lambda card: not card.headlines)


def _card(journey: Journey) -> JourneyCard:
    """A card costs a handful of statements, however many answers there are."""
    language = choose_language()
    now = _look(journey, "all" if may("staff") else "last")
    closed = _look(journey, "last")
    return JourneyCard(
        slug=journey.slug,
        name=text_in(journey.name, language),
        shown=now,
        map=drawn_view(now, language) if now else None,
        freshness=tuple(freshness(now)) if now else (),
        changes=tuple(_changes(closed, language))[:MOST_CHANGES] if closed else (),
        compared=closed is not None and closed.against is not None,
    )


def _look(journey: Journey, period: str) -> JourneyMap | None:
    audience = TEAM if may("staff") else VIEWERS
    try:
        return map_view(db.session(), journey, at=utc_now(), period=period, audience=audience)
    except NoClosedPeriodError:
        return None


def _changes(closed: JourneyMap, language: str) -> Iterator[Change]:
    """What got worse first; each figure links to itself on the map."""

    def link(target: Target) -> str:
        args: dict[str, Any] = {"cell": cell_of(target).name, "period": closed.period.name}
        slug = closed.journey.slug
        return url_for("maps.show", journey_slug=slug, _anchor="evidence", **args)

    found = []
    for stage, place in drawn_view(closed, language, href=link).rows:
        found += [
            Change(place.name, stage.name, figure)
            for figure in (place.figures[metric] for metric in TOLD)
            if figure.verdict_class in ("worse", "better")
        ]
    yield from sorted(found, key=lambda change: change.figure.verdict_class == "better")
