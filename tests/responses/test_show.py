"""What a customer sees who opens a link."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from cjm_feedback.content.surveys import RESTAURANT_SURVEYS, STAGE_SURVEYS
from cjm_feedback.surveys.published import forget_all
from cjm_feedback.surveys.services import (
    close_survey,
    create_link,
    create_survey,
    disable_link,
    publish_revision,
)
from tests.conftest import NOW, QueryCounter
from tests.factories import LANGUAGES, Factory
from tests.pages import open_page

ALL_TYPES = [
    ("csat", "csat", True),
    ("emotion", "emotion", False),
    ("nps", "nps", False),
    ("ces", "ces", False),
    ("heard_from", "single_choice", True),
    ("town", "short_text", False),
    ("comment", "long_text", True),
]
TEMPLATES = {template.key: template for template in (*STAGE_SURVEYS, *RESTAURANT_SURVEYS)}
BUDGET_BYTES = 8 * 1024

pytestmark = pytest.mark.usefixtures("now")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_browsers_language(
    client: FlaskClient, make: Factory, language: str
) -> None:
    link = make.link()

    page = client.get(f"/s/{link.public_id}", headers={"Accept-Language": f"{language}-XX,*;q=.1"})

    assert f'<html lang="{language}">' in page.text
    assert f"{language}: How did it go?" in page.text


def test_a_language_that_is_asked_for_comes_before_the_browsers(
    client: FlaskClient, make: Factory
) -> None:
    link = make.link()

    page = client.get(f"/s/{link.public_id}?lang=ru", headers={"Accept-Language": "pl"})

    assert "ru: How did it go?" in page.text


@pytest.mark.parametrize("asked", ["?lang=xx", "?lang=%ED%A0%80", "?lang=cs&lang=pl", ""])
def test_without_a_language_the_survey_knows_it_speaks_its_own(
    client: FlaskClient, make: Factory, asked: str
) -> None:
    link = make.link()

    page = client.get(f"/s/{link.public_id}{asked}", headers={"Accept-Language": "fr"})

    assert '<html lang="cs">' in page.text


def test_a_survey_in_two_languages_offers_no_third(client: FlaskClient, make: Factory) -> None:
    link = make.link(make.survey(languages=("pl", "en")))

    page = open_page(client, f"/s/{link.public_id}?lang=cs")

    assert page.html is not None
    assert page.html["lang"] == "pl"
    assert [button.get_text(strip=True) for button in page.select(".lang button")] == ["English"]


def test_every_kind_of_question_has_its_native_controls(client: FlaskClient, make: Factory) -> None:
    link = make.link(make.survey(questions=ALL_TYPES))

    page = open_page(client, f"/s/{link.public_id}?lang=en")

    values = {
        name: [str(radio["value"]) for radio in page.select(f"fieldset input[name={name}]")]
        for name in ("csat", "emotion", "nps", "ces", "heard_from")
    }
    assert values["csat"] == list("12345")
    assert len(values["emotion"]) == 10
    assert values["nps"] == [str(number) for number in range(11)]
    assert values["ces"] == list("1234567")
    assert values["heard_from"] == ["friend", "search", "other"]
    assert page.select("input[type=text][name=town]")
    assert page.select("textarea[name=comment]")
    assert not page.select("input[type=radio][checked]"), "nothing is chosen beforehand"
    legends = [legend.get_text() for legend in page.select("legend")]
    assert legends[:2] == ["en: csat", "en: emotion (optional)"]
    assert len(page.select("input[name=csat][required]")) == 5
    assert not page.select("input[name=emotion][required], input[name=town][required]")


def test_the_enter_key_sends_and_does_not_change_the_language(
    client: FlaskClient, make: Factory
) -> None:
    """A form's first button is what Enter presses; language buttons stand above the questions."""
    page = open_page(client, f"/s/{make.link().public_id}")

    owned = [
        button
        for button in page.select("button")
        if button.get("form") == "answers" or button.find_parent("form")
    ]

    assert not owned[0].has_attr("formaction")
    assert (owned[0]["tabindex"], owned[0]["aria-hidden"]) == ("-1", "true")
    assert [button.has_attr("formaction") for button in owned[1:]] == [True] * 3 + [False]
    assert all(not button.has_attr("name") for button in owned)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_each_default_survey_weighs_at_most_8_kb_and_fills_nothing_in(
    client: FlaskClient, make: Factory, session: Session, template: str, language: str
) -> None:
    journey = make.journey()
    survey = create_survey(session, journey, TEMPLATES[template], slug="s", at=NOW)
    channel = make.channel(workspace=journey.workspace)
    link = create_link(session, survey, journey.stages[0].touchpoints[0], channel, at=NOW)
    session.commit()

    reply = client.get(f"/s/{link.public_id}?lang={language}")

    assert reply.status_code == 200
    assert len(gzip.compress(reply.data)) <= BUDGET_BYTES
    assert TEMPLATES[template].title[language] in reply.text


@pytest.mark.parametrize("path", ["", "?lang=pl", "/language", "/thanks/2222"])
def test_s36_no_page_of_a_customer_sets_a_cookie(
    client: FlaskClient, make: Factory, path: str
) -> None:
    reply = client.get(f"/s/{make.link().public_id}{path}")

    assert "Set-Cookie" not in reply.headers


def test_s35_the_only_style_is_the_one_that_the_policy_names(
    client: FlaskClient, make: Factory
) -> None:
    reply = client.get(f"/s/{make.link().public_id}")

    policy = reply.headers["Content-Security-Policy"]
    (style,) = re.findall(r"<style>(.*?)</style>", reply.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script" not in policy
    assert "<script" not in reply.text
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "same-origin"
    assert reply.headers["Cache-Control"] == "no-store"


def test_s37_the_page_asks_for_nothing_else(client: FlaskClient, make: Factory) -> None:
    page = open_page(client, f"/s/{make.link().public_id}")

    assert not page.select("script, img, iframe, link[rel=stylesheet], [src]")
    assert [link["href"] for link in page.select("link")] == ["data:,"]
    assert page.select('meta[name=robots][content="noindex"]')


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_survey_opened_before_asks_the_database_nothing(
    client: FlaskClient, make: Factory, queries: QueryCounter, language: str
) -> None:
    link = make.link()
    queries.statements.clear()
    client.get(f"/s/{link.public_id}?lang={language}")
    cold = len(queries.statements)
    queries.statements.clear()

    page = client.get(f"/s/{link.public_id}?lang={language}")
    other = client.get(f"/s/{link.public_id}", headers={"Accept-Language": "en;q=.9, ru"})

    assert (page.status_code, other.status_code) == (200, 200)
    assert queries.statements == []
    assert cold == 2


def test_every_opening_has_a_token_of_its_own(client: FlaskClient, make: Factory) -> None:
    link = make.link()

    tokens = {
        str(open_page(client, f"/s/{link.public_id}").select("[name=form-token]")[0]["value"])
        for _ in range(3)
    }

    assert len(tokens) == 3


def test_a_revision_that_is_published_is_shown_at_once(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    client.get(f"/s/{link.public_id}")

    publish_revision(session, link.survey, TEMPLATES["loyalty"], at=NOW)
    session.commit()
    page = open_page(client, f"/s/{link.public_id}")

    assert page.select("[name=nps]")
    assert not page.select("[name=csat]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_closed_survey_says_so(
    client: FlaskClient, make: Factory, session: Session, language: str
) -> None:
    link = make.link()
    client.get(f"/s/{link.public_id}?lang={language}")

    close_survey(session, link.survey, at=NOW - timedelta(hours=1))
    session.commit()
    page = open_page(client, f"/s/{link.public_id}?lang={language}", status=410)

    assert page.html is not None
    assert page.html["lang"] == language
    assert not page.select("form")
    assert len(page.select(".lang a")) == 3


def test_a_survey_that_has_not_opened_says_when_it_will(client: FlaskClient, make: Factory) -> None:
    link = make.link(make.survey(opens_at=NOW + timedelta(days=1)))

    page = open_page(client, f"/s/{link.public_id}?lang=en", status=410)

    assert page.select("h1")[0].get_text() == "This survey has not opened yet"
    assert "November 23, 2026" in page.get_text()
    assert "10:00" in page.get_text(), "in the journey's time zone"


def test_a_link_taken_out_of_use_takes_no_answers(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    disable_link(session, link, at=NOW)
    session.commit()

    open_page(client, f"/s/{link.public_id}", status=410)


@pytest.mark.parametrize("path", ["unknown", "%00", "9" * 40, "a%2Fb", "%ED%A0%80", "š"])
@pytest.mark.parametrize("tail", ["", "/language", "/thanks/2222-2222-2222-2222-2222"])
def test_an_unknown_link_is_not_found_in_the_readers_language(
    client: FlaskClient, path: str, tail: str
) -> None:
    reply = client.get(f"/s/{path}{tail}", headers={"Accept-Language": "pl"})

    assert reply.status_code == 404
    assert '<html lang="pl">' in reply.text


def test_a_question_may_be_called_like_a_part_of_the_form(
    client: FlaskClient, make: Factory
) -> None:
    names = ["data", "errors", "validate", "meta", "main", "answers", "process", "form_errors"]
    link = make.link(make.survey(questions=[(name, "short_text", False) for name in names]))

    page = open_page(client, f"/s/{link.public_id}")

    assert [str(field["name"]) for field in page.select(".card input")] == names


def test_what_staff_wrote_is_shown_as_text(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    journey = make.journey(workspace=make.workspace(name="<script>alert(1)</script>"))
    link = make.link(make.survey(journey=journey))

    reply = client.get(f"/s/{link.public_id}")

    assert "<script" not in reply.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in reply.text


def test_the_page_says_which_touchpoint_it_asks_about(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    touchpoint = link.touchpoint
    assert touchpoint is not None
    assert "cs: purchase-point" in open_page(client, f"/s/{link.public_id}?lang=cs").get_text()

    touchpoint.name = {"cs": "Platba", "en": "Payment"}
    session.commit()
    forget_all()

    page = open_page(client, f"/s/{link.public_id}?lang=cs")
    assert page.title is not None
    assert page.title.get_text(strip=True).startswith("Platba: ")
