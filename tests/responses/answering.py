"""Opening a survey's form and sending it, as a browser would."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cjm_feedback.responses.models import Response
from cjm_feedback.surveys.models import Link
from tests.pages import check_page, form_data, open_page

ENGLISH = {"Accept-Language": "en"}
ANSWERS = {"csat": "2", "emotion": "anger", "comment": "Kurýr nepřijel."}


def begin(client: FlaskClient, link: Link, lang: str = "en") -> dict[str, str]:
    """What the form sends if nobody touches it: its token and empty fields."""
    return form_data(open_page(client, f"/s/{link.public_id}?lang={lang}"), "#answers")


def send(
    client: FlaskClient, link: Link, data: dict[str, str], *, tail: str = "", **headers: str
) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"/s/{link.public_id}{tail}", data=data, headers={**ENGLISH, **named})


def refused(reply: TestResponse, *, status: int = 422) -> BeautifulSoup:
    assert reply.status_code == status, reply.text[:2_000]
    page = check_page(reply)
    assert page.title is not None
    return page


def stored(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Response)).one()
