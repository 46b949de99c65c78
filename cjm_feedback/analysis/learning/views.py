"""How far staff agree with the machine, what it learns from them, and reading texts again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cjm_feedback.accounts.access import current_workspace, requires, signed_in_user
from cjm_feedback.accounts.audit import record
from cjm_feedback.accounts.models import User
from cjm_feedback.analysis import rescoring
from cjm_feedback.analysis.agreement import Agreement, Report, agreement
from cjm_feedback.analysis.heads import active_model, engine_now, shipped_engine
from cjm_feedback.analysis.learning.words import model_words, said_name
from cjm_feedback.analysis.refit import FEWEST, ask_refit, count_corrected, roll_back
from cjm_feedback.analysis.words import language_name
from cjm_feedback.clock import utc_now
from cjm_feedback.db import Translations
from cjm_feedback.extensions import db
from cjm_feedback.journeymap.numbers import Numbers
from cjm_feedback.journeys.models import Journey
from cjm_feedback.journeys.parts import journey_at
from cjm_feedback.responses.models import LABELS, ReadingModel, Rescoring, Theme
from cjm_feedback.web.languages import choose_language, text_in

learning = Blueprint("learning", __name__, url_prefix="/learning")
rescorings = Blueprint("rescoring", __name__)
VERSIONS_SHOWN = 20
RESCORINGS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table of agreement."""

    name: str
    n: str
    share: str
    interval: str


@learning.get("")
@requires("staff")
def index() -> str:
    session, workspace_id = db.session(), current_workspace().id
    report = agreement(session, workspace_id=workspace_id)
    versions = session.scalars(
        select(ReadingModel)
        .where(ReadingModel.workspace_id == workspace_id)
        .options(joinedload(ReadingModel.user))
        .order_by(ReadingModel.version.desc())
        .limit(VERSIONS_SHOWN)
    ).all()
    return render_template(
        "learning/index.html",
        overall=_line(_("All texts"), report.overall) if report.overall else None,
        groups=list(_groups(report)),
        confusion=_confusion(report),
        engine=engine_now(session, workspace_id),
        shipped=shipped_engine(),
        corrected=count_corrected(session, workspace_id),
        fewest=FEWEST,
        versions=versions,
        working=any(one.status == "waiting" for one in versions),
        active=active_model(session, workspace_id),
        model_words=model_words,
        points=_points,
        who=_who,
        journeys=_journeys(workspace_id),
    )


@learning.post("/refit")
@requires("admin")
def refit() -> ResponseReturnValue:
    at, session = utc_now(), db.session()
    model = ask_refit(session, current_workspace().id, user_id=signed_in_user().id, at=at)
    record(session, "reading_model_asked", "reading model", model.version, at)
    session.commit()
    flash(_("The machine is learning from your corrections. This takes a minute or two."))
    return redirect(url_for(".index"), 303)


@learning.post("/rollback")
@requires("admin")
def rollback() -> ResponseReturnValue:
    at, session = utc_now(), db.session()
    gone = roll_back(session, current_workspace().id)
    if gone is not None:
        record(session, "reading_model_rolled_back", "reading model", gone.version, at)
        session.commit()
        flash(_("Comments are read as before from now on. Those already read stay as they are."))
    return redirect(url_for(".index"), 303)


@rescorings.get("/journeys/<journey_slug>/rescoring", endpoint="index")
@requires("staff")
def show(journey_slug: str) -> str:
    journey = journey_at(journey_slug)
    found = db.session.scalars(
        select(Rescoring)
        .where(Rescoring.journey_id == journey.id)
        .options(joinedload(Rescoring.user))
        .order_by(Rescoring.id.desc())
        .limit(RESCORINGS_SHOWN)
    ).all()
    return render_template(
        "learning/rescoring.html",
        journey=journey,
        found=found,
        running=next((one for one in found if one.finished_at is None), None),
        engines=rescoring.engines_of(db.session(), journey.id),
        engine=engine_now(db.session(), journey.workspace_id),
        numbers=Numbers(choose_language()),
        who=_who,
    )


@rescorings.post("/journeys/<journey_slug>/rescoring")
@requires("admin")
def start(journey_slug: str) -> ResponseReturnValue:
    return _start(journey_at(journey_slug), only_older=False)


@rescorings.post("/journeys/<journey_slug>/rescoring/older")
@requires("admin")
def start_older(journey_slug: str) -> ResponseReturnValue:
    return _start(journey_at(journey_slug), only_older=True)


def _start(journey: Journey, *, only_older: bool) -> ResponseReturnValue:
    at, session = utc_now(), db.session()
    one = rescoring.start(
        session, journey.id, only_older=only_older, user_id=signed_in_user().id, at=at
    )
    record(session, "rescoring_started", "journey", journey.slug, at, {"responses": one.total})
    session.commit()
    return redirect(url_for(".index", journey_slug=journey.slug), 303)


def _groups(report: Report) -> Iterator[tuple[str, list[Line]]]:
    """Tables of agreement with their titles."""
    names = _theme_names(current_workspace().id)
    language = choose_language()
    yield (
        str(_("By language")),
        [_line(language_name(key), one) for key, one in report.languages.items()],
    )
    yield str(_("By engine")), [_line(key, one) for key, one in report.engines.items()]
    yield (
        str(_("By theme")),
        [
            _line(text_in(names.get(key), language) or key, one)
            for key, one in report.themes.items()
        ],
    )


def _theme_names(workspace_id: int) -> dict[str, Translations]:
    """By key; journeys that begin with the same themes call them the same."""
    rows = db.session.execute(
        select(Theme.key, Theme.name)
        .join(Journey, Journey.id == Theme.journey_id)
        .where(Journey.workspace_id == workspace_id)
        .order_by(Theme.id)
    )
    return {row.key: row.name for row in rows}


def _line(name: str, one: Agreement) -> Line:
    numbers = Numbers(choose_language())
    low, high = (numbers.percent(bound) for bound in one.interval)
    return Line(name, numbers.integer(one.n), numbers.percent(one.share), f"{low} – {high}")


def _confusion(report: Report) -> list[tuple[str, list[int]]]:
    """What was read, and how many texts people gave which label."""
    if report.overall is None:
        return []
    return [
        (said_name(read), [said.get(label, 0) for label in LABELS])
        for read, said in report.overall.confusion.items()
    ]


def _points(share: float) -> str:
    """A share in points of a hundred, as macro-F1 is told."""
    return Numbers(choose_language()).plain(100 * share, 1)


def _who(user: User | None) -> str:
    return str(_("from the command line")) if user is None else user.name or user.email


def _journeys(workspace_id: int) -> list[tuple[str, str]]:
    language = choose_language()
    found = db.session.scalars(
        select(Journey)
        .where(Journey.workspace_id == workspace_id, Journey.retired_at.is_(None))
        .order_by(Journey.id)
    )
    return [(one.slug, text_in(one.name, language)) for one in found]
