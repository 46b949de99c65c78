"""The rules that tell which persona an answer belongs to, condition by condition.

A condition is made in two steps, so that no script is needed: first what it is about, then the
controls that fit that.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cjm_feedback.accounts.access import requires
from cjm_feedback.clock import utc_now
from cjm_feedback.db import JsonObject
from cjm_feedback.extensions import db
from cjm_feedback.journeys import persona_editing
from cjm_feedback.journeys.editing import FullError
from cjm_feedback.journeys.facts import Fact, facts_of
from cjm_feedback.journeys.forms import ConditionForm, RuleForm, condition_form
from cjm_feedback.journeys.models import Journey, Persona, PersonaRule
from cjm_feedback.journeys.ordering import in_use
from cjm_feedback.journeys.pages import asked_direction, record_change
from cjm_feedback.journeys.parts import NUMBER, get_persona, get_rule, journey_at
from cjm_feedback.journeys.personas import Condition
from cjm_feedback.journeys.sentences import conditions_of, rule_row

bp = Blueprint("persona_rules", __name__)

NEW_RULE = f"/journeys/<journey_slug>/personas/<{NUMBER}:persona_id>/rules/new"
RULE = f"/journeys/<journey_slug>/personas/rules/<{NUMBER}:rule_id>"
CONDITIONS = f"{RULE}/conditions"
CONDITION = f"{CONDITIONS}/<{NUMBER}:place>"


@bp.get(NEW_RULE)
@requires("admin")
def new(journey_slug: str, persona_id: int) -> str:
    """A rule by its first condition."""
    journey = journey_at(journey_slug)
    persona = get_persona(db.session(), journey, persona_id)
    return _condition_page(journey, persona, None, _asked_form(journey))


@bp.post(NEW_RULE)
@requires("admin")
def add(journey_slug: str, persona_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    persona = get_persona(db.session(), journey, persona_id)
    form = _asked_form(journey) or abort(404)
    if not form.validate():
        return _condition_page(journey, persona, None, form), 422
    try:
        rule = persona_editing.add_rule(
            db.session(), journey, persona, form.condition(), at=utc_now()
        )
    except FullError:
        form.form_errors = [_("There are too many rules already. Remove one first.")]
        return _condition_page(journey, persona, None, form), 422
    return _done(journey, "persona_rule_added", rule)


@bp.get(RULE)
@requires("admin")
def edit(journey_slug: str, rule_id: int) -> str:
    journey = journey_at(journey_slug)
    rule = get_rule(db.session(), journey, rule_id)
    return _rule_page(journey, rule, _rule_form(journey, rule, persona=rule.persona.key))


@bp.post(RULE)
@requires("admin")
def change(journey_slug: str, rule_id: int) -> ResponseReturnValue:
    """Give the rule to another persona."""
    journey = journey_at(journey_slug)
    rule = get_rule(db.session(), journey, rule_id)
    form = _rule_form(journey, rule)
    if not form.validate():
        return _rule_page(journey, rule, form), 422
    personas = persona_editing.personas_of(db.session(), journey)
    persona = next(one for one in personas if one.key == form.persona.data)
    details = {"persona": [rule.persona.key, persona.key]}
    persona_editing.give_rule(db.session(), journey, rule, persona, at=utc_now())
    return _done(journey, "persona_rule_changed", rule, details)


@bp.post(f"{RULE}/move")
@requires("admin")
def move(journey_slug: str, rule_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    rule = get_rule(db.session(), journey, rule_id)
    direction = asked_direction()
    persona_editing.move_rule(db.session(), journey, rule, direction, at=utc_now())
    return _done(journey, "persona_rule_moved", rule, anchor=f"rule-{rule.id}-{direction}")


@bp.post(f"{RULE}/delete")
@requires("admin")
def delete(journey_slug: str, rule_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    rule = get_rule(db.session(), journey, rule_id)
    persona_editing.delete_rule(db.session(), journey, rule, at=utc_now())
    return _done(journey, "persona_rule_deleted", rule, anchor="rules")


@bp.get(f"{CONDITIONS}/new")
@requires("admin")
def new_condition(journey_slug: str, rule_id: int) -> str:
    journey = journey_at(journey_slug)
    rule = get_rule(db.session(), journey, rule_id)
    return _condition_page(journey, rule.persona, rule, _asked_form(journey))


@bp.post(f"{CONDITIONS}/new")
@requires("admin")
def add_condition(journey_slug: str, rule_id: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    rule = get_rule(db.session(), journey, rule_id)
    form = _asked_form(journey) or abort(404)
    if not form.validate():
        return _condition_page(journey, rule.persona, rule, form), 422
    try:
        _set(journey, rule, [*_readable(rule), form.condition()])
    except FullError:
        form.form_errors = [_("There are too many conditions already. Remove one first.")]
        return _condition_page(journey, rule.persona, rule, form), 422
    return _changed(journey, rule)


@bp.get(CONDITION)
@requires("admin")
def edit_condition(journey_slug: str, rule_id: int, place: int) -> str:
    journey = journey_at(journey_slug)
    rule = get_rule(db.session(), journey, rule_id)
    condition = _condition_at(rule, place)
    form = condition_form(_fact_of(journey, condition), condition)
    return _condition_page(journey, rule.persona, rule, form, place=place)


@bp.post(CONDITION)
@requires("admin")
def change_condition(journey_slug: str, rule_id: int, place: int) -> ResponseReturnValue:
    journey = journey_at(journey_slug)
    rule = get_rule(db.session(), journey, rule_id)
    form = condition_form(_fact_of(journey, _condition_at(rule, place)))
    if not form.validate():
        return _condition_page(journey, rule.persona, rule, form, place=place), 422
    conditions = _readable(rule)
    conditions[place] = form.condition()
    _set(journey, rule, conditions)
    return _changed(journey, rule)


@bp.post(f"{CONDITION}/remove")
@requires("admin")
def remove_condition(journey_slug: str, rule_id: int, place: int) -> ResponseReturnValue:
    """Without its last condition a rule would take every answer: it is removed as a whole."""
    journey = journey_at(journey_slug)
    rule = get_rule(db.session(), journey, rule_id)
    _condition_at(rule, place)
    conditions = _readable(rule)
    if len(conditions) == 1:
        form = _rule_form(journey, rule, persona=rule.persona.key)
        form.form_errors = [_("A rule needs a condition. Remove the rule instead.")]
        return _rule_page(journey, rule, form), 422
    del conditions[place]
    _set(journey, rule, conditions)
    return _changed(journey, rule)


def _asked_form(journey: Journey) -> ConditionForm | None:
    """The form for what `?field=` names; None where nothing is named yet."""
    field = request.args.get("field")
    if not field:
        return None
    fact = facts_of(db.session(), journey).get(field)
    return condition_form(fact or abort(404))


def _fact_of(journey: Journey, condition: Condition) -> Fact:
    """What the condition is about, if that is still asked."""
    return facts_of(db.session(), journey).get(condition.field) or abort(404)


def _readable(rule: PersonaRule) -> list[Condition]:
    conditions = conditions_of(rule)
    if conditions is None:
        abort(409)
    return list(conditions)


def _condition_at(rule: PersonaRule, place: int) -> Condition:
    conditions = _readable(rule)
    if place >= len(conditions):
        abort(404)
    return conditions[place]


def _set(journey: Journey, rule: PersonaRule, conditions: Sequence[Condition]) -> None:
    persona_editing.set_conditions(db.session(), journey, rule, conditions, at=utc_now())


def _changed(journey: Journey, rule: PersonaRule) -> ResponseReturnValue:
    record_change("persona_rule_changed", "persona rule", rule.id, journey=journey)
    target = url_for(".edit", journey_slug=journey.slug, rule_id=rule.id)
    db.session.commit()
    flash(_("Saved. Answers are being sorted by the new rules."), "success")
    return redirect(target, 303)


def _done(
    journey: Journey,
    action: str,
    rule: PersonaRule,
    details: JsonObject | None = None,
    *,
    anchor: str | None = None,
) -> ResponseReturnValue:
    record_change(action, "persona rule", rule.id, details, journey=journey)
    anchor = anchor or f"rule-{rule.id}"
    db.session.commit()
    flash(_("Saved. Answers are being sorted by the new rules."), "success")
    return redirect(url_for("personas.index", journey_slug=journey.slug, _anchor=anchor), 303)


def _rule_form(journey: Journey, rule: PersonaRule, **data: str) -> RuleForm:
    personas = persona_editing.personas_of(db.session(), journey)
    offered = [*in_use(personas), *([rule.persona] if rule.persona.retired_at else [])]
    if data:
        return RuleForm(formdata=None, data=data, personas=offered)
    return RuleForm(personas=offered)


def _rule_page(journey: Journey, rule: PersonaRule, form: RuleForm) -> str:
    return render_template(
        "journeys/rule.html",
        journey=journey,
        row=rule_row(rule, facts_of(db.session(), journey)),
        form=form,
    )


def _condition_page(
    journey: Journey,
    persona: Persona,
    rule: PersonaRule | None,
    form: ConditionForm | None,
    *,
    place: int | None = None,
) -> str:
    """The form of a condition; without one, the choice of what the condition is about."""
    facts = facts_of(db.session(), journey)
    return render_template(
        "journeys/condition.html",
        journey=journey,
        persona=persona,
        row=rule_row(rule, facts) if rule else None,
        form=form,
        facts=facts.values(),
        place=place,
    )
