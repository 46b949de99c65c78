"""Correcting how a comment was read: agree, say otherwise, take it back."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from cjm_feedback.accounts.access import requires, resolves_workspace, signed_in_user
from cjm_feedback.accounts.audit import record
from cjm_feedback.analysis.corrections import (
    GoneError,
    Judgement,
    NothingToAgreeWithError,
    NotReadYetError,
    agree,
    correct,
    machine_judgement,
    withdraw_correction,
)
from cjm_feedback.analysis.learning.forms import CorrectionForm
from cjm_feedback.analysis.learning.judged import judged
from cjm_feedback.analysis.marking import segments
from cjm_feedback.analysis.standing import standing
from cjm_feedback.analysis.words import family_name, language_tag
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.journeys.models import Journey
from cjm_feedback.journeys.parts import journey_at
from cjm_feedback.responses.models import TextCorrection, TextScore, Theme
from cjm_feedback.sentiment.families import FAMILIES
from cjm_feedback.web.languages import choose_language, text_in
from cjm_feedback.web.views import local_path

bp = Blueprint("corrections", __name__)
BIG_NUMBER = "int(max=9223372036854775807)"
TEXT = f"/journeys/<journey_slug>/texts/<{BIG_NUMBER}:score_id>"


@resolves_workspace("score_id")
def workspace_of_score(session: Session, score_id: int) -> int | None:
    return session.scalar(
        select(Journey.workspace_id)
        .join(TextScore, TextScore.journey_id == Journey.id)
        .where(TextScore.id == score_id)
    )


@bp.get(f"{TEXT}/correction")
@requires("staff")
def edit(journey_slug: str, score_id: int) -> str:
    journey, score = _found(journey_slug, score_id)
    present = standing(score.corrections)
    machine = machine_judgement(db.session(), score)
    form = _form(
        score,
        label=present.label if present else machine.label or None,
        emotions=list(present.emotions if present else machine.emotions),
        themes=list(present.themes if present else machine.themes),
        note=present.note if present else "",
        formdata=None,
    )
    return _page(journey, score, form)


@bp.post(f"{TEXT}/correction")
@requires("staff")
def save(journey_slug: str, score_id: int) -> ResponseReturnValue:
    journey, score = _found(journey_slug, score_id)
    form = _form(score)
    if not form.validate():
        return _page(journey, score, form), 422
    judgement = Judgement(
        label=form.label.data,
        emotions=tuple(form.emotions.data or ()),
        themes=tuple(form.themes.data or ()),
        note=form.note.data,
    )
    at = utc_now()
    try:
        made = correct(db.session(), score.id, judgement, user_id=signed_in_user().id, at=at)
    except GoneError:
        abort(404)
    except NotReadYetError:
        form.form_errors = [_("The comment has not been read yet. Try again in a moment.")]
        return _page(journey, score, form), 422
    _note("reading_corrected", score, made)
    flash(_("Kept. It counts on the map from now on, also when the comment is read again."))
    return _back(journey, score)


@bp.post(f"{TEXT}/agreement")
@requires("staff")
def confirm(journey_slug: str, score_id: int) -> ResponseReturnValue:
    journey, score = _found(journey_slug, score_id)
    try:
        made = agree(db.session(), score.id, user_id=signed_in_user().id, at=utc_now())
    except GoneError:
        abort(404)
    except (NothingToAgreeWithError, NotReadYetError):
        return redirect(_address("edit", journey, score), 303)
    _note("reading_confirmed", score, made)
    flash(_("Noted: the comment was read rightly."))
    return _back(journey, score)


@bp.post(f"{TEXT}/withdrawal")
@requires("staff")
def withdraw(journey_slug: str, score_id: int) -> ResponseReturnValue:
    journey, score = _found(journey_slug, score_id)
    try:
        gone = withdraw_correction(db.session(), score.id, at=utc_now())
    except GoneError:
        abort(404)
    if gone is not None:
        _note("correction_withdrawn", score, gone)
        flash(_("Withdrawn. The machine’s reading counts again."))
    return _back(journey, score)


def _found(journey_slug: str, score_id: int) -> tuple[Journey, TextScore]:
    journey = journey_at(journey_slug)
    score = db.session.get(TextScore, score_id)
    if score is None or score.journey_id != journey.id:
        abort(404)
    return journey, score


def _form(score: TextScore, **given: object) -> CorrectionForm:
    form = CorrectionForm(**given)
    language = choose_language()
    form.emotions.choices = [SelectChoice(key, family_name(key)) for key in FAMILIES]
    form.themes.choices = [
        SelectChoice(theme.key, text_in(theme.name, language)) for theme in _themes(score)
    ]
    return form


def _themes(score: TextScore) -> list[Theme]:
    """The themes in use, and those that somebody has named in this text before."""
    named = {key for one in score.corrections for key in one.themes}
    named |= set(machine_judgement(db.session(), score).themes)
    return list(
        db.session.scalars(
            select(Theme)
            .where(
                Theme.journey_id == score.journey_id,
                or_(Theme.retired_at.is_(None), Theme.key.in_(named)),
            )
            .order_by(Theme.id)
        )
    )


def _page(journey: Journey, score: TextScore, form: CorrectionForm) -> str:
    text = score.answer.text or ""
    evidence = score.evidence if score.status == "scored" else []
    return render_template(
        "learning/correct.html",
        journey=journey,
        form=form,
        question=text_in(score.answer.question.text, choose_language()),
        segments=segments(text, evidence),
        language_of_text=language_tag(score.language or score.response.language),
        judged=judged(score, journey),
        back=_back_address(journey),
        save_url=_address("save", journey, score),
    )


def _address(endpoint: str, journey: Journey, score: TextScore) -> str:
    return url_for(
        f".{endpoint}", journey_slug=journey.slug, score_id=score.id, back=_back_address(journey)
    )


def _back_address(journey: Journey) -> str:
    """The list that the person came from."""
    back = local_path(request.args.get("back", ""))
    return back if back != "/" else url_for("responses_inbox.show", journey_slug=journey.slug)


def _back(journey: Journey, score: TextScore) -> ResponseReturnValue:
    db.session.commit()
    return redirect(f"{_back_address(journey)}#r{score.response_id}", 303)


def _note(action: str, score: TextScore, correction: TextCorrection) -> None:
    record(
        db.session(),
        action,
        "text reading",
        score.id,
        utc_now(),
        {"label": [correction.machine_label, correction.label]},
    )
