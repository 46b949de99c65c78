"""Adding, changing, ordering and retiring the stages of a journey."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cjm_feedback.accounts.access import requires
from cjm_feedback.clock import utc_now
from cjm_feedback.db import JsonObject
from cjm_feedback.extensions import db
from cjm_feedback.journeys import editing
from cjm_feedback.journeys.forms import StageForm
from cjm_feedback.journeys.models import Journey, Stage
from cjm_feedback.journeys.pages import (
    asked_direction,
    record_change,
    refuse_retired,
    structure_page,
)
from cjm_feedback.journeys.parts import NUMBER, find_stage, get_stage, journey_at
from cjm_feedback.journeys.usage import uses_of
from cjm_feedback.web.languages import choose_language, text_in

bp = Blueprint("stages", __name__)

STAGES = "/journeys/<journey_slug>/stages"
STAGE = f"{STAGES}/<{NUMBER}:stage_id>"


@bp.get(f"{STAGES}/new")
@requires("admin")
def new(journey_slug: str) -> str:
    return _page(journey_at(journey_slug), None, StageForm(phase="after", department="other"))


@bp.post(f"{STAGES}/new")
@requires("admin")
def add(journey_slug: str) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    form = StageForm()
    if not form.validate():
        return _page(journey, None, form), 422
    try:
        stage = editing.add_stage(db.session(), journey, **_typed(form))
    except editing.FullError:
        form.form_errors = [_("There are as many stages as a map can show. Retire one first.")]
        return _page(journey, None, form), 422
    return _done(journey, "stage_added", stage)


@bp.get(STAGE)
@requires("admin")
def edit(journey_slug: str, stage_id: int) -> str:
    journey = journey_at(journey_slug)
    stage = get_stage(db.session(), journey, stage_id)
    return _page(journey, stage, StageForm(obj=stage))


@bp.post(STAGE)
@requires("admin")
def change(journey_slug: str, stage_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    stage = get_stage(db.session(), journey, stage_id)
    form = StageForm()
    if not form.validate():
        return _page(journey, stage, form), 422
    changes = editing.change_stage(stage, **_typed(form))
    return _done(journey, "stage_changed", stage, changes)


@bp.post(f"{STAGE}/move")
@requires("admin")
def move(journey_slug: str, stage_id: int) -> ResponseReturnValue:
    """One place up or down; or, as after dragging, to just `before` another stage."""
    journey = journey_at(journey_slug)
    stage = get_stage(db.session(), journey, stage_id)
    refuse_retired(stage)
    if "before" in request.form:
        key = request.form["before"]
        before = find_stage(db.session(), journey, key) if key else None
        refuse_retired(before)
        editing.put_stage(db.session(), journey, stage, before)
        return _done(journey, "stage_moved", stage)
    direction = asked_direction()
    editing.move_stage(db.session(), journey, stage, direction)
    return _done(journey, "stage_moved", stage, anchor=f"stage-{stage.id}-{direction}")


@bp.post(f"{STAGE}/retire")
@requires("admin")
def retire(journey_slug: str, stage_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    stage = get_stage(db.session(), journey, stage_id)
    try:
        editing.retire_stage(db.session(), journey, stage, at=utc_now())
    except editing.LastStageError:
        return _refused(journey, stage, _last_stage())
    return _done(journey, "stage_retired", stage, anchor="retired")


@bp.post(f"{STAGE}/restore")
@requires("admin")
def restore(journey_slug: str, stage_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    stage = get_stage(db.session(), journey, stage_id)
    editing.restore(stage)
    return _done(journey, "stage_restored", stage)


@bp.post(f"{STAGE}/delete")
@requires("admin")
def delete(journey_slug: str, stage_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    stage = get_stage(db.session(), journey, stage_id)
    try:
        editing.delete_stage(db.session(), journey, stage)
    except editing.LastStageError:
        return _refused(journey, stage, _last_stage())
    except editing.InUseError:
        return _refused(journey, stage, _("The stage has touchpoints. Retire it instead."))
    return _done(journey, "stage_deleted", stage, anchor="structure")


def _typed(form: StageForm) -> JsonObject:
    return {
        "name": form.name.data,
        "description": form.description.data,
        "phase": form.phase.data,
        "department": form.department.data,
    }


def _done(
    journey: Journey,
    action: str,
    stage: Stage,
    changes: JsonObject | None = None,
    *,
    anchor: str | None = None,
) -> ResponseReturnValue:
    record_change(action, "stage", stage.key, changes, journey=journey)
    anchor = anchor or f"stage-{stage.id}"
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for("journeys.edit", journey_slug=journey.slug, _anchor=anchor), 303)


def _refused(journey: Journey, stage: Stage, why: str) -> ResponseReturnValue:
    form = StageForm(formdata=None, obj=stage)
    form.form_errors = [why]
    return _page(journey, stage, form), 422


def _last_stage() -> str:
    return str(_("A journey needs a stage. Add another one first."))


def _page(journey: Journey, stage: Stage | None, form: StageForm) -> str:
    uses = uses_of(db.session(), "stage", [stage.id])[stage.id] if stage else None
    return structure_page(
        journey,
        "journeys/_stage.html",
        panel_title=_title(stage),
        stage=stage,
        form=form,
        uses=uses,
    )


def _title(stage: Stage | None) -> str:
    if stage is None:
        return str(_("Add a stage"))
    name = text_in(stage.name, choose_language()) or stage.key
    return str(_("Change: %(name)s", name=name))
