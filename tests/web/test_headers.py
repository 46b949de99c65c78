from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

EVERYWHERE = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Reporting-Endpoints",
)
ADDRESSES = {
    "/sign-in": 200,
    "/no-such-page": 404,
    "/static/css/staff.css": 200,
    "/static/none.css": 404,
    "/sampler": 303,
    "/sampler/break": 500,
    "/sampler/refuse/503": 503,
    "/policy-reports": 405,
    "/api/v1/none": 404,
    "/s/no-such-link": 404,
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_s35_every_response_carries_the_headers(client: FlaskClient, address: str) -> None:
    reply = client.get(address, buffered=True)

    assert reply.status_code == ADDRESSES[address]
    assert not [name for name in EVERYWHERE if name not in reply.headers]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    policy = reply.headers["Content-Security-Policy"]
    for rule in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "Strict-Transport-Security" not in reply.headers


def test_s35_secure_connections_stay_secure(client: FlaskClient) -> None:
    reply = client.get("/sign-in", base_url="https://localhost")

    assert reply.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("address", [name for name in ADDRESSES if "staff.css" not in name])
def test_s35_no_page_is_kept_by_caches(client: FlaskClient, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "no-store"


def test_s35_staff_pages_run_no_script_made_from_text(client: FlaskClient) -> None:
    policy = client.get("/sign-in").headers["Content-Security-Policy"]

    assert "require-trusted-types-for 'script'" in policy
    assert "script-src 'self';" in policy


OLD = ("application/csp-report", {"csp-report": {"effective-directive": "img-src"}})
OLD[1]["csp-report"]["blocked-uri"] = "https://elsewhere.example/a?token=1"
NEW = (
    "application/reports+json",
    [
        {
            "type": "csp-violation",
            "body": {"effectiveDirective": "style-src", "blockedURL": "inline"},
        }
    ],
)


@pytest.mark.parametrize(
    ("kind", "said", "noted"),
    [
        (*OLD, "img-src stopped https://elsewhere.example"),
        (*NEW, "style-src stopped inline"),
        (
            OLD[0],
            {"csp-report": {"effective-directive": "Jan Novák\n", "blocked-uri": "http://[x"}},
            "another rule stopped something unreadable",
        ),
    ],
)
def test_s35_a_report_is_noted_without_what_might_be_personal(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, kind: str, said: object, noted: str
) -> None:
    with caplog.at_level(logging.WARNING):
        reply = client.post("/policy-reports", json=said, content_type=kind)

    assert reply.status_code == 204
    assert [record.getMessage() for record in caplog.records] == [f"content policy: {noted}"]


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/csp-report", b"{", 400),
        ("application/csp-report", b"\xff", 400),
        ("application/csp-report", b"[" * 10_000, 400),
        ("application/csp-report", b'"words"', 204),
        ("application/csp-report", b'[{"body": 7}, 3]', 204),
        ("application/csp-report", b" " * 20_000, 413),
        ("text/plain", b"{}", 415),
    ],
)
def test_s35_a_report_that_is_none_does_no_harm(
    client: FlaskClient, kind: str, body: bytes, status: int
) -> None:
    assert client.post("/policy-reports", data=body, content_type=kind).status_code == status


def test_s35_a_flood_of_reports_is_refused(client: FlaskClient) -> None:
    statuses = {
        client.post("/policy-reports", json=OLD[1], content_type=OLD[0]).status_code
        for _ in range(31)
    }

    assert 429 in statuses
