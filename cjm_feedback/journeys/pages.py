"""What the pages that edit a journey share: the frame, the order buttons, the audit log."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import format_decimal
from werkzeug.exceptions import Conflict, NotFound

from cjm_feedback.accounts.audit import record
from cjm_feedback.accounts.words import DEPARTMENT_NAMES
from cjm_feedback.clock import utc_now
from cjm_feedback.db import JsonObject
from cjm_feedback.extensions import db
from cjm_feedback.journeys.models import Journey
from cjm_feedback.journeys.ordering import STEPS, Retirable
from cjm_feedback.journeys.queries import structure_of
from cjm_feedback.journeys.words import INITIATIVE_HINTS, INITIATIVE_NAMES, PHASE_NAMES


def structure_page(journey: Journey, panel: str, **context: Any) -> str:
    """The structure of `journey` with `panel`, a template that gets `context`, beside it."""
    return render_template(
        "journeys/edit.html",
        journey=journey,
        structure=structure_of(db.session(), journey),
        panel=panel,
        phase_names=PHASE_NAMES,
        initiative_names=INITIATIVE_NAMES,
        initiative_hints=INITIATIVE_HINTS,
        department_names=DEPARTMENT_NAMES,
        format_decimal=format_decimal,
        **context,
    )


def record_change(
    action: str,
    kind: str,
    name: str | int,
    changes: JsonObject | None = None,
    *,
    journey: Journey | None = None,
) -> None:
    """Write down who did what; nothing where `changes` are known, and are none."""
    if changes is not None and not changes:
        return
    where = {"journey": journey.slug} if journey else {}
    record(db.session(), action, kind, name, utc_now(), {**where, **(changes or {})})


def asked_direction() -> str:
    """Up or down, as the button says that was pressed."""
    direction = request.form.get("direction", "")
    if direction not in STEPS:
        raise NotFound
    return direction


def refuse_retired(thing: Retirable | None) -> None:
    """Somebody has retired it since the page was made: it has no place to be moved to or from."""
    if thing is not None and thing.retired_at is not None:
        raise Conflict
