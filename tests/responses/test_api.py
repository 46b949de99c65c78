"""Surveys for other programs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cjm_feedback.content.surveys import LOYALTY
from cjm_feedback.questionnaire.types import EMOTIONS
from cjm_feedback.responses.models import Answer, Response
from cjm_feedback.rollups.queries import read_cells
from cjm_feedback.surveys.models import Link
from cjm_feedback.surveys.services import close_survey, publish_revision
from tests.conftest import NOW, QueryCounter
from tests.factories import LANGUAGES, Factory, sign_in
from tests.pages import open_page
from tests.responses.answering import stored

WHOLE: dict[str, Any] = {
    "language": "cs",
    "answers": {"csat": 2, "emotion": "anger", "comment": "Kurýr nepřijel."},
}

pytestmark = pytest.mark.usefixtures("now")


def post(
    client: FlaskClient, link: Link, body: object, *, key: str | None = "key-1", **headers: str
) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Idempotency-Key": key} if key is not None else {}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(
        f"/api/v1/surveys/{link.public_id}/responses",
        data=data,
        headers={"Content-Type": "application/json", **sent, **named},
    )


def problem(reply: TestResponse, status: int) -> dict[str, Any]:
    assert reply.status_code == status, reply.text
    assert reply.content_type == "application/problem+json"
    document = dict(json.loads(reply.data))
    assert {"type", "title", "status", "detail", "instance"} <= set(document)
    assert document["status"] == status
    return document


def test_the_definition_says_what_may_be_answered(client: FlaskClient, make: Factory) -> None:
    questions = [
        ("csat", "csat", True),
        ("emotion", "emotion", False),
        ("heard_from", "single_choice", False),
        ("comment", "long_text", False),
    ]
    link = make.link(make.survey(slug="delivery", questions=questions))

    found = client.get(f"/api/v1/surveys/{link.public_id}").json

    assert found is not None
    shown = [
        {name: question.get(name) for name in ("key", "type", "required", "choices")}
        for question in found.pop("questions")
    ]
    assert shown == [
        {"key": "csat", "type": "csat", "required": True, "choices": [1, 2, 3, 4, 5]},
        {"key": "emotion", "type": "emotion", "required": False, "choices": list(EMOTIONS)},
        {
            "key": "heard_from",
            "type": "single_choice",
            "required": False,
            "choices": ["friend", "search", "other"],
        },
        {"key": "comment", "type": "long_text", "required": False, "choices": None},
    ]
    assert found.pop("title")["pl"] == "pl: How did it go?"
    assert found == {
        "public_id": link.public_id,
        "survey": "delivery",
        "revision": 1,
        "languages": list(LANGUAGES),
    }


def test_a_definition_read_before_asks_the_database_nothing(
    client: FlaskClient, make: Factory, queries: QueryCounter
) -> None:
    link = make.link()
    client.get(f"/api/v1/surveys/{link.public_id}")
    queries.statements.clear()

    assert client.get(f"/api/v1/surveys/{link.public_id}").status_code == 200
    assert queries.statements == []


def test_an_answer_is_stored_and_counted(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()

    reply = post(client, link, WHOLE)

    assert reply.status_code == 201
    response = session.scalars(select(Response)).one()
    assert reply.json == {"receipt": response.receipt}
    assert (response.source, response.language, response.received_at) == ("api", "cs", NOW)
    assert read_cells(session, link.survey.journey_id)[link.touchpoint_id or 0, "csat"].n == 1
    assert client.get(f"/s/{link.public_id}/thanks/{response.receipt}").status_code == 200


def test_r02_the_same_key_and_body_give_the_same_receipt(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    reordered = {"answers": dict(reversed(WHOLE["answers"].items())), "language": "cs"}

    replies = [post(client, link, body) for body in (WHOLE, WHOLE, reordered)]

    assert [reply.status_code for reply in replies] == [201, 201, 201]
    assert len({reply.text for reply in replies}) == 1
    assert stored(session) == 1


def test_r02_a_repeat_is_known_after_the_survey_has_changed_or_closed(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    first = post(client, link, WHOLE)

    close_survey(session, link.survey, at=NOW)
    session.commit()

    assert post(client, link, WHOLE).text == first.text
    problem(post(client, link, WHOLE, key="key-2"), 410)


@pytest.mark.parametrize(
    "change", [{"comment": "Jiné"}, {"csat": 3}, {"emotion": None}], ids=lambda change: str(change)
)
def test_r03_the_same_key_with_another_body_is_refused(
    client: FlaskClient, make: Factory, session: Session, change: dict[str, object]
) -> None:
    link = make.link()
    post(client, link, WHOLE)

    problem(post(client, link, {**WHOLE, "answers": {**WHOLE["answers"], **change}}), 409)
    problem(post(client, link, {**WHOLE, "language": "pl"}), 409)

    assert stored(session) == 1


def test_a_key_belongs_to_one_link(client: FlaskClient, make: Factory, session: Session) -> None:
    survey = make.survey()

    for link in (make.link(survey), make.link(survey), make.link()):
        assert post(client, link, WHOLE).status_code == 201

    assert stored(session) == 3


BAD_BODIES: dict[str, tuple[bytes, int]] = {
    "not JSON": (b"{", 400),
    "empty": (b"", 400),
    "not UTF-8": (b'{"answers": {"comment": "\xff"}}', 400),
    "nested deep": (b"[" * 20_000, 400),
    "NaN": (b'{"answers": {"csat": NaN}}', 400),
    "1e400": (b'{"answers": {"csat": 1e400}}', 400),
    "beyond 64 bits": (b'{"answers": {"csat": 99999999999999999999}}', 400),
    "same key twice": (b'{"answers": {"csat": 1, "csat": 5}}', 400),
    "a list": (b"[]", 422),
    "a number": (b"1", 422),
    "null": (b"null", 422),
    "no answers": (b"{}", 422),
    "answers as a list": (b'{"answers": [1]}', 422),
    "unknown question": (b'{"answers": {"csat": 1, "no_such_question": 1}}', 422),
    "unknown field": (b'{"answers": {"csat": 1}, "survey_id": 1, "persona_id": 2}', 422),
    "unknown field without UTF-8": (b'{"answers": {"csat": 1}, "\\ud800": 1}', 422),
    "unknown key without UTF-8": (b'{"answers": {"\\ud800\\u0000": 1}}', 422),
    "object as a rating": (b'{"answers": {"csat": {"a": [1]}}}', 422),
    "true as a rating": (b'{"answers": {"csat": true}}', 422),
    "rating off the scale": (b'{"answers": {"csat": 6}}', 422),
    "number as a text": (b'{"answers": {"csat": 1, "comment": 5}}', 422),
    "text too long": (b'{"answers": {"csat": 1, "comment": "%s"}}' % (b"x" * 5_000), 422),
    "required one missing": (b'{"answers": {"comment": "x"}}', 422),
    "unknown language": (b'{"answers": {"csat": 1}, "language": "xx"}', 422),
    "number as a language": (b'{"answers": {"csat": 1}, "language": 7}', 422),
    "list as a language": (b'{"answers": {"csat": 1}, "language": ["cs"]}', 422),
    "a megabyte": (b'{"answers": {"csat": 1, "comment": "%s"}}' % (b"x" * 1_000_000), 413),
}


@pytest.mark.parametrize(("body", "status"), BAD_BODIES.values(), ids=BAD_BODIES)
def test_s52_a_body_that_cannot_be_taken_is_a_problem_and_stores_nothing(
    client: FlaskClient, make: Factory, session: Session, body: bytes, status: int
) -> None:
    problem(post(client, make.link(), body), status)

    assert stored(session) == 0


def test_what_is_wrong_is_said_for_each_question(client: FlaskClient, make: Factory) -> None:
    body = {"answers": {"csat": 9, "emotion": "envy", "nonsense": 1}}

    errors = problem(post(client, make.link(), body, Accept_Language="en"), 422)["errors"]

    assert errors == {
        "csat": ["Choose a whole number from 1 to 5."],
        "emotion": ["Choose one of the offered answers."],
        "nonsense": ["This survey does not ask that."],
    }


def test_complaints_are_in_the_language_of_the_answer(client: FlaskClient, make: Factory) -> None:
    with client:
        problem(
            post(client, make.link(), {"language": "ru", "answers": {}}, Accept_Language="pl"), 422
        )
        assert g.language == "ru"


@pytest.mark.parametrize("key", [None, "", " ", "ě", "x" * 201, "a\tb"])
def test_an_answer_needs_a_key(
    client: FlaskClient, make: Factory, session: Session, key: str | None
) -> None:
    problem(post(client, make.link(), WHOLE, key=key), 400)

    assert stored(session) == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "x"])
def test_only_json_is_taken(
    client: FlaskClient, make: Factory, session: Session, kind: str
) -> None:
    problem(post(client, make.link(), WHOLE, Content_Type=kind), 415)

    assert stored(session) == 0


def test_r22_nul_and_lone_surrogates_are_replaced(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    body = b'{"answers": {"csat": 1, "comment": "\\ud800 \\u0000 x"}}'

    assert post(client, make.link(), body).status_code == 201
    assert session.scalars(select(Answer.text).where(Answer.text.is_not(None))).one() == "� � x"


@pytest.mark.parametrize("public_id", ["unknown", "%00", "9" * 40, "%ED%A0%80"])
def test_an_unknown_survey_is_not_found(client: FlaskClient, public_id: str) -> None:
    url = f"/api/v1/surveys/{public_id}"

    problem(client.get(url), 404)
    problem(client.post(f"{url}/responses", json=WHOLE, headers={"Idempotency-Key": "k"}), 404)


def test_a_survey_that_is_not_open_is_gone(client: FlaskClient, make: Factory) -> None:
    link = make.link(make.survey(opens_at=NOW + timedelta(days=1)))

    problem(client.get(f"/api/v1/surveys/{link.public_id}"), 410)
    problem(post(client, link, WHOLE), 410)


def test_an_answer_is_about_the_revision_of_the_moment(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    client.get(f"/api/v1/surveys/{link.public_id}")
    publish_revision(session, link.survey, LOYALTY, at=NOW)
    session.commit()

    problem(post(client, link, WHOLE), 422)
    assert post(client, link, {"answers": {"nps": 9}}).status_code == 201
    assert session.scalars(select(Response)).one().revision.number == 2


def test_s36_the_api_sets_no_cookie_and_wants_none(client: FlaskClient, make: Factory) -> None:
    link = make.link()

    assert "Set-Cookie" not in client.get(f"/api/v1/surveys/{link.public_id}").headers
    assert "Set-Cookie" not in post(client, link, WHOLE).headers


def test_a_session_of_staff_changes_nothing(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    workspace = link.survey.journey.workspace
    sign_in(client, make.user(workspace=workspace), workspace)

    assert post(client, link, WHOLE).status_code == 201
    assert session.scalars(select(func.count()).select_from(Response)).one() == 1


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(
    client: FlaskClient, make: Factory
) -> None:
    reply = client.delete(f"/api/v1/surveys/{make.link().public_id}")

    problem(reply, 405)
    assert "GET" in reply.headers["Allow"]


def test_the_description_names_every_reply_and_the_header(client: FlaskClient) -> None:
    spec = client.get("/api/v1/openapi.json").json

    assert spec is not None
    assert spec["openapi"] == "3.1.0"
    read = spec["paths"]["/api/v1/surveys/{public_id}"]["get"]
    send = spec["paths"]["/api/v1/surveys/{public_id}/responses"]["post"]
    assert set(read["responses"]) >= {"200", "404", "410"}
    assert set(send["responses"]) >= {
        *("201", "400", "404", "409", "410", "413", "415", "422", "503"),
    }
    assert [one["name"] for one in send["parameters"]] == ["Idempotency-Key"]
    assert send["requestBody"]["content"]["application/json"]["schema"]
    for status, reply in send["responses"].items():
        if status != "201" and status.isdigit():
            assert list(reply["content"]) == ["application/problem+json"], status


def test_the_description_fits_what_is_answered(client: FlaskClient, make: Factory) -> None:
    spec = client.get("/api/v1/openapi.json").json
    assert spec is not None
    schemas = spec["components"]["schemas"]

    answer = client.get(f"/api/v1/surveys/{make.link().public_id}").json
    refusal = problem(post(client, make.link(), {"answers": {"x": 1}}), 422)

    assert answer is not None
    for name, document in (
        ("Survey", answer),
        ("Question", answer["questions"][0]),
        ("Problem", refusal),
    ):
        assert set(document) <= set(schemas[name]["properties"]), name
        assert set(schemas[name]["required"]) <= set(document), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_description_can_be_read_by_people(client: FlaskClient, language: str) -> None:
    page = open_page(client, f"/api/v1/docs?lang={language}")

    assert page.html is not None
    assert page.html["lang"] == language
    headings = [heading.get_text() for heading in page.select("h2")]
    assert headings == ["What a link asks", "Send an answer"]
    assert "Idempotency-Key" in page.get_text()
    assert not page.select("script, [src], link[rel=stylesheet]")
