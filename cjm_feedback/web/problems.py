"""Errors as pages for people and as RFC 9457 problem documents for programs."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus

from flask import Flask, Response, g, json, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

log = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 5


def init_app(app: Flask) -> None:
    app.before_request(_name_request)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(OperationalError, _on_outage)
    app.register_error_handler(InterfaceError, _on_outage)
    app.register_error_handler(NoConnectionError, _on_outage)
    app.register_error_handler(Exception, _on_fault)


def problem(status: int, detail: str, *, errors: dict[str, list[str]] | None = None) -> Response:
    """A problem document; `errors` names what is wrong with each question."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": correlation_id(),
    }
    if errors:
        document["errors"] = errors
    return Response(
        json.dumps(document, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
    )


def correlation_id() -> str:
    """What the person can tell us, and we can find in the log."""
    if "correlation_id" not in g:
        g.correlation_id = secrets.token_hex(6)
    return str(g.correlation_id)


def _name_request() -> None:
    correlation_id()


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.get_response()
    status = error.code or 500
    reply = _reply(status)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            reply.headers[name] = value
    return reply


def _on_outage(error: SQLAlchemyError) -> ResponseReturnValue:
    log.error("database out of reach", extra={"correlation_id": correlation_id()}, exc_info=error)
    reply = _reply(ServiceUnavailable.code)
    reply.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return reply


def _on_fault(error: Exception) -> ResponseReturnValue:
    log.error("request failed", extra={"correlation_id": correlation_id()}, exc_info=error)
    return _reply(InternalServerError.code)


def _reply(status: int) -> Response:
    if request.path.startswith("/api/"):
        return problem(status, _words(status)[1])
    g.pop("content_policy", None)  # the error page is dressed otherwise than the page that failed
    title, advice = _words(status)
    page = render_template(
        "errors/error.html",
        status=status,
        heading=title,
        advice=advice,
        correlation_id=correlation_id(),
    )
    return Response(page, status=status, content_type="text/html; charset=utf-8")


def _words(status: int) -> tuple[str, str]:
    known = {
        400: (_("We could not read that request"), _("Go back, reload the page and try again.")),
        401: (_("Please sign in"), _("This page is for people of the team.")),
        403: (
            _("You may not open this page"),
            _("Your role does not include it. An admin of the workspace can change that."),
        ),
        404: (
            _("This page does not exist"),
            _("The address may be mistyped, or what it led to was moved."),
        ),
        405: (_("That does not work here"), _("Go back and use the buttons of the page.")),
        409: (_("Somebody was faster"), _("Reload the page to see the present state.")),
        410: (_("This is no longer available"), _("It was closed or taken away.")),
        413: (_("That is too large"), _("Send less text or a smaller file.")),
        415: (_("We cannot read this format"), _("Send it in one of the documented formats.")),
        422: (_("Something is missing"), _("Look at the marked fields and send the form again.")),
        429: (_("Too many tries"), _("Wait a minute and try again.")),
        503: (
            _("We cannot save anything right now"),
            _("Nothing was lost on our side. Wait a few seconds, go back and send it again."),
        ),
    }
    if status in known:
        return known[status]
    if status < 500:
        return known[400]
    return (
        _("Something broke on our side"),
        _("It is not your fault. Try again; if it stays, tell us the code below."),
    )
