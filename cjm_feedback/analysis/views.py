"""How comments are read: the method with its figures, and a place to try it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cjm_feedback.accounts.access import current_workspace, requires
from cjm_feedback.analysis.figures import NARROW, WIDE, Bar, Group, draw_groups
from cjm_feedback.analysis.forms import CommentForm
from cjm_feedback.analysis.playground import Tried, try_comment
from cjm_feedback.analysis.quality import Engine, Quality, Score, measured_quality
from cjm_feedback.analysis.topics import topics_of
from cjm_feedback.analysis.words import engine_name, language_name, language_tag
from cjm_feedback.extensions import db
from cjm_feedback.journeymap.numbers import Numbers
from cjm_feedback.journeymap.svg import Svg
from cjm_feedback.web.languages import LANGUAGES, choose_language
from cjm_feedback.web.nav import current_journey

bp = Blueprint("reading", __name__, url_prefix="/reading")
bp.add_app_template_global(language_tag)


@bp.get("")
@requires("viewer")
def how() -> str:
    quality = measured_quality()
    return render_template(
        "reading/how.html",
        quality=quality,
        charts=_charts(quality) if quality else (),
        numbers=Numbers(choose_language()),
        languages=LANGUAGES,
        engine_name=engine_name,
        language_name=language_name,
    )


@bp.get("/try")
@requires("staff")
def playground() -> str:
    return _page(CommentForm(formdata=None))


@bp.post("/try")
@requires("staff")
def read() -> ResponseReturnValue:
    """The form again with what was read below it. Nothing is kept."""
    form = CommentForm()
    if not form.validate():
        return _page(form), 422
    reader = choose_language()
    topics = topics_of(
        db.session(), current_workspace().id, current_journey() or "", language=reader
    )
    db.session.rollback()  # while a text is read nobody waits for the database
    rating = int(form.rating.data) if form.rating.data else None
    tried = Tried(form.comment.data, form.language.data, rating)
    return _page(form, shown=try_comment(tried, topics, reader=reader))


def _page(form: CommentForm, **more: object) -> str:
    return render_template("reading/try.html", form=form, engine_name=engine_name, **more)


def _charts(quality: Quality) -> tuple[Svg, Svg]:
    """The same figures for a phone and for a desk."""
    numbers = Numbers(choose_language())
    engines = [one for one in (quality.ours, quality.other) if one is not None]
    groups = [
        Group(language_name(language), tuple(_bars(engines, language, numbers)))
        for language in LANGUAGES
        if any(language in one.scores for one in engines)
    ]
    ticks = [numbers.plain(100 * at, 0) for at in (0.0, 0.5, 1.0)]
    label = str(_("Macro-F1 in each language; the table below has the same figures."))
    narrow, wide = (draw_groups(groups, ticks, label, width=width) for width in (NARROW, WIDE))
    return narrow, wide


def _bars(engines: list[Engine], language: str, numbers: Numbers) -> list[Bar]:
    return [
        _bar(engine_name(one.name), one.scores[language], numbers)
        for one in engines
        if language in one.scores
    ]


def _bar(name: str, score: Score, numbers: Numbers) -> Bar:
    value = numbers.plain(100 * score.macro_f1, 1)
    return Bar(name, score.macro_f1, (score.low, score.high), value)
