"""The receipt, and taking an answer back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.responses.models import Answer, IdempotencyKey, Response, TextScore
from cjm_feedback.rollups.queries import read_all_cells, read_cells
from cjm_feedback.rollups.services import fold
from tests.conftest import NOW
from tests.factories import LANGUAGES, Factory
from tests.pages import open_page, submit
from tests.responses.answering import ANSWERS, begin, send

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def receipt(client: FlaskClient, make: Factory) -> str:
    """The address of the receipt of an answer that was just sent, in English."""
    link = make.link()
    return str(send(client, link, {**begin(client, link), **ANSWERS}).location)


def test_the_receipt_speaks_the_language_of_the_answer(client: FlaskClient, receipt: str) -> None:
    page = open_page(client, receipt)

    assert page.html is not None
    assert page.html["lang"] == "en"
    assert page.select("h1")[0].get_text() == "Thank you, we have your answers"
    assert "en: Thank you." in page.get_text()
    assert page.select(".code")[0].get_text() == receipt.rsplit("/", 1)[1]
    assert "November 22, 2026 at 10:00" in page.get_text().replace("\u202f", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receipt_can_be_read_in_another_language(
    client: FlaskClient, receipt: str, language: str
) -> None:
    page = open_page(client, f"{receipt}?lang={language}")

    assert page.html is not None
    assert page.html["lang"] == language


def test_the_receipt_shows_what_was_sent_in_words(client: FlaskClient, receipt: str) -> None:
    page = open_page(client, receipt)

    sent = {
        term.get_text(): term.find_next("dd").get_text()  # type: ignore[union-attr]
        for term in page.select(".more dt")
    }
    assert sent == {
        "en: csat": "2",
        "en: emotion": "Anger",
        "en: comment": ANSWERS["comment"],
    }


def test_a_receipt_may_be_typed_in_small_letters(client: FlaskClient, receipt: str) -> None:
    place, code = receipt.rsplit("/", 1)

    assert client.get(f"{place}/{code.lower()}").status_code == 200


@pytest.mark.parametrize("code", ["2222-2222-2222-2222-2222", "x", "%00", "' OR 1=1", "A" * 400])
def test_a_wrong_receipt_is_not_found(client: FlaskClient, receipt: str, code: str) -> None:
    page = open_page(client, f"{receipt.rsplit('/', 1)[0]}/{code}?lang=en", status=404)

    survey = receipt.split("/thanks/")[0]
    assert page.select("h1")[0].get_text() == "There are no answers under this code"
    assert [str(link["href"]) for link in page.select("main p.bar a")] == [survey]


def test_a_receipt_of_no_survey_says_that_there_is_no_such_survey(client: FlaskClient) -> None:
    page = open_page(client, "/s/nothing/thanks/2222-2222-2222-2222-2222", status=404)

    assert page.select("h1")[0].get_text() == "There is no such survey"


def test_s21_a_receipt_opens_nothing_by_another_link(
    client: FlaskClient, make: Factory, receipt: str
) -> None:
    code = receipt.rsplit("/", 1)[1]
    other = make.link()

    open_page(client, f"/s/{other.public_id}/thanks/{code}", status=404)
    reply = client.post(f"/s/{other.public_id}/thanks/{code}/withdraw")

    assert reply.status_code == 404


def test_an_answer_taken_back_leaves_no_word_and_no_figure(
    client: FlaskClient, session: Session, receipt: str
) -> None:
    journey_id = session.scalars(select(Response.journey_id)).one()
    fold(session)
    session.commit()

    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        reply = submit(client, receipt)

    assert reply.status_code == 303
    assert reply.location.startswith(receipt)
    assert read_all_cells(session, journey_id) == {}
    assert session.scalars(select(func.count()).select_from(Answer)).one() == 0
    assert session.scalars(select(func.count()).select_from(TextScore)).one() == 0
    response = session.scalars(select(Response)).one()
    assert response.withdrawn_at == NOW + timedelta(hours=1)
    fold(session)
    assert read_cells(session, journey_id) == {}


def test_the_page_says_that_the_answer_was_taken_back(client: FlaskClient, receipt: str) -> None:
    submit(client, receipt)

    page = open_page(client, receipt)

    assert page.select("h1")[0].get_text() == "Your answers were taken back"
    assert not page.select("form")
    assert ANSWERS["comment"] not in page.get_text()


def test_taking_back_twice_takes_back_once(
    client: FlaskClient, session: Session, receipt: str
) -> None:
    for _ in range(2):
        assert client.post(f"{receipt}/withdraw").status_code == 303

    journey_id = session.scalars(select(Response.journey_id)).one()
    assert read_cells(session, journey_id) == {}


def test_a_form_sent_again_after_it_was_taken_back_is_not_counted(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    data = {**begin(client, link), **ANSWERS}
    receipt = send(client, link, data).location
    client.post(f"{receipt}/withdraw")

    again = send(client, link, data)

    assert again.location == receipt
    assert session.scalars(select(func.count()).select_from(Answer)).one() == 0
    assert session.scalars(select(IdempotencyKey.fingerprint)).one() == ""


def test_s30_opening_the_address_takes_nothing_back(
    client: FlaskClient, session: Session, receipt: str
) -> None:
    assert client.get(f"{receipt}/withdraw").status_code == 405
    assert session.scalars(select(Response.withdrawn_at)).one() is None


def test_s36_no_cookie_is_set_by_the_receipt(client: FlaskClient, receipt: str) -> None:
    assert "Set-Cookie" not in client.get(receipt).headers
    assert "Set-Cookie" not in client.post(f"{receipt}/withdraw").headers
