"""The pages of a journey's schedules: when its map is refreshed, and how that went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cjm_feedback.accounts.access import requires
from cjm_feedback.accounts.audit import record
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.jobs import schedules
from cjm_feedback.jobs.models import Job, Schedule
from cjm_feedback.journeys.models import Journey
from cjm_feedback.journeys.parts import NUMBER, journey_at
from cjm_feedback.scheduling import words
from cjm_feedback.scheduling.forms import ScheduleForm, choices_of
from cjm_feedback.scheduling.queries import runs_of, schedules_of
from cjm_feedback.scheduling.trigger import LocalCronTrigger

bp = Blueprint("schedules", __name__, url_prefix="/journeys/<journey_slug>/schedules")
FORETOLD = timedelta(days=40)
"""How long before clocks are changed the page says what that does to a run."""
ONE = f"/<{NUMBER}:schedule_id>"


@dataclass(frozen=True)
class Planned:
    """A schedule, when it is due next, its last run, and a run that a change of clocks moves."""

    schedule: Schedule
    next_at: datetime | None
    last: Job | None
    moved: datetime | None


@bp.get("")
@requires("admin")
def index(journey_slug: str) -> str:
    journey = journey_at(journey_slug)
    runs = runs_of(db.session(), journey.id)
    at = utc_now()
    planned = [_planned(schedule, runs, at) for schedule in schedules_of(db.session(), journey.id)]
    return render_template(
        "scheduling/index.html",
        journey=journey,
        planned=planned,
        next_at=min((p.next_at for p in planned if p.next_at), default=None),
        runs=runs,
        words=words,
    )


@bp.get("/new")
@requires("admin")
def new(journey_slug: str) -> str:
    return _form_page(journey_at(journey_slug), ScheduleForm(formdata=None))


@bp.post("/new")
@requires("admin")
def add(journey_slug: str) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    form = ScheduleForm()
    if not form.validate():
        return _form_page(journey, form), 422
    at = utc_now()
    schedule = schedules.create_schedule(
        db.session(), journey.id, cron=form.line(), timezone=journey.timezone, at=at
    )
    return _done(journey, schedule, at, _("The schedule is on."), action="schedule_added")


@bp.get(ONE)
@requires("admin")
def edit(journey_slug: str, schedule_id: int) -> str:
    journey = journey_at(journey_slug)
    schedule = _schedule(journey, schedule_id)
    return _form_page(
        journey, ScheduleForm(formdata=None, data=choices_of(schedule.cron)), schedule
    )


@bp.post(ONE)
@requires("admin")
def change(journey_slug: str, schedule_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    schedule = _schedule(journey, schedule_id)
    form = ScheduleForm()
    if not form.validate():
        return _form_page(journey, form, schedule), 422
    at = utc_now()
    schedules.change_schedule(schedule, cron=form.line(), timezone=journey.timezone, at=at)
    return _done(journey, schedule, at, _("Saved."))


@bp.post(f"{ONE}/enabled")
@requires("admin")
def switch(journey_slug: str, schedule_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    schedule = _schedule(journey, schedule_id)
    at = utc_now()
    enabled = request.form.get("enabled") == "1"
    schedules.set_enabled(schedule, enabled, at=at)
    told = _("The schedule is on.") if enabled else _("The schedule is off.")
    return _done(journey, schedule, at, told)


@bp.post(f"{ONE}/run")
@requires("admin")
def run(journey_slug: str, schedule_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    schedule = _schedule(journey, schedule_id)
    at = utc_now()
    schedules.run_now(db.session(), schedule, at=at)
    told = _("The map is being refreshed. Reload this page in a moment to see what came of it.")
    return _done(journey, schedule, at, told, action="schedule_run")


def _done(
    journey: Journey, schedule: Schedule, at: datetime, told: str, action: str = "schedule_changed"
) -> ResponseReturnValue:
    details = {"journey": journey.slug, "cron": schedule.cron, "enabled": schedule.enabled}
    record(db.session(), action, "schedule", schedule.id, at, details)
    db.session.commit()
    flash(told, "success")
    return redirect(url_for(".index", journey_slug=journey.slug), 303)


def _form_page(journey: Journey, form: ScheduleForm, schedule: Schedule | None = None) -> str:
    return render_template(
        "scheduling/schedule.html", journey=journey, form=form, schedule=schedule
    )


def _schedule(journey: Journey, schedule_id: int) -> Schedule:
    schedule = db.session.get(Schedule, schedule_id)
    if schedule is None or schedule.journey_id != journey.id:
        abort(404)
    return schedule


def _planned(schedule: Schedule, runs: Sequence[Job], at: datetime) -> Planned:
    trigger = LocalCronTrigger(schedule.cron, schedule.timezone)
    return Planned(
        schedule=schedule,
        next_at=trigger.next_slot(at) if schedule.enabled else None,
        moved=trigger.moved_slot(at, at + FORETOLD) if schedule.enabled else None,
        last=next((job for job in runs if job.schedule_id == schedule.id), None),
    )
