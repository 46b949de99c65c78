"""What every step of the guided set-up shows, and where it leads."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as HttpResponse

from cjm_feedback.accounts.audit import record
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.journeys.models import Journey
from cjm_feedback.setup.progress import STEPS, Progress, progress_of, step_after
from cjm_feedback.setup.words import STEP_NAMES
from cjm_feedback.web.languages import choose_language, text_in

bp = Blueprint("setup", __name__, url_prefix="/setup")


def step_page(step: str, journey: Journey, **context: Any) -> str:
    return render_template(
        f"setup/{step}.html",
        journey=journey,
        step=step,
        after=step_after(step),
        number=STEPS.index(step) + 1,
        progress=progress_at(journey),
        step_names=STEP_NAMES,
        **context,
    )


def progress_at(journey: Journey) -> Progress:
    return progress_of(db.session(), journey, at=utc_now())


def note(journey: Journey, step: str) -> None:
    record(db.session(), "journey_set_up", "journey", journey.slug, utc_now(), {"step": step})


def to_step(journey: Journey, step: str) -> HttpResponse:
    endpoint = "personas_step" if step == "personas" else step
    return redirect(url_for(f".{endpoint}", journey_slug=journey.slug), 303)


def full_words() -> str:
    return str(_("There are as many already as a page can show."))


def said(text: dict[str, str]) -> str:
    return text_in(text, choose_language())


def go_on(journey: Journey, step: str) -> HttpResponse:
    """To the next step, and after the last one to the map."""
    after = step_after(step)
    if after is None:
        return redirect(url_for("maps.show", journey_slug=journey.slug), 303)
    return to_step(journey, after)
