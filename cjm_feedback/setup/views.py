"""The guided set-up: five steps from nothing to a map that refreshes itself."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.wrappers import Response as HttpResponse
from wtforms.fields.choices import SelectChoice

from cjm_feedback.accounts.access import current_workspace, requires
from cjm_feedback.accounts.audit import record
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.jobs.schedules import change_schedule, set_enabled
from cjm_feedback.journeys import editing
from cjm_feedback.journeys import services as journeys
from cjm_feedback.journeys.keys import new_key
from cjm_feedback.journeys.models import Journey
from cjm_feedback.journeys.ordering import in_use
from cjm_feedback.journeys.parts import journey_at
from cjm_feedback.setup import personas, services
from cjm_feedback.setup.forms import (
    GoalsForm,
    NewJourneyForm,
    PersonasForm,
    ScheduleForm,
)
from cjm_feedback.setup.pages import (
    bp,
    full_words,
    go_on,
    note,
    progress_at,
    said,
    step_page,
    to_step,
)
from cjm_feedback.setup.planning import planned
from cjm_feedback.setup.progress import STEPS, progress_of
from cjm_feedback.setup.templates import TEMPLATES, template_of
from cjm_feedback.setup.words import STEP_NAMES, TEMPLATE_HINTS
from cjm_feedback.web.languages import LANGUAGE_NAMES


@bp.get("")
@requires("admin")
def index() -> str:
    return _index_page(
        NewJourneyForm(template="shop", timezone=services.DEFAULT_TIMEZONE, formdata=None)
    )


@bp.post("")
@requires("admin")
def begin() -> ResponseReturnValue:
    """Make a journey and begin with its first step."""
    form = NewJourneyForm()
    if not form.validate():
        return _index_page(form), 422
    at, session = utc_now(), db.session()
    taken = set(session.scalars(select(Journey.slug)))
    journey = journeys.create_journey(
        session,
        current_workspace(),
        slug=new_key(form.name.data, taken, otherwise="journey"),
        name=form.name.data,
        timezone=form.timezone.data,
        at=at,
    )
    services.fill_journey(session, journey, TEMPLATES[form.template.data])
    record(session, "journey_created", "journey", journey.slug, at)
    session.commit()
    return to_step(journey, STEPS[0])


@bp.get("/<journey_slug>")
@requires("admin")
def resume(journey_slug: str) -> HttpResponse:
    """Go on where the set-up was left: at the first step with nothing to show for it."""
    journey = journey_at(journey_slug)
    progress = progress_of(db.session(), journey, at=utc_now())
    return to_step(journey, progress.next_step or STEPS[-1])


@bp.get("/<journey_slug>/goal")
@requires("admin")
def goal(journey_slug: str) -> str:
    journey = journey_at(journey_slug)
    return _goal_page(journey, _goals_form(journey))


@bp.post("/<journey_slug>/goal")
@requires("admin")
def save_goal(journey_slug: str) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    form = _goals_form(journey)
    if not form.validate():
        return _goal_page(journey, form), 422
    offered = template_of(journey).goals
    chosen = [dict(offered[int(number)]) for number in form.suggestions.data]
    try:
        for text in [*chosen, *([form.text.data] if form.text.data else [])]:
            editing.add_goal(db.session(), journey, text)
    except editing.FullError:
        return _full(_goal_page, journey, form, form.suggestions)
    note(journey, "goal")
    db.session.commit()
    return go_on(journey, "goal")


@bp.get("/<journey_slug>/personas")
@requires("admin")
def personas_step(journey_slug: str) -> str:
    journey = journey_at(journey_slug)
    return _personas_page(journey, _personas_form(journey))


@bp.post("/<journey_slug>/personas")
@requires("admin")
def save_personas(journey_slug: str) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    form = _personas_form(journey)
    if not form.validate():
        return _personas_page(journey, form), 422
    try:
        personas.add_chosen(db.session(), journey, form, template_of(journey), at=utc_now())
    except editing.FullError:
        return _full(_personas_page, journey, form, form.suggestions)
    note(journey, "personas")
    db.session.commit()
    return go_on(journey, "personas")


@bp.get("/<journey_slug>/schedule")
@requires("admin")
def schedule(journey_slug: str) -> str:
    journey = journey_at(journey_slug)
    present = services.find_schedule(db.session(), journey)
    cron = present.cron if present else services.WEEKLY
    return step_page("schedule", journey, form=ScheduleForm(formdata=None, data=planned(cron)))


@bp.post("/<journey_slug>/schedule")
@requires("admin")
def save_schedule(journey_slug: str) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    form = ScheduleForm()
    if not form.validate():
        return step_page("schedule", journey, form=form), 422
    at = utc_now()
    present = services.ensure_schedule(db.session(), journey, at=at, cron=form.cron())
    if present.cron != form.cron() or present.timezone != journey.timezone:
        change_schedule(present, cron=form.cron(), timezone=journey.timezone, at=at)
    set_enabled(present, True, at=at)
    note(journey, "schedule")
    db.session.commit()
    return go_on(journey, "schedule")


def _goals_form(journey: Journey) -> GoalsForm:
    """The goals of the template that the journey does not have yet."""
    known = [goal.text for goal in journey.goals]
    offered = [
        SelectChoice(str(number), said(text))
        for number, text in enumerate(template_of(journey).goals)
        if text not in known
    ]
    return GoalsForm(offered=offered, needed=not journey.goals)


def _goal_page(journey: Journey, form: GoalsForm) -> str:
    missing = [name for code, name in LANGUAGE_NAMES.items() if not journey.name.get(code)]
    return step_page("goal", journey, form=form, missing=missing)


def _personas_form(journey: Journey) -> PersonasForm:
    known = {persona.key for persona in journey.personas}
    channels = journeys.channels_of(db.session(), journey.workspace_id)
    return PersonasForm(
        offered=[
            SelectChoice(one.key, said(one.name))
            for one in template_of(journey).personas
            if one.key not in known
        ],
        channels=[SelectChoice(key, said(one.name)) for key, one in channels.items()],
        needed=not in_use(journey.personas),
    )


def _personas_page(journey: Journey, form: PersonasForm) -> str:
    return step_page("personas", journey, form=form, personas=in_use(journey.personas))


def _index_page(form: NewJourneyForm) -> str:
    journeys_here = db.session.scalars(
        select(Journey)
        .where(Journey.workspace_id == current_workspace().id, Journey.retired_at.is_(None))
        .order_by(Journey.id)
    ).all()
    return render_template(
        "setup/index.html",
        form=form,
        journeys=[(journey, progress_at(journey)) for journey in journeys_here],
        step_names=STEP_NAMES,
        template_hints=TEMPLATE_HINTS,
    )


def _full(page: Any, journey: Journey, form: Any, field: Any) -> ResponseReturnValue:
    db.session.rollback()
    field.errors = [*field.errors, full_words()]
    return page(journey, form), 422
