"""The page of one survey: what it asks, when and in which languages, and the ways to it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app, g, render_template, request, url_for
from flask_babel import format_date, format_decimal, format_time
from sqlalchemy.orm import Session

from cjm_feedback.accounts.access import current_workspace
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.journeys.usage import uses_of
from cjm_feedback.questionnaire.types import REGISTRY, Scale
from cjm_feedback.surveys import admin_queries
from cjm_feedback.surveys.access import get_survey
from cjm_feedback.surveys.forms import LinkForm, SurveySettingsForm
from cjm_feedback.surveys.models import Link, Revision, Survey
from cjm_feedback.surveys.words import STATE_NAMES, TYPE_NAMES
from cjm_feedback.web.languages import choose_language


def survey_at(slug: str) -> Survey:
    """The survey that the address names, in the workspace at hand.

    The page's navigation is then about its journey.
    """
    survey = get_survey(db.session(), slug, current_workspace().id)
    g.journey_slug = survey.journey.slug
    return survey


def survey_page(
    survey: Survey,
    *,
    settings_form: SurveySettingsForm | None = None,
    link_form: LinkForm | None = None,
) -> str:
    """With the forms that were refused, where there are any."""
    session = db.session()
    revision = admin_queries.current_revision(session, survey)
    return render_template(
        "surveys/survey.html",
        survey=survey,
        revision=revision,
        state=admin_queries.state_of(survey, utc_now()),
        responses=uses_of(session, "survey", [survey.id])[survey.id]["responses"],
        links=admin_queries.links_of(session, survey),
        settings_form=settings_form or filled_settings(survey, revision),
        link_form=link_form or new_link_form(session, survey),
        submitted=link_form or settings_form,
        shown_language=_language_to_show(revision),
        zone=survey.journey.timezone,
        local_time=local_time,
        public_url=public_url,
        is_scale=lambda question: isinstance(REGISTRY[question.type], Scale),
        state_names=STATE_NAMES,
        type_names=TYPE_NAMES,
        format_decimal=format_decimal,
    )


def filled_settings(survey: Survey, revision: Revision) -> SurveySettingsForm:
    """The settings as they are; or as they were typed, where a form was sent."""
    form = SurveySettingsForm(
        data={"languages": revision.languages, "default_language": survey.default_language},
        **({} if request.endpoint == "surveys_admin.save" else {"formdata": None}),
    )
    zone = ZoneInfo(survey.journey.timezone)
    form.opens_at.show(survey.opens_at, zone)
    form.closes_at.show(survey.closes_at, zone)
    return form


def new_link_form(session: Session, survey: Survey) -> LinkForm:
    touchpoints = None
    if survey.scope == "touchpoint":
        touchpoints = admin_queries.touchpoints_in_use(session, survey.journey)
    return LinkForm(
        touchpoints=touchpoints,
        channels=admin_queries.channels_in_use(session, survey.journey.workspace_id),
        **({} if request.endpoint == "survey_links.add" else {"formdata": None}),
    )


def public_url(link: Link) -> str:
    """The address to hand out: what a person types, and what the QR code holds."""
    path = url_for("respondent.show", public_id=link.public_id)
    return str(current_app.config["CJM"].base_url) + path


def local_time(moment: datetime, timezone: str) -> str:
    """`moment` on the clocks of the journey, in the reader's writing."""
    local = moment.astimezone(ZoneInfo(timezone))
    day = format_date(local, "medium", rebase=False)
    return f"{day}, {format_time(local, 'short', rebase=False)}"


def _language_to_show(revision: Revision) -> str:
    """The one asked for by `?in=`, else the reader's own, else the first of the survey."""
    for code in (request.args.get("in"), choose_language()):
        if code in revision.languages:
            return code
    return revision.languages[0]
