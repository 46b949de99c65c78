"""The pages a customer sees."""

from __future__ import annotations

import re
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from cjm_feedback.accounts.access import public
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import csrf, db
from cjm_feedback.responses import tokens
from cjm_feedback.responses.forms import labels_of
from cjm_feedback.responses.models import Response
from cjm_feedback.responses.origins import from_own_page
from cjm_feedback.responses.page import choose_language, draw, draw_form, say_moment, speak
from cjm_feedback.responses.queries import find_by_receipt
from cjm_feedback.responses.receipts import Receipt
from cjm_feedback.responses.refusals import (
    OUTAGES,
    asking_to_retry,
    closed_page,
    conflict_page,
    error_page,
    no_answers_page,
    note_outage,
    outage_page,
)
from cjm_feedback.responses.sent import Sent, read_sent
from cjm_feedback.responses.services import (
    KeyReusedError,
    SurveyClosedError,
    receipt_by_link,
    submit_by_link,
    withdraw_response,
)
from cjm_feedback.surveys.published import PublishedSurvey, find_published, forget

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,22}")
SOURCE = "page"

bp = Blueprint("respondent", __name__)
# A CSRF token is tied to a session, and these pages have none: there is no authority of the
# visitor's that a foreign page could borrow. `from_own_page` and the signed form token stand here.
csrf.exempt(bp)
bp.register_error_handler(HTTPException, error_page)
for outage in OUTAGES:
    bp.register_error_handler(outage, outage_page)


@bp.get("/s/<public_id>")
@public
def show(public_id: str) -> ResponseReturnValue:
    survey = _find_survey(public_id)
    language = choose_language(survey)
    now = utc_now()
    if not survey.is_open(now):
        speak(language)
        return closed_page(survey, now)
    return draw_form(survey, tokens.new_token(public_id, survey.revision_number, language))


@bp.post("/s/<public_id>")
@public
def submit(public_id: str) -> ResponseReturnValue:
    _refuse_foreign_pages()
    sent = read_sent(db.session(), _find_survey(public_id))
    now = utc_now()
    if sent.form.trapped():
        notice = _("A field that must stay empty was filled in. Please send your answers again.")
        return _ask_again(sent, now, notice)
    if not sent.form.validate():
        return _ask_again(sent, now)
    try:
        if sent.trouble is not None:
            return _begin_again(sent, now)
        return _see(sent, _store(sent, now))
    except SurveyClosedError:
        db.session.rollback()
        forget(sent.survey.survey_id)
        return closed_page(_find_survey(public_id), now, kept=sent.form.typed())
    except KeyReusedError as error:
        return conflict_page(sent.survey, error.receipt, kept=sent.form.typed())
    except OUTAGES as error:
        note_outage(error)
        db.session.rollback()
        return _come_back_later(sent)


@bp.get("/s/<public_id>/language")
@public
def begin_in_language(public_id: str) -> ResponseReturnValue:
    """The address of the language buttons, opened by itself: reloaded, or shared."""
    survey = _find_survey(public_id)
    return redirect(url_for(".show", public_id=public_id, lang=choose_language(survey)), 303)


@bp.post("/s/<public_id>/language")
@public
def switch_language(public_id: str) -> ResponseReturnValue:
    """The same form in another language, with all that was filled in and nothing complained of."""
    _refuse_foreign_pages()
    sent = read_sent(db.session(), _find_survey(public_id), switching=True)
    now = utc_now()
    if not sent.survey.is_open(now):
        return closed_page(sent.survey, now, kept=sent.form.typed())
    return draw_form(sent.survey, sent.token, form=sent.form)


@bp.get("/s/<public_id>/thanks/<receipt>")
@public
def thanks(public_id: str, receipt: str) -> ResponseReturnValue:
    response = _find_response(public_id, receipt)
    number = response.revision.number
    survey = find_published(db.session(), public_id, revision=number) or _find_survey(public_id)
    asked = request.args.get("lang")
    language = asked if asked in survey.languages else response.language
    speak(language)
    withdrawn_at = response.withdrawn_at
    return draw(
        "responses/thanks.html",
        survey=survey,
        response=response,
        thanks=survey.words(survey.thanks, language),
        received=say_moment(response.received_at, survey.timezone),
        taken_back=say_moment(withdrawn_at, survey.timezone) if withdrawn_at else "",
        sent=_answered(survey, response, language),
    )


@bp.post("/s/<public_id>/thanks/<receipt>/withdraw")
@public
def withdraw(public_id: str, receipt: str) -> ResponseReturnValue:
    _refuse_foreign_pages()
    response = _find_response(public_id, receipt)
    withdraw_response(db.session(), response, at=utc_now())
    db.session.commit()
    place = url_for(
        ".thanks", public_id=public_id, receipt=response.receipt, lang=request.args.get("lang")
    )
    return redirect(place, 303)


def _find_survey(public_id: str) -> PublishedSurvey:
    if not PUBLIC_ID.fullmatch(public_id):
        abort(404)
    return find_published(db.session(), public_id) or abort(404)


def _find_response(public_id: str, receipt: str) -> Response:
    if not PUBLIC_ID.fullmatch(public_id):
        abort(404)
    response = find_by_receipt(db.session(), public_id, receipt)
    if response is None:
        survey = _find_survey(public_id)
        speak(choose_language(survey))
        abort(no_answers_page(survey))
    return response


def _refuse_foreign_pages() -> None:
    if not from_own_page():
        abort(403)


def _store(sent: Sent, at: datetime) -> Receipt:
    """Everything of this answer, in one transaction."""
    receipt = submit_by_link(
        db.session(),
        sent.survey,
        language=sent.token.language,
        answers=sent.form.cleaned.values,
        key=sent.token.key,
        source=SOURCE,
        at=at,
    )
    db.session.commit()
    return receipt


def _see(sent: Sent, receipt: Receipt) -> ResponseReturnValue:
    place = url_for(".thanks", public_id=sent.survey.public_id, receipt=receipt.code)
    return redirect(place, 303)


def _ask_again(sent: Sent, at: datetime, notice: str | None = None) -> ResponseReturnValue:
    if not sent.survey.is_open(at):
        return closed_page(sent.survey, at, kept=sent.form.typed())
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return draw_form(sent.survey, sent.token, form=sent.form, notice=notice, status=status)


def _begin_again(sent: Sent, at: datetime) -> ResponseReturnValue:
    """The form's token is too old or not ours: ask to send once more, with a good one.

    Unless it was sent before: a page that is reloaded the next day leads to its receipt.
    """
    if sent.trouble == "expired":
        receipt = receipt_by_link(
            db.session(),
            sent.survey,
            language=sent.token.language,
            answers=sent.form.cleaned.values,
            key=sent.token.key,
            source=SOURCE,
        )
        if receipt is not None:
            return _see(sent, receipt)
        notice = _("This form was opened more than a day ago. Please send your answers again.")
    else:
        notice = _("We could not recognise this form. Please send your answers again.")
    return _ask_again(sent, at, notice)


def _come_back_later(sent: Sent) -> ResponseReturnValue:
    notice = _(
        "We cannot save your answers right now. They are kept below: wait a few seconds and send"
        " them again."
    )
    status = HTTPStatus.SERVICE_UNAVAILABLE
    reply = draw_form(sent.survey, sent.token, form=sent.form, notice=notice, status=status)
    return asking_to_retry(reply)


def _answered(survey: PublishedSurvey, response: Response, language: str) -> list[tuple[str, str]]:
    """What was sent, each question with its answer in words."""
    answers = {answer.question_id: answer for answer in response.answers}
    rows = []
    for question in survey.questions:
        answer = answers.get(question.id)
        if answer is None:
            continue
        chosen = answer.choice if answer.number is None else str(answer.number)
        labels = labels_of(survey, question, language)
        words = answer.text if chosen is None else labels.get(chosen, chosen)
        rows.append((survey.words(question.text, language), words or ""))
    return rows
