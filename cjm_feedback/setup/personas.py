"""Taking over ready-made personas, and adding one of one's own with a first rule."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from cjm_feedback.content.journeys import JourneyTemplate
from cjm_feedback.journeys import persona_editing as editing
from cjm_feedback.journeys.models import Journey
from cjm_feedback.journeys.personas import Condition
from cjm_feedback.setup.forms import PersonasForm
from cjm_feedback.setup.services import add_personas


def add_chosen(
    session: Session,
    journey: Journey,
    form: PersonasForm,
    template: JourneyTemplate,
    *,
    at: datetime,
) -> None:
    """What the form says; answers already here are told apart anew. The caller commits."""
    if form.suggestions.data:
        add_personas(session, journey, template, form.suggestions.data)
        editing.assign_again(session, journey, at=at)
    if not form.name.data:
        return
    persona = editing.add_persona(
        session,
        journey,
        name=form.name.data,
        age_from=form.age_from.data,
        age_to=form.age_to.data,
        occupation=form.occupation.data,
        needs=form.needs.data,
    )
    if form.channels.data:
        condition = Condition("channel", "in", list(form.channels.data))
        editing.add_rule(session, journey, persona, condition, at=at)
