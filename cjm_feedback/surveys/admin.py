"""The pages on which admins make surveys, open and close them, and choose their languages."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from cjm_feedback.accounts.access import current_workspace, requires, signed_in_user
from cjm_feedback.clock import utc_now
from cjm_feedback.content.journeys import JOURNEYS
from cjm_feedback.content.stages import STAGES
from cjm_feedback.db import JsonObject
from cjm_feedback.extensions import db
from cjm_feedback.journeys.pages import record_change
from cjm_feedback.surveys import admin_changes, admin_queries
from cjm_feedback.surveys.admin_page import filled_settings, local_time, survey_at, survey_page
from cjm_feedback.surveys.forms import NewSurveyForm
from cjm_feedback.surveys.models import Survey
from cjm_feedback.surveys.services import close_survey
from cjm_feedback.surveys.wording import InvalidWordingError
from cjm_feedback.surveys.words import STATE_NAMES, TYPE_NAMES
from cjm_feedback.web.languages import LANGUAGES, choose_language
from cjm_feedback.web.nav import current_journey

bp = Blueprint("surveys_admin", __name__)

SURVEYS = "/surveys"
SURVEY = f"{SURVEYS}/<survey_slug>"
TEMPLATES = {template.key: template for journey in JOURNEYS for template in journey.surveys}
STAGE_NAMES = {stage.key: stage.name for stage in STAGES}


@bp.get(SURVEYS)
@requires("admin")
def index() -> str:
    at = utc_now()
    return render_template(
        "surveys/index.html",
        rows=admin_queries.survey_rows(db.session(), current_workspace().id, at=at),
        state_names=STATE_NAMES,
        local_time=local_time,
        format_decimal=format_decimal,
    )


@bp.get(f"{SURVEYS}/new")
@requires("admin")
def new() -> str:
    return _new_page(_new_form(journey=current_journey(), linked=True))


@bp.post(f"{SURVEYS}/new")
@requires("admin")
def add() -> ResponseReturnValue:
    """A survey out of a template, open at once, with its links."""
    form = _new_form()
    if not form.validate():
        return _new_page(form), 422
    at, session = utc_now(), db.session()
    journeys = admin_queries.journeys_in_use(session, current_workspace().id)
    survey = admin_changes.add_survey(
        session,
        next(one for one in journeys if one.slug == form.journey.data),
        TEMPLATES[form.template.data],
        default_language=choose_language(),
        linked=form.linked.data,
        at=at,
        author_id=signed_in_user().id,
    )
    return _done("survey_added", survey, {"template": form.template.data})


@bp.get(SURVEY)
@requires("admin")
def show(survey_slug: str) -> str:
    return survey_page(survey_at(survey_slug))


@bp.post(SURVEY)
@requires("admin")
def save(survey_slug: str) -> ResponseReturnValue:
    """When the survey takes answers, and in which languages it asks."""
    survey, session = survey_at(survey_slug), db.session()
    revision = admin_queries.current_revision(session, survey)
    form = filled_settings(survey, revision)
    if not form.validate():
        return survey_page(survey, settings_form=form), 422
    opens_at, closes_at = form.times()
    changes = admin_changes.change_times(session, survey, opens_at=opens_at, closes_at=closes_at)
    try:
        changes |= admin_changes.change_languages(
            session,
            survey,
            revision,
            languages=[code for code in LANGUAGES if code in form.languages.data],
            default_language=form.default_language.data,
            at=utc_now(),
            author_id=signed_in_user().id,
        )
    except InvalidWordingError:
        db.session.rollback()
        survey = survey_at(survey_slug)
        form.languages.errors = [_("The survey has no words yet in one of these languages.")]
        return survey_page(survey, settings_form=form), 422
    return _done("survey_changed", survey, changes, anchor="settings")


@bp.post(f"{SURVEY}/close")
@requires("admin")
def close(survey_slug: str) -> ResponseReturnValue:
    """Take no answers from now on."""
    survey, at = survey_at(survey_slug), utc_now()
    if admin_queries.state_of(survey, at) == "open" and survey.opens_at < at:
        close_survey(db.session(), survey, at=at)
    return _done("survey_closed", survey)


@bp.post(f"{SURVEY}/reopen")
@requires("admin")
def reopen(survey_slug: str) -> ResponseReturnValue:
    """Take answers from now on, without an end."""
    survey = survey_at(survey_slug)
    admin_changes.reopen_survey(db.session(), survey, at=utc_now())
    return _done("survey_reopened", survey)


def _done(
    action: str, survey: Survey, changes: JsonObject | None = None, *, anchor: str | None = None
) -> ResponseReturnValue:
    slug = survey.slug
    record_change(action, "survey", slug, changes)
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".show", survey_slug=slug, _anchor=anchor), 303)


def _new_form(**data: object) -> NewSurveyForm:
    journeys = admin_queries.journeys_in_use(db.session(), current_workspace().id)
    return NewSurveyForm(data=data, journeys=journeys, templates=list(TEMPLATES.values()))


def _new_page(form: NewSurveyForm) -> str:
    return render_template(
        "surveys/new.html",
        form=form,
        templates=TEMPLATES,
        stage_names=STAGE_NAMES,
        type_names=TYPE_NAMES,
    )
