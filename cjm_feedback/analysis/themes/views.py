"""What customers speak about: the themes of a journey, and those that are suggested for it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from cjm_feedback.accounts.access import requires
from cjm_feedback.analysis.themes import editing
from cjm_feedback.analysis.themes.forms import AcceptForm, MergeForm, ThemeForm
from cjm_feedback.analysis.themes.hits import comments_per_theme
from cjm_feedback.analysis.themes.pages import (
    SuggestionRow,
    suggestion_rows,
    suggestion_title,
    theme_rows,
)
from cjm_feedback.analysis.themes.suggesting import ask_for_suggestions, waiting_job
from cjm_feedback.clock import utc_now
from cjm_feedback.db import JsonObject
from cjm_feedback.extensions import db
from cjm_feedback.journeys.editing import FullError
from cjm_feedback.journeys.models import Journey, Stage, Touchpoint
from cjm_feedback.journeys.pages import record_change
from cjm_feedback.journeys.parts import NUMBER, journey_at
from cjm_feedback.responses.models import Theme, ThemeSuggestion
from cjm_feedback.web.languages import choose_language, text_in

bp = Blueprint("themes", __name__)

THEMES = "/journeys/<journey_slug>/themes"
THEME = f"{THEMES}/<{NUMBER}:theme_id>"
SUGGESTIONS = f"{THEMES}/suggestions"
SUGGESTION = f"{SUGGESTIONS}/<{NUMBER}:suggestion_id>"


@bp.get(THEMES)
@requires("staff")
def index(journey_slug: str) -> str:
    journey = journey_at(journey_slug)
    return _list_page(journey, _theme_form(journey, formdata=None))


@bp.post(THEMES)
@requires("admin")
def add(journey_slug: str) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    form = _theme_form(journey)
    if not form.validate():
        return _list_page(journey, form), 422
    try:
        theme = editing.add_theme(
            db.session(),
            journey,
            name=form.name.data,
            seeds=form.phrases(),
            places=_chosen(journey, form),
        )
    except FullError:
        form.form_errors = [_("There are too many themes already. Merge some first.")]
        return _list_page(journey, form), 422
    return _done(journey, "theme_added", theme, read_again=True)


@bp.get(THEME)
@requires("admin")
def edit(journey_slug: str, theme_id: int) -> str:
    journey = journey_at(journey_slug)
    theme = _get_theme(journey, theme_id)
    return _theme_page(journey, theme, _theme_form(journey, theme, formdata=None))


@bp.post(THEME)
@requires("admin")
def change(journey_slug: str, theme_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    theme = _get_theme(journey, theme_id)
    form = _theme_form(journey, theme)
    if not form.validate():
        return _theme_page(journey, theme, form), 422
    changes = editing.change_theme(
        theme, name=form.name.data, seeds=form.phrases(), places=_chosen(journey, form)
    )
    again = bool({"seeds", "touchpoints"} & changes.keys())
    return _done(journey, "theme_changed", theme, changes, read_again=again)


@bp.post(f"{THEME}/retire")
@requires("admin")
def retire(journey_slug: str, theme_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    theme = _get_theme(journey, theme_id)
    editing.retire_theme(theme, at=utc_now())
    return _done(journey, "theme_retired", theme)


@bp.post(f"{THEME}/restore")
@requires("admin")
def restore(journey_slug: str, theme_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    theme = _get_theme(journey, theme_id)
    editing.restore_theme(theme)
    return _done(journey, "theme_restored", theme, read_again=True)


@bp.post(f"{THEME}/merge")
@requires("admin")
def merge(journey_slug: str, theme_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    theme = _get_theme(journey, theme_id)
    form = _merge_form(journey, theme)
    if not form.validate():
        return _theme_page(journey, theme, _theme_form(journey, theme, formdata=None), form), 422
    into = _find_theme(journey, form.into.data)
    editing.merge_theme(db.session(), journey, theme, into, at=utc_now())
    return _done(journey, "theme_merged", theme, {"into": into.key}, anchor=f"theme-{into.id}")


@bp.post(SUGGESTIONS)
@requires("staff")
def suggest(journey_slug: str) -> ResponseReturnValue:
    """Have the complaints that no theme covers looked at."""
    journey = journey_at(journey_slug)
    ask_for_suggestions(db.session(), journey, at=utc_now())
    db.session.commit()
    flash(_("Complaints without a theme are being looked at. Come back in a minute."), "success")
    return _back(journey, "suggestions")


@bp.post(f"{SUGGESTION}/accept")
@requires("staff")
def accept(journey_slug: str, suggestion_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    suggestion = _get_suggestion(journey, suggestion_id)
    form = AcceptForm(prefix=_prefix(suggestion))
    if not form.validate():
        page = _list_page(journey, _theme_form(journey, formdata=None), wrong=(suggestion_id, form))
        return page, 422
    language = suggestion_title(suggestion, choose_language())[1]
    try:
        theme = editing.accept_suggestion(
            db.session(),
            journey,
            suggestion,
            name=form.name.data,
            language=language,
            at=utc_now(),
        )
    except FullError:
        form.form_errors = [_("There are too many themes already. Merge some first.")]
        page = _list_page(journey, _theme_form(journey, formdata=None), wrong=(suggestion_id, form))
        return page, 422
    return _done(journey, "theme_added", theme, {"by": "suggestion"}, read_again=True)


@bp.post(f"{SUGGESTION}/merge")
@requires("staff")
def merge_suggestion(journey_slug: str, suggestion_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    suggestion = _get_suggestion(journey, suggestion_id)
    form = _merge_form(journey, prefix=_prefix(suggestion))
    if not form.validate():
        page = _list_page(journey, _theme_form(journey, formdata=None), wrong=(suggestion_id, form))
        return page, 422
    theme = _find_theme(journey, form.into.data)
    editing.merge_suggestion(suggestion, theme, at=utc_now())
    return _done(journey, "theme_changed", theme, {"by": "suggestion"}, read_again=True)


@bp.post(f"{SUGGESTION}/dismiss")
@requires("staff")
def dismiss(journey_slug: str, suggestion_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    suggestion = _get_suggestion(journey, suggestion_id)
    editing.dismiss_suggestion(suggestion, at=utc_now())
    name = suggestion_title(suggestion, choose_language())[0]
    record_change("theme_dismissed", "theme", suggestion.id, {"name": name}, journey=journey)
    db.session.commit()
    flash(_("It will not be suggested again."), "success")
    return _back(journey, "suggestions")


def _done(
    journey: Journey,
    action: str,
    theme: Theme,
    changes: JsonObject | None = None,
    *,
    anchor: str | None = None,
    read_again: bool = False,
) -> ResponseReturnValue:
    record_change(action, "theme", theme.key, changes, journey=journey)
    anchor = anchor or f"theme-{theme.id}"
    db.session.commit()
    if read_again:
        flash(
            _("Saved. Comments read before keep their themes until they are read again."),
            "success",
        )
    else:
        flash(_("Saved."), "success")
    return _back(journey, anchor)


def _back(journey: Journey, anchor: str) -> ResponseReturnValue:
    return redirect(url_for(".index", journey_slug=journey.slug, _anchor=anchor), 303)


def _list_page(
    journey: Journey, form: ThemeForm, *, wrong: tuple[int, AcceptForm | MergeForm] | None = None
) -> str:
    """`wrong` is what somebody sent about a suggestion, and has to send again."""
    rows = theme_rows(db.session(), journey)
    suggestions = suggestion_rows(db.session(), journey, language=choose_language())
    return render_template(
        "themes/index.html",
        journey=journey,
        rows=[row for row in rows if row.theme.retired_at is None],
        retired_rows=[row for row in rows if row.theme.retired_at is not None],
        suggestions=[(row, *_suggestion_forms(journey, row, wrong)) for row in suggestions],
        looking=waiting_job(db.session(), journey.id, at=utc_now()) is not None,
        form=form,
        wrong_form=wrong[1] if wrong else form,
        comments_in_words=comments_in_words,
    )


def _suggestion_forms(
    journey: Journey, row: SuggestionRow, wrong: tuple[int, AcceptForm | MergeForm] | None
) -> tuple[AcceptForm, MergeForm]:
    prefix = _prefix(row.suggestion)
    accept = AcceptForm(formdata=None, prefix=prefix, data={"name": row.title})
    merge = _merge_form(journey, prefix=prefix, formdata=None)
    if wrong is None or wrong[0] != row.suggestion.id:
        return accept, merge
    sent = wrong[1]
    return (sent, merge) if isinstance(sent, AcceptForm) else (accept, sent)


def _prefix(suggestion: ThemeSuggestion) -> str:
    """Every suggestion has forms of its own on one page."""
    return f"suggestion{suggestion.id}"


def _theme_page(
    journey: Journey, theme: Theme, form: ThemeForm, merge_form: MergeForm | None = None
) -> str:
    n = comments_per_theme(db.session(), journey.id).get(theme.id, 0)
    into = theme.merged_into and _targets(journey).get(theme.merged_into, theme.merged_into)
    return render_template(
        "themes/theme.html",
        journey=journey,
        theme=theme,
        form=form,
        merge_form=merge_form or _merge_form(journey, theme, formdata=None),
        wrong_form=merge_form or form,
        comments=comments_in_words(n),
        into=into,
    )


def comments_in_words(n: int) -> str:
    words = ngettext("%(count)s comment", "%(count)s comments", n, count=format_decimal(n))
    return str(words) if n else str(_("no comments yet"))


def _theme_form(journey: Journey, theme: Theme | None = None, **kwargs: Any) -> ThemeForm:
    return ThemeForm(theme=theme, choices=_touchpoints(journey, theme), **kwargs)


def _merge_form(journey: Journey, theme: Theme | None = None, **kwargs: Any) -> MergeForm:
    others = {
        key: name for key, name in _targets(journey).items() if theme is None or key != theme.key
    }
    return MergeForm(others=others, **kwargs)


def _targets(journey: Journey) -> dict[str, str]:
    """The names of the themes in use by key, in the order of the reader's alphabet."""
    language = choose_language()
    names = {
        theme.key: text_in(theme.name, language) or theme.key
        for theme in editing.themes_of(db.session(), journey)
        if theme.retired_at is None
    }
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def _touchpoints(journey: Journey, theme: Theme | None = None) -> list[Touchpoint]:
    """Those in use, and those that the theme is limited to already."""
    chosen = {one.touchpoint_id for one in theme.places} if theme else set()
    found = db.session.scalars(
        select(Touchpoint)
        .join(Stage, Stage.id == Touchpoint.stage_id)
        .where(Touchpoint.journey_id == journey.id)
        .order_by(Stage.position, Stage.id, Touchpoint.position, Touchpoint.id)
    )
    return [one for one in found if one.retired_at is None or one.id in chosen]


def _chosen(journey: Journey, form: ThemeForm) -> set[int]:
    ids = {
        one.key: one.id
        for one in db.session.scalars(select(Touchpoint).where(Touchpoint.journey_id == journey.id))
    }
    return {ids[key] for key in form.touchpoints.data}


def _get_theme(journey: Journey, theme_id: int) -> Theme:
    theme = db.session.scalar(
        select(Theme).where(Theme.id == theme_id, Theme.journey_id == journey.id)
    )
    if theme is None:
        abort(404)
    return theme


def _find_theme(journey: Journey, key: str) -> Theme:
    """One that a form offered."""
    return db.session.scalars(
        select(Theme).where(Theme.key == key, Theme.journey_id == journey.id)
    ).one()


def _get_suggestion(journey: Journey, suggestion_id: int) -> ThemeSuggestion:
    """One that still waits for a decision."""
    suggestion = db.session.scalar(
        select(ThemeSuggestion).where(
            ThemeSuggestion.id == suggestion_id,
            ThemeSuggestion.journey_id == journey.id,
            ThemeSuggestion.status == "open",
        )
    )
    if suggestion is None:
        abort(404)
    return suggestion
