"""The steps of the guided set-up that are about touchpoints, and about surveys with their links."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from cjm_feedback.accounts.access import requires
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.journeys import editing
from cjm_feedback.journeys import services as journeys
from cjm_feedback.journeys.forms import TouchpointForm
from cjm_feedback.journeys.models import Journey, Stage, Touchpoint
from cjm_feedback.journeys.ordering import in_use
from cjm_feedback.journeys.parts import find_stage, journey_at
from cjm_feedback.journeys.words import INITIATIVE_HINTS
from cjm_feedback.setup import services
from cjm_feedback.setup.forms import SurveysForm, TouchpointsForm
from cjm_feedback.setup.links import links_by_survey, stays_at_home
from cjm_feedback.setup.pages import bp, full_words, go_on, note, said, step_page
from cjm_feedback.setup.templates import template_of
from cjm_feedback.web.languages import choose_language


@bp.get("/<journey_slug>/stages")
@requires("admin")
def stages(journey_slug: str) -> str:
    journey = journey_at(journey_slug)
    return _stages_page(journey, _kept_form(journey), _touchpoint_form(journey))


@bp.post("/<journey_slug>/stages")
@requires("admin")
def save_stages(journey_slug: str) -> ResponseReturnValue:
    """Touchpoints without a tick leave the map; with one they come back."""
    journey = journey_at(journey_slug)
    form = _kept_form(journey)
    if not form.validate():
        return _stages_page(journey, form, _touchpoint_form(journey, fresh=True)), 422
    at = utc_now()
    for touchpoint in _touchpoints(journey):
        if touchpoint.key in form.kept.data:
            editing.restore(touchpoint)
        else:
            editing.retire_touchpoint(touchpoint, at=at)
    note(journey, "stages")
    db.session.commit()
    return go_on(journey, "stages")


@bp.post("/<journey_slug>/touchpoints")
@requires("admin")
def add_touchpoint(journey_slug: str) -> ResponseReturnValue:
    """One more touchpoint; the step goes on, as there are usually several."""
    journey = journey_at(journey_slug)
    form = _touchpoint_form(journey)
    if not form.validate():
        return _stages_page(journey, _kept_form(journey, fresh=True), form), 422
    channels = journeys.channels_of(db.session(), journey.workspace_id)
    try:
        editing.add_touchpoint(
            db.session(),
            find_stage(db.session(), journey, form.stage.data),
            name=form.name.data,
            channel=channels.get(form.channel.data),
            initiative=form.initiative.data,
        )
    except editing.FullError:
        form.name.form[choose_language()].errors = [full_words()]
        return _stages_page(journey, _kept_form(journey, fresh=True), form), 422
    note(journey, "stages")
    db.session.commit()
    return redirect(url_for(".stages", journey_slug=journey.slug, _anchor="touchpoints"), 303)


@bp.get("/<journey_slug>/surveys")
@requires("admin")
def surveys(journey_slug: str) -> str:
    journey = journey_at(journey_slug)
    return _surveys_page(journey, _surveys_form(journey))


@bp.post("/<journey_slug>/surveys")
@requires("admin")
def save_surveys(journey_slug: str) -> ResponseReturnValue:
    """Make the chosen surveys, and links for touchpoints that have none yet; show them here."""
    journey = journey_at(journey_slug)
    form = _surveys_form(journey)
    if not form.validate() or not _has_touchpoints(journey):
        return _surveys_page(journey, form), 422
    session, at, template = db.session(), utc_now(), template_of(journey)
    made = services.surveys_by_template(session, journey)
    for one in template.surveys:
        if one.key in made:
            services.add_links(session, made[one.key], one, at=at)
    wanted = [one for one in template.surveys if one.key in form.surveys.data]
    services.add_surveys(session, journey, wanted, at=at)
    note(journey, "surveys")
    session.commit()
    return redirect(url_for(".surveys", journey_slug=journey.slug, _anchor="links"), 303)


def _kept_form(journey: Journey, *, fresh: bool = False) -> TouchpointsForm:
    touchpoints = _touchpoints(journey)
    return TouchpointsForm(
        offered=[SelectChoice(one.key, said(one.name)) for one in touchpoints],
        data={"kept": [one.key for one in touchpoints if one.retired_at is None]},
        **_other_form(fresh),
    )


def _touchpoint_form(journey: Journey, *, fresh: bool = False) -> TouchpointForm:
    return TouchpointForm(
        stages=in_use(journey.stages),
        channels=list(journeys.channels_of(db.session(), journey.workspace_id).values()),
        data={"initiative": "brand"},
        **_other_form(fresh),
    )


def _other_form(fresh: bool) -> dict[str, None]:
    """Of two forms on a page, the one that was not sent shows what is stored."""
    return {"formdata": None} if fresh or request.method == "GET" else {}


def _stages_page(journey: Journey, kept: TouchpointsForm, adding: TouchpointForm) -> str:
    boxes = {option.data: option for option in kept.kept}
    grouped: list[tuple[Stage, list[tuple[Touchpoint, Any]]]] = [
        (stage, [(one, boxes[one.key]) for one in stage.touchpoints if one.key in boxes])
        for stage in in_use(journey.stages)
    ]
    return step_page(
        "stages",
        journey,
        kept=kept,
        adding=adding,
        grouped=grouped,
        initiative_hints=INITIATIVE_HINTS,
    )


def _touchpoints(journey: Journey) -> list[Touchpoint]:
    return [one for stage in in_use(journey.stages) for one in stage.touchpoints]


def _has_touchpoints(journey: Journey) -> bool:
    return any(one.retired_at is None for one in _touchpoints(journey))


def _surveys_form(journey: Journey) -> SurveysForm:
    made = services.surveys_by_template(db.session(), journey)
    offered = [
        SelectChoice(one.key, said(one.title))
        for one in template_of(journey).surveys
        if one.key not in made
    ]
    return SurveysForm(offered=offered, data={"surveys": [choice.value for choice in offered]})


def _surveys_page(journey: Journey, form: SurveysForm) -> str:
    base_url = current_app.config["CJM"].base_url
    return step_page(
        "surveys",
        journey,
        form=form,
        has_touchpoints=_has_touchpoints(journey),
        links=links_by_survey(db.session(), journey, base_url=base_url, language=choose_language()),
        stays_at_home=stays_at_home(base_url),
    )
