"""The pages that say no to a customer, and give back what they wrote."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

from flask import Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from werkzeug.exceptions import HTTPException

from cjm_feedback.questionnaire.texts import printable
from cjm_feedback.questionnaire.types import TEXT_LIMIT
from cjm_feedback.responses.forms import OWN_FIELDS
from cjm_feedback.responses.page import draw_message, readers_language, say_moment, speak
from cjm_feedback.responses.receipts import Receipt
from cjm_feedback.surveys.published import PublishedSurvey
from cjm_feedback.web.problems import RETRY_AFTER_SECONDS, correlation_id

log = logging.getLogger(__name__)

OUTAGES = (OperationalError, InterfaceError, NoConnectionError)
"""The database cannot be reached, cannot write, or has no connection to spare."""

Kept = Sequence[tuple[str, str]]
"""What the person wrote: the question and the text."""


def closed_page(survey: PublishedSurvey, at: datetime, *, kept: Kept = ()) -> Response:
    """The survey takes no answers: not yet, or no longer."""
    if survey.has_closed(at):
        heading = _("This survey is closed")
        lines = [_("Thank you for wanting to tell us something.")]
        if survey.closes_at is not None and survey.closes_at <= at:
            until = say_moment(survey.closes_at, survey.timezone)
            lines.insert(0, _("We took answers until %(moment)s.", moment=until))
    else:
        heading = _("This survey has not opened yet")
        opens = say_moment(survey.opens_at, survey.timezone)
        lines = [_("You can answer from %(moment)s on.", moment=opens)]
    return draw_message(HTTPStatus.GONE, heading, lines, survey=survey, kept=kept)


def conflict_page(survey: PublishedSurvey, receipt: Receipt, *, kept: Kept) -> Response:
    """Another set of answers was sent from this very form."""
    thanks = url_for("respondent.thanks", public_id=survey.public_id, receipt=receipt.code)
    return draw_message(
        HTTPStatus.CONFLICT,
        _("You have sent this form before"),
        [_("We have the answers that you sent first. What you changed since was not saved.")],
        survey=survey,
        kept=kept,
        onward=(thanks, _("See what we have")),
    )


def no_answers_page(survey: PublishedSurvey) -> Response:
    """The survey is there, but nothing was received under this code."""
    place = url_for("respondent.show", public_id=survey.public_id)
    return draw_message(
        HTTPStatus.NOT_FOUND,
        _("There are no answers under this code"),
        [_("The code may be mistyped. Compare it with the one on your receipt.")],
        survey=survey,
        onward=(place, _("Open the survey")),
    )


def error_page(error: HTTPException) -> Response:
    """Anything else that a request can be refused for, in the reader's language."""
    speak(readers_language())
    words = {
        HTTPStatus.FORBIDDEN: (
            _("This was sent from another website"),
            _("Nothing was saved. Open the survey by its own link and answer there."),
        ),
        HTTPStatus.NOT_FOUND: (
            _("There is no such survey"),
            _("The address may be mistyped. Try the link that you were given once more."),
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
            _("That is too much at once"),
            _(
                "Nothing was saved. An answer may have up to %(limit)s characters: go back,"
                " shorten it and send it again.",
                limit=TEXT_LIMIT,
            ),
        ),
    }
    status = HTTPStatus(error.code or HTTPStatus.BAD_REQUEST)
    other = (_("We could not read that"), _("Nothing was saved. Go back and try again."))
    heading, line = words.get(status, other)
    return draw_message(status, heading, [line], code=correlation_id())


def note_outage(error: Exception) -> None:
    log.error("database out of reach", extra={"correlation_id": correlation_id()}, exc_info=error)


def outage_page(error: Exception) -> Response:
    """The survey itself cannot be read; whatever was typed is given back as it came."""
    note_outage(error)
    speak(readers_language())
    texts = [
        printable(text)
        for key, text in request.form.items(multi=True)
        if key not in OWN_FIELDS and len(text.split()) > 1
    ]
    reply = draw_message(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("We are out of order for a moment"),
        [_("Wait a few seconds, go back and try again.")],
        kept=[("", text) for text in texts],
        code=correlation_id(),
    )
    return asking_to_retry(reply)


def asking_to_retry(reply: Response) -> Response:
    reply.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return reply
