"""Who the customers are: the personas of a journey."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from cjm_feedback.accounts.access import requires
from cjm_feedback.clock import utc_now
from cjm_feedback.db import JsonObject
from cjm_feedback.extensions import db
from cjm_feedback.journeys import persona_editing
from cjm_feedback.journeys.editing import FullError, InUseError
from cjm_feedback.journeys.forms import PersonaForm
from cjm_feedback.journeys.models import Journey, Persona
from cjm_feedback.journeys.pages import asked_direction, record_change, refuse_retired
from cjm_feedback.journeys.parts import NUMBER, get_persona, journey_at
from cjm_feedback.journeys.queries import persona_rows
from cjm_feedback.journeys.sentences import rule_rows
from cjm_feedback.journeys.usage import uses_of

bp = Blueprint("personas", __name__)

PERSONAS = "/journeys/<journey_slug>/personas"
PERSONA = f"{PERSONAS}/<{NUMBER}:persona_id>"


@bp.get(PERSONAS)
@requires("admin")
def index(journey_slug: str) -> str:
    """The personas, and the rules that tell whose an answer is."""
    journey = journey_at(journey_slug)
    rows = persona_rows(db.session(), journey)
    return render_template(
        "journeys/personas.html",
        journey=journey,
        rows=[row for row in rows if row.persona.retired_at is None],
        retired_rows=[row for row in rows if row.persona.retired_at is not None],
        rules=rule_rows(db.session(), journey),
        format_decimal=format_decimal,
    )


@bp.get(f"{PERSONAS}/new")
@requires("admin")
def new(journey_slug: str) -> str:
    return _page(journey_at(journey_slug), None, PersonaForm())


@bp.post(f"{PERSONAS}/new")
@requires("admin")
def add(journey_slug: str) -> ResponseReturnValue:
    """A new persona; what follows are the rules that find its answers."""
    journey = journey_at(journey_slug)
    form = PersonaForm()
    if not form.validate():
        return _page(journey, None, form), 422
    try:
        persona = persona_editing.add_persona(db.session(), journey, **form.known())
    except FullError:
        form.form_errors = [_("There are as many personas as a map can show.")]
        return _page(journey, None, form), 422
    record_change("persona_added", "persona", persona.key, journey=journey)
    persona_id = persona.id
    db.session.commit()
    flash(_("Saved."), "success")
    target = url_for(".edit", journey_slug=journey.slug, persona_id=persona_id, _anchor="rules")
    return redirect(target, 303)


@bp.get(PERSONA)
@requires("admin")
def edit(journey_slug: str, persona_id: int) -> str:
    journey = journey_at(journey_slug)
    persona = get_persona(db.session(), journey, persona_id)
    return _page(journey, persona, PersonaForm(obj=persona))


@bp.post(PERSONA)
@requires("admin")
def change(journey_slug: str, persona_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    persona = get_persona(db.session(), journey, persona_id)
    form = PersonaForm()
    if not form.validate():
        return _page(journey, persona, form), 422
    changes = persona_editing.change_persona(persona, **form.known())
    return _done(journey, "persona_changed", persona, changes)


@bp.post(f"{PERSONA}/move")
@requires("admin")
def move(journey_slug: str, persona_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    persona = get_persona(db.session(), journey, persona_id)
    refuse_retired(persona)
    direction = asked_direction()
    persona_editing.move_persona(db.session(), journey, persona, direction)
    return _done(journey, "persona_moved", persona, anchor=f"persona-{persona.id}-{direction}")


@bp.post(f"{PERSONA}/retire")
@requires("admin")
def retire(journey_slug: str, persona_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    persona = get_persona(db.session(), journey, persona_id)
    persona_editing.retire_persona(db.session(), journey, persona, at=utc_now())
    return _done(journey, "persona_retired", persona, anchor="retired")


@bp.post(f"{PERSONA}/restore")
@requires("admin")
def restore(journey_slug: str, persona_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    persona = get_persona(db.session(), journey, persona_id)
    persona_editing.restore_persona(db.session(), journey, persona, at=utc_now())
    return _done(journey, "persona_restored", persona)


@bp.post(f"{PERSONA}/delete")
@requires("admin")
def delete(journey_slug: str, persona_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    persona = get_persona(db.session(), journey, persona_id)
    try:
        persona_editing.delete_persona(db.session(), journey, persona)
    except InUseError:
        form = PersonaForm(formdata=None, obj=persona)
        form.form_errors = [_("Answers belong to this persona. Retire it instead.")]
        return _page(journey, persona, form), 422
    return _done(journey, "persona_deleted", persona, anchor="personas")


def _done(
    journey: Journey,
    action: str,
    persona: Persona,
    changes: JsonObject | None = None,
    *,
    anchor: str | None = None,
) -> ResponseReturnValue:
    record_change(action, "persona", persona.key, changes, journey=journey)
    anchor = anchor or f"persona-{persona.id}"
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".index", journey_slug=journey.slug, _anchor=anchor), 303)


def _page(journey: Journey, persona: Persona | None, form: PersonaForm) -> str:
    rules, uses = [], None
    if persona is not None:
        uses = uses_of(db.session(), "persona", [persona.id])[persona.id]
        rules = [row for row in rule_rows(db.session(), journey) if row.persona.id == persona.id]
    return render_template(
        "journeys/persona.html",
        journey=journey,
        persona=persona,
        form=form,
        rules=rules,
        uses=uses,
        format_decimal=format_decimal,
    )
