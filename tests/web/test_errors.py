from __future__ import annotations

import logging
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from cjm_feedback.web.languages import LANGUAGES
from tests.pages import check_page, open_page

STATUSES = (400, 401, 403, 404, 405, 409, 410, 413, 415, 418, 422, 429, 500, 502, 503)


@pytest.mark.parametrize("status", STATUSES)
def test_s63_each_error_is_a_page_that_says_what_to_do(client: FlaskClient, status: int) -> None:
    page = open_page(client, f"/sampler/refuse/{status}", status=status)

    assert page.h1 is not None
    assert len(page.select("main p")) == 2
    code = page.select_one("main b")
    assert code is not None
    assert re.fullmatch("[0-9a-f]{12}", code.get_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_s63_an_error_speaks_the_readers_language(client: FlaskClient, language: str) -> None:
    reply = client.get("/no-such-page", headers={"Accept-Language": language})

    page = check_page(reply)
    assert page.html is not None
    assert page.html["lang"] == language


def test_s63_each_language_has_words_of_its_own(client: FlaskClient) -> None:
    said = {
        client.get("/no-such-page", headers={"Accept-Language": language}).text.split("<h1>")[1][
            :20
        ]
        for language in LANGUAGES
    }

    assert len(said) == len(LANGUAGES)


def test_s63_a_fault_of_ours_shows_a_code_and_nothing_else(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = client.get("/sampler/break")

    assert reply.status_code == 500
    page = check_page(reply)
    for detail in ("secret detail", "SELECT", "Traceback", "RuntimeError", "/srv", ".py"):
        assert detail not in reply.text
    code = page.select_one("main b")
    assert code is not None
    assert [record.correlation_id for record in caplog.records] == [code.get_text()]  # type: ignore[attr-defined]


def test_s63_no_response_names_the_software_behind_it(client: FlaskClient) -> None:
    for address in ("/sign-in", "/sampler/break", "/static/css/staff.css"):
        headers = client.get(address, buffered=True).headers
        assert "X-Powered-By" not in headers
        assert "Server" not in headers


def test_s63_a_program_gets_a_problem_document(client: FlaskClient) -> None:
    reply = client.get("/api/v1/none")

    assert reply.mimetype == "application/problem+json"
    assert reply.json is not None
    assert reply.json["status"] == 404
    assert re.fullmatch("[0-9a-f]{12}", reply.json["instance"])


def test_a_wrong_method_is_told_which_are_right(client: FlaskClient) -> None:
    refused = client.get("/language")

    assert refused.status_code == 405
    assert set(refused.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_a_database_out_of_reach_is_an_outage_that_passes(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setitem(client.application.view_functions, "sampler_break", fail)
    with caplog.at_level(logging.ERROR):
        reply = client.get("/sampler/break")

    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "5"
    assert "connection refused" not in reply.text
    assert len(caplog.records) == 1


def test_an_error_page_sets_no_cookie(client: FlaskClient) -> None:
    for address in ("/no-such-page", "/sampler/break", "/s/no-such-link"):
        assert "Set-Cookie" not in client.get(address).headers


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    reply = client.post("/language", data={"language": "cs"})

    assert reply.status_code == 400
    with client.session_transaction() as session:
        assert "language" not in session
