"""The ways to a survey: making links, switching them off and on, and their QR codes."""

from __future__ import annotations

import io

import segno
from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cjm_feedback.accounts.access import requires
from cjm_feedback.accounts.audit import record
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.journeys.parts import NUMBER
from cjm_feedback.surveys import admin_changes, admin_queries, services
from cjm_feedback.surveys.access import get_link
from cjm_feedback.surveys.admin_page import new_link_form, public_url, survey_at, survey_page
from cjm_feedback.surveys.models import Link, Survey

bp = Blueprint("survey_links", __name__)

LINKS = "/surveys/<survey_slug>/links"
LINK = f"{LINKS}/<{NUMBER}:link_id>"
QR_SCALE = 4
QR_BORDER = 4
"""The quiet zone that the standard asks for, in modules: scanners need it."""


@bp.post(LINKS)
@requires("admin")
def add(survey_slug: str) -> ResponseReturnValue:
    survey, session = survey_at(survey_slug), db.session()
    form = new_link_form(session, survey)
    if not form.validate():
        return survey_page(survey, link_form=form), 422
    touchpoint = None
    if form.touchpoint:
        touchpoints = admin_queries.touchpoints_in_use(session, survey.journey)
        touchpoint = next(one for one in touchpoints if one.key == form.touchpoint.data)
    channels = admin_queries.channels_in_use(session, survey.journey.workspace_id)
    link = services.create_link(
        session,
        survey,
        touchpoint,
        next(one for one in channels if one.key == form.channel.data),
        at=utc_now(),
        campaign=form.campaign.data,
    )
    return _done("survey_link_added", survey, link)


@bp.post(f"{LINK}/disable")
@requires("admin")
def disable(survey_slug: str, link_id: int) -> ResponseReturnValue:
    """Take no answers by this link from now on."""
    survey = survey_at(survey_slug)
    link = get_link(db.session(), survey, link_id)
    if link.disabled_at is None:
        services.disable_link(db.session(), link, at=utc_now())
    return _done("survey_link_disabled", survey, link)


@bp.post(f"{LINK}/enable")
@requires("admin")
def enable(survey_slug: str, link_id: int) -> ResponseReturnValue:
    survey = survey_at(survey_slug)
    link = get_link(db.session(), survey, link_id)
    admin_changes.enable_link(db.session(), link)
    return _done("survey_link_enabled", survey, link)


@bp.get(f"{LINK}/qr.svg")
@requires("admin")
def qr(survey_slug: str, link_id: int) -> Response:
    """The address as a QR code to print. Level M survives a coffee stain on a receipt."""
    link = get_link(db.session(), survey_at(survey_slug), link_id)
    drawn = io.BytesIO()
    segno.make_qr(public_url(link), error="m").save(
        drawn, kind="svg", scale=QR_SCALE, border=QR_BORDER, light="#fff", svgclass=None
    )
    return Response(drawn.getvalue(), content_type="image/svg+xml; charset=utf-8")


def _done(action: str, survey: Survey, link: Link) -> ResponseReturnValue:
    slug, anchor = survey.slug, f"link-{link.id}"
    record(db.session(), action, "survey link", link.public_id, utc_now(), {"survey": slug})
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for("surveys_admin.show", survey_slug=slug, _anchor=anchor), 303)
