"""The page that shows the structure of a journey, and its name, time zone and goals."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cjm_feedback.accounts.access import requires
from cjm_feedback.db import JsonObject
from cjm_feedback.extensions import db
from cjm_feedback.journeys import editing
from cjm_feedback.journeys.changes import change_fields
from cjm_feedback.journeys.forms import GoalForm, JourneyForm
from cjm_feedback.journeys.models import BusinessGoal, Journey
from cjm_feedback.journeys.pages import asked_direction, record_change, structure_page
from cjm_feedback.journeys.parts import NUMBER, get_goal, journey_at
from cjm_feedback.journeys.queries import other_journeys

bp = Blueprint("journeys", __name__)

EDIT = "/journeys/<journey_slug>/edit"
GOALS = "/journeys/<journey_slug>/goals"
GOAL = f"{GOALS}/<{NUMBER}:goal_id>"


@bp.get(EDIT)
@requires("admin")
def edit(journey_slug: str) -> str:
    journey = journey_at(journey_slug)
    return _settings_page(journey, _journey_form(journey), GoalForm(formdata=None))


@bp.post(EDIT)
@requires("admin")
def save(journey_slug: str) -> ResponseReturnValue:
    """The journey's name and its time zone."""
    journey = journey_at(journey_slug)
    form = JourneyForm(present_zone=journey.timezone)
    if not form.validate():
        return _settings_page(journey, form, GoalForm(formdata=None)), 422
    changes = editing.change_journey(journey, name=form.name.data, timezone=form.timezone.data)
    record_change("journey_changed", "journey", journey.slug, changes)
    db.session.commit()
    flash(_("Saved."), "success")
    return _back(journey, "panel")


@bp.post(GOALS)
@requires("admin")
def add_goal(journey_slug: str) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    form = GoalForm()
    if not form.validate():
        return _settings_page(journey, _journey_form(journey), form), 422
    try:
        goal = editing.add_goal(db.session(), journey, form.text.data)
    except editing.FullError:
        form.form_errors = [_("There are as many goals as a map can show. Remove one first.")]
        return _settings_page(journey, _journey_form(journey), form), 422
    return _done(journey, "goal_added", goal)


@bp.get(GOAL)
@requires("admin")
def edit_goal(journey_slug: str, goal_id: int) -> str:
    journey = journey_at(journey_slug)
    goal = get_goal(db.session(), journey, goal_id)
    return _goal_page(journey, goal, GoalForm(obj=goal))


@bp.post(GOAL)
@requires("admin")
def change_goal(journey_slug: str, goal_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    goal = get_goal(db.session(), journey, goal_id)
    form = GoalForm()
    if not form.validate():
        return _goal_page(journey, goal, form), 422
    changes = change_fields(goal, text=form.text.data)
    return _done(journey, "goal_changed", goal, changes)


@bp.post(f"{GOAL}/move")
@requires("admin")
def move_goal(journey_slug: str, goal_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    goal = get_goal(db.session(), journey, goal_id)
    direction = asked_direction()
    editing.move_goal(db.session(), journey, goal, direction)
    return _done(journey, "goal_moved", goal, anchor=f"goal-{goal.id}-{direction}")


@bp.post(f"{GOAL}/remove")
@requires("admin")
def remove_goal(journey_slug: str, goal_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    goal = get_goal(db.session(), journey, goal_id)
    editing.remove_goal(db.session(), journey, goal)
    return _done(journey, "goal_removed", goal)


def _done(
    journey: Journey,
    action: str,
    goal: BusinessGoal,
    changes: JsonObject | None = None,
    *,
    anchor: str = "goals",
) -> ResponseReturnValue:
    record_change(action, "goal", goal.id, changes, journey=journey)
    db.session.commit()
    flash(_("Saved."), "success")
    return _back(journey, anchor)


def _back(journey: Journey, anchor: str) -> ResponseReturnValue:
    return redirect(url_for(".edit", journey_slug=journey.slug, _anchor=anchor), 303)


def _journey_form(journey: Journey) -> JourneyForm:
    return JourneyForm(formdata=None, obj=journey, present_zone=journey.timezone)


def _settings_page(journey: Journey, form: JourneyForm, goal_form: GoalForm) -> str:
    return structure_page(
        journey,
        "journeys/_settings.html",
        form=form,
        goal_form=goal_form,
        other_journeys=other_journeys(db.session(), journey),
        submitted=goal_form if request.endpoint == "journeys.add_goal" else form,
    )


def _goal_page(journey: Journey, goal: BusinessGoal, form: GoalForm) -> str:
    return structure_page(
        journey, "journeys/_goal.html", panel_title=_("Change a goal"), goal=goal, form=form
    )
