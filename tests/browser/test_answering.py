"""A customer answers, with a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from cjm_feedback.clock import utc_now
from cjm_feedback.content.surveys import EXPERIENCE, STAGE_SURVEYS, VISIT
from cjm_feedback.content.templates import SurveyTemplate
from cjm_feedback.responses.models import Answer, Response
from cjm_feedback.surveys.models import Survey
from cjm_feedback.surveys.services import create_link, create_survey
from cjm_feedback.web.languages import LANGUAGES
from tests.browser.visits import Visitors, assert_accessible, assert_fits
from tests.factories import Factory
from tests.servers import Server

TEMPLATES = [*STAGE_SURVEYS, VISIT]
SMALL = 44


def publish(server: Server, template: SurveyTemplate) -> str:
    """The address of a link to a survey that is open."""
    with server.session() as session:
        make = Factory(session, now=server.now)
        journey = make.journey(workspace=make.workspace(name="Modrá sova"))
        opened = utc_now() - timedelta(days=1)
        survey = create_survey(session, journey, template, slug="s", at=opened)
        channel = make.channel(workspace=journey.workspace)
        point = journey.stages[0].touchpoints[0]
        link = create_link(session, survey, point, channel, at=opened)
        session.commit()
        return f"/s/{link.public_id}"


def too_small(page: Page) -> list[str]:
    """Words of those controls that a thumb would miss."""
    return list(
        page.evaluate(
            """least => [...document.querySelectorAll(
                "label:has(input:not([tabindex])), button:not([tabindex]), summary, textarea"
            )].filter(one => one.checkVisibility()).filter(one => {
                const box = one.getBoundingClientRect();
                return box.width < least || box.height < least;
            }).map(one => one.textContent)""",
            SMALL,
        )
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
def test_every_default_survey_is_accessible_and_fits_a_small_phone_in_each_language(
    visitors: Visitors, server: Server, template: SurveyTemplate
) -> None:
    address = publish(server, template)

    for language in LANGUAGES:
        page = visitors.arrive(language=language, width=320, dark=language in ("pl", "ru"))
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language
        assert_fits(page)
        assert too_small(page) == []
        if template is EXPERIENCE or language == "ru":
            assert_accessible(page)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_customer_answers_sees_the_receipt_and_takes_the_answer_back(
    visitors: Visitors, server: Server, script: bool
) -> None:
    page = visitors.arrive(language="cs", width=390, script=script)
    page.goto(publish(server, EXPERIENCE))

    page.get_by_label("Co se stalo?").fill("Balík přišel o den později.")
    page.locator(".go").click()
    assert page.title().startswith("Chyba:")
    page.locator(".summary a").click()
    page.locator("input[name=csat]:focus").press("ArrowRight")
    page.locator(".go").click()

    assert "/thanks/" in page.url
    code = page.locator(".code").inner_text()
    assert code in page.url
    with server.session() as session:
        answers = {one.question.key: one for one in session.scalars(select(Answer))}
        assert answers["comment"].text == "Balík přišel o den později."
        assert answers["csat"].number == 2
    page.locator(".more summary").last.click()
    page.locator(".warn").click()
    with server.session() as session:
        assert session.scalars(select(Response)).one().withdrawn_at is not None
        assert session.scalars(select(Answer)).all() == []


def test_switching_the_language_keeps_what_was_filled_in(
    visitors: Visitors, server: Server
) -> None:
    page = visitors.arrive(language="cs", width=320, script=False)
    page.goto(publish(server, EXPERIENCE))
    page.get_by_label("Co se stalo?").fill("Rozepsáno")
    page.locator("label", has_text="Zlost").click()

    page.locator(".lang summary").click()
    page.get_by_role("button", name="Polski").click()

    assert page.locator("html").get_attribute("lang") == "pl"
    assert page.get_by_label("Co się wydarzyło?").input_value() == "Rozepsáno"
    assert page.locator("input[name=emotion]:checked").get_attribute("value") == "anger"
    assert page.locator(".summary").count() == 0


def test_the_enter_key_sends_the_answers(visitors: Visitors, server: Server) -> None:
    page = visitors.arrive(language="cs")
    page.goto(publish(server, EXPERIENCE))

    page.locator("input[name=csat]").nth(4).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    page.wait_for_url("**/thanks/**")


def test_a_group_of_choices_is_one_stop_of_the_tab_key(visitors: Visitors, server: Server) -> None:
    page = visitors.arrive(language="en")
    page.goto(publish(server, EXPERIENCE))

    names = []
    for _ in range(9):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.name || document.activeElement.tagName"))

    assert names == [
        "A",
        "SUMMARY",
        "csat",
        "emotion",
        "comment",
        "ces",
        "BUTTON",
        "SUMMARY",
        "BODY",
    ]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_what_else_a_customer_may_see_is_accessible_and_fits(
    visitors: Visitors, server: Server, width: int, dark: bool
) -> None:
    page = visitors.arrive(language="en", width=width, dark=dark)
    page.goto(publish(server, EXPERIENCE))
    page.locator(".go").click()
    assert_accessible(page)
    assert_fits(page)

    page.locator("label", has_text="Very satisfied").click()
    page.locator(".go").click()
    for part in page.locator(".more summary").all():
        part.click()
    assert_accessible(page)
    assert_fits(page)

    page.locator(".warn").click()
    assert_accessible(page)

    page.goto("/api/v1/docs")
    assert_accessible(page)
    assert_fits(page)

    page.goto("/s/nothing")
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_survey_closed_while_somebody_writes_gives_the_text_back(
    visitors: Visitors, server: Server, language: str
) -> None:
    page = visitors.arrive(language=language, width=320)
    page.goto(publish(server, EXPERIENCE))
    page.locator("input[name=csat]").nth(1).check(force=True)
    page.locator("textarea").fill("Psáno dlouho a pečlivě.")
    with server.session() as session:
        session.scalars(select(Survey)).one().closes_at = utc_now()
        session.commit()

    page.locator(".go").click()

    assert page.locator("main textarea").input_value() == "Psáno dlouho a pečlivě."
    assert_accessible(page)
    assert_fits(page)
