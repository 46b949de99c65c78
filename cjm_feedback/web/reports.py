"""What browsers report about pages that tried something their policy forbids."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, json, request
from werkzeug.wrappers import Response as HttpResponse

from cjm_feedback.clock import utc_now
from cjm_feedback.web.headers import REPORTS
from cjm_feedback.web.limits import Limit

log = logging.getLogger(__name__)
bp = Blueprint("reports", __name__)

LARGEST_REPORT = 16 * 1024
MOST_PER_BODY = 5
KINDS = ("application/csp-report", "application/reports+json", "application/json")
_DIRECTIVE = re.compile("[a-z-]{1,40}")


def init_app(app: Flask) -> None:
    app.extensions["policy_reports"] = Limit(30, timedelta(minutes=1))


@bp.post(REPORTS)
def receive() -> HttpResponse:
    """Note which rule stopped what, for the operator; browsers send reports without a session."""
    request.max_content_length = LARGEST_REPORT
    if request.mimetype not in KINDS:
        abort(415)
    for directive, blocked in _told(request.get_data(cache=False)):
        if not _limit().allows(utc_now()):
            abort(429)
        log.warning("content policy: %s stopped %s", directive, blocked)
    return HttpResponse(status=204)


def _limit() -> Limit:
    return cast("Limit", current_app.extensions["policy_reports"])


def _told(body: bytes) -> Iterator[tuple[str, str]]:
    """(directive, origin) of each report in either of the two forms that browsers send.

    Nothing else is kept: addresses of pages may hold tokens, samples may hold what people wrote.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        abort(400)
    for report in (document if isinstance(document, list) else [document])[:MOST_PER_BODY]:
        if isinstance(report, dict):
            said = report.get("csp-report") or report.get("body")
            if isinstance(said, dict):
                yield _directive(said), _origin(said)


def _directive(said: dict[str, Any]) -> str:
    text = str(said.get("effective-directive") or said.get("effectiveDirective") or "")
    return text if _DIRECTIVE.fullmatch(text) else "another rule"


def _origin(said: dict[str, Any]) -> str:
    """The origin of what was stopped, or the browser's word for it (`inline`, `eval`)."""
    text = str(said.get("blocked-uri") or said.get("blockedURL") or "")[:200]
    if _DIRECTIVE.fullmatch(text):
        return text
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return "something unreadable"
    readable = (
        parts.scheme in ("http", "https", "ws", "wss") and host.isascii() and host.isprintable()
    )
    return f"{parts.scheme}://{host}" if readable else "something unreadable"
