"""Adding, changing, ordering and retiring the touchpoints of a journey."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cjm_feedback.accounts.access import requires
from cjm_feedback.clock import utc_now
from cjm_feedback.db import JsonObject
from cjm_feedback.extensions import db
from cjm_feedback.journeys import editing
from cjm_feedback.journeys.channel_editing import channels_of
from cjm_feedback.journeys.forms import TouchpointForm
from cjm_feedback.journeys.models import Channel, Journey, Stage, Touchpoint
from cjm_feedback.journeys.pages import (
    asked_direction,
    record_change,
    refuse_retired,
    structure_page,
)
from cjm_feedback.journeys.parts import (
    NUMBER,
    find_stage,
    find_touchpoint,
    get_touchpoint,
    journey_at,
)
from cjm_feedback.journeys.usage import uses_of
from cjm_feedback.web.languages import choose_language, text_in

bp = Blueprint("touchpoints", __name__)

TOUCHPOINTS = "/journeys/<journey_slug>/touchpoints"
TOUCHPOINT = f"{TOUCHPOINTS}/<{NUMBER}:touchpoint_id>"


@bp.get(f"{TOUCHPOINTS}/new")
@requires("admin")
def new(journey_slug: str) -> str:
    """An empty form; `?stage=` names the stage that the person was looking at."""
    journey = journey_at(journey_slug)
    form = _form(journey, None, data={"stage": request.args.get("stage"), "initiative": "brand"})
    return _page(journey, None, form)


@bp.post(f"{TOUCHPOINTS}/new")
@requires("admin")
def add(journey_slug: str) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    form = _form(journey, None)
    if not form.validate():
        return _page(journey, None, form), 422
    try:
        touchpoint = editing.add_touchpoint(
            db.session(),
            find_stage(db.session(), journey, form.stage.data),
            name=form.name.data,
            channel=_channel(journey, form),
            initiative=form.initiative.data,
        )
    except editing.FullError:
        form.form_errors = [
            _("There are as many touchpoints as a map can show. Delete unused ones first.")
        ]
        return _page(journey, None, form), 422
    return _done(journey, "touchpoint_added", touchpoint)


@bp.get(TOUCHPOINT)
@requires("admin")
def edit(journey_slug: str, touchpoint_id: int) -> str:
    journey = journey_at(journey_slug)
    touchpoint = get_touchpoint(db.session(), journey, touchpoint_id)
    return _page(journey, touchpoint, _present_form(journey, touchpoint))


@bp.post(TOUCHPOINT)
@requires("admin")
def change(journey_slug: str, touchpoint_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    touchpoint = get_touchpoint(db.session(), journey, touchpoint_id)
    form = _form(journey, touchpoint)
    if not form.validate():
        return _page(journey, touchpoint, form), 422
    changes = editing.change_touchpoint(
        db.session(),
        touchpoint,
        name=form.name.data,
        channel=_channel(journey, form),
        initiative=form.initiative.data,
        stage=find_stage(db.session(), journey, form.stage.data),
    )
    return _done(journey, "touchpoint_changed", touchpoint, changes)


@bp.post(f"{TOUCHPOINT}/move")
@requires("admin")
def move(journey_slug: str, touchpoint_id: int) -> ResponseReturnValue:
    """One place up or down; or, as after dragging, into `stage` and just `before` another."""
    journey = journey_at(journey_slug)
    touchpoint = get_touchpoint(db.session(), journey, touchpoint_id)
    refuse_retired(touchpoint)
    if "stage" in request.form:
        stage = find_stage(db.session(), journey, request.form["stage"])
        editing.put_touchpoint(db.session(), touchpoint, stage, _asked_neighbour(journey, stage))
        return _done(journey, "touchpoint_moved", touchpoint, {"stage": stage.key})
    direction = asked_direction()
    editing.move_touchpoint(db.session(), touchpoint, direction)
    anchor = f"touchpoint-{touchpoint.id}-{direction}"
    return _done(journey, "touchpoint_moved", touchpoint, anchor=anchor)


@bp.post(f"{TOUCHPOINT}/retire")
@requires("admin")
def retire(journey_slug: str, touchpoint_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    touchpoint = get_touchpoint(db.session(), journey, touchpoint_id)
    editing.retire_touchpoint(touchpoint, at=utc_now())
    return _done(journey, "touchpoint_retired", touchpoint, anchor="retired")


@bp.post(f"{TOUCHPOINT}/restore")
@requires("admin")
def restore(journey_slug: str, touchpoint_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    touchpoint = get_touchpoint(db.session(), journey, touchpoint_id)
    editing.restore(touchpoint)
    return _done(journey, "touchpoint_restored", touchpoint)


@bp.post(f"{TOUCHPOINT}/delete")
@requires("admin")
def delete(journey_slug: str, touchpoint_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    touchpoint = get_touchpoint(db.session(), journey, touchpoint_id)
    try:
        editing.delete_touchpoint(db.session(), touchpoint)
    except editing.InUseError:
        form = _present_form(journey, touchpoint)
        form.form_errors = [_("Answers or links point at this touchpoint. Retire it instead.")]
        return _page(journey, touchpoint, form), 422
    return _done(journey, "touchpoint_deleted", touchpoint, anchor="structure")


def _asked_neighbour(journey: Journey, stage: Stage) -> Touchpoint | None:
    """The touchpoint of `stage` to stand before; none for the end of it."""
    refuse_retired(stage)
    key = request.form.get("before", "")
    if not key:
        return None
    neighbour = find_touchpoint(db.session(), journey, key)
    refuse_retired(neighbour)
    return neighbour if neighbour.stage_id == stage.id else None


def _form(journey: Journey, touchpoint: Touchpoint | None, **kwargs: Any) -> TouchpointForm:
    """With the stages and channels in use, and those that the touchpoint already has."""
    stages = editing.stages_of(db.session(), journey)
    channels = channels_of(db.session(), journey.workspace_id)
    kept = (touchpoint.stage, touchpoint.channel) if touchpoint else ()
    return TouchpointForm(
        stages=[one for one in stages if one.retired_at is None or one in kept],
        channels=[one for one in channels if one.retired_at is None or one in kept],
        **kwargs,
    )


def _present_form(journey: Journey, touchpoint: Touchpoint) -> TouchpointForm:
    channel = touchpoint.channel
    data = {
        "name": touchpoint.name,
        "stage": touchpoint.stage.key,
        "channel": channel.key if channel else "",
        "initiative": touchpoint.initiative,
    }
    return _form(journey, touchpoint, formdata=None, data=data)


def _channel(journey: Journey, form: TouchpointForm) -> Channel | None:
    channels = channels_of(db.session(), journey.workspace_id)
    return next((one for one in channels if one.key == form.channel.data), None)


def _done(
    journey: Journey,
    action: str,
    touchpoint: Touchpoint,
    changes: JsonObject | None = None,
    *,
    anchor: str | None = None,
) -> ResponseReturnValue:
    record_change(action, "touchpoint", touchpoint.key, changes, journey=journey)
    anchor = anchor or f"touchpoint-{touchpoint.id}"
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for("journeys.edit", journey_slug=journey.slug, _anchor=anchor), 303)


def _page(journey: Journey, touchpoint: Touchpoint | None, form: TouchpointForm) -> str:
    uses = None
    if touchpoint is not None:
        uses = uses_of(db.session(), "touchpoint", [touchpoint.id])[touchpoint.id]
    return structure_page(
        journey,
        "journeys/_touchpoint.html",
        panel_title=_title(touchpoint),
        touchpoint=touchpoint,
        form=form,
        uses=uses,
    )


def _title(touchpoint: Touchpoint | None) -> str:
    if touchpoint is None:
        return str(_("Add a touchpoint"))
    name = text_in(touchpoint.name, choose_language()) or touchpoint.key
    return str(_("Change: %(name)s", name=name))
