"""Headers that every response carries, errors and static files included."""

from __future__ import annotations

from flask import Flask, Response, g, request

REPORTS = "/policy-reports"
"""Where browsers tell what a policy stopped; see `web/reports.py`."""

_EVERYWHERE = (
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    f"report-uri {REPORTS}; report-to policy"
)
STAFF_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; "
    f"{_EVERYWHERE}"
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def respondent_policy(*style_hashes: str) -> str:
    """The policy of a page without script whose stylesheet stands in the page itself."""
    styles = " ".join(f"'{digest}'" for digest in style_hashes)
    return (
        f"default-src 'none'; style-src {styles}; img-src 'self' data:; form-action 'self'; "
        f"{_EVERYWHERE}"
    )


def init_app(app: Flask) -> None:
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", g.get("content_policy") or STAFF_POLICY)
    headers.setdefault("Reporting-Endpoints", f'policy="{REPORTS}"')
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", PERMISSIONS)
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static" or response.status_code >= 400:
        headers["Cache-Control"] = "no-store"
    return response
