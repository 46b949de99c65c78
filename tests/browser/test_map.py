from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect
from sqlalchemy.orm import object_session

from cjm_feedback.accounts.models import User
from cjm_feedback.analysis.services import read_texts
from cjm_feedback.maps.services import refresh_map
from tests.analysis.analysers import Numbered, reading_with
from tests.browser.visits import Visitors, assert_accessible, assert_fits
from tests.conftest import NOW
from tests.rollups.answering import answer
from tests.servers import Server

MAP = "/journeys/shop/map"
STAGES = ("discovery", "consideration", "purchase", "experience", "loyalty")
PAGES = (
    "/",
    MAP,
    f"{MAP}?period=last&cell=loyalty-point.written",
    f"{MAP}?view=cards&cell=stage:purchase.csat",
    f"{MAP}?view=table&period=last",
    "/journeys/shop/responses?place=loyalty-point&series=written",
)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def staff(server: Server) -> User:
    """Somebody of the team of a journey with five stages and two closed weeks of answers."""
    with server.making() as make:
        journey = make.journey(slug="shop", stages=STAGES)
        session = object_session(journey)
        assert session is not None
        survey = make.survey(journey=journey)
        responses = [
            answer(
                session,
                link,
                at=NOW - timedelta(weeks=week),
                csat=number % 5 + 1,
                emotion="worry" if number % 2 else "joy",
                comment=f"{'-' if number % 3 else ''}0.7 <b>Příliš</b> žluťoučký kůň úpěl",
            ).id
            for link in [make.link(survey, touchpoint=s.touchpoints[0]) for s in journey.stages]
            for week in (1, 2)
            for number in range(6)
        ]
        read_texts(session, responses, at=NOW, read=reading_with(Numbered()))
        refresh_map(session, journey, until=NOW, at=NOW, trigger="manual")
        session.commit()
        return make.user(workspace=journey.workspace, role="staff")


@pytest.mark.parametrize(
    ("width", "dark"), [(320, False), (390, True), (1280, False), (1600, True)]
)
def test_the_map_and_its_answers_are_accessible_and_fit(
    visitors: Visitors, staff: User, width: int, dark: bool
) -> None:
    page = visitors.arrive(user=staff, width=width, dark=dark)
    for address in PAGES:
        page.goto(address)
        assert_fits(page)
        assert_accessible(page)


def test_r26_a_figure_is_opened_and_its_answers_read_without_script(
    visitors: Visitors, staff: User
) -> None:
    page = visitors.arrive(user=staff, width=1280, script=False)
    page.goto(MAP)
    page.locator("svg.jmap a").filter(has_text="purchase-point").first.click()
    panel = page.locator("#evidence")
    expect(panel.get_by_role("heading", level=2)).to_have_text("en: purchase-point")

    panel.get_by_role("link", name="Read the 12 answers").click()

    assert page.locator("article").count() == 12
    assert page.locator("mark").first.is_visible()


def test_filters_work_without_script(visitors: Visitors, staff: User) -> None:
    page = visitors.arrive(user=staff, width=390, script=False)
    page.goto(MAP)
    page.get_by_label("Persona").select_option("none")
    page.get_by_role("button", name="Show").click()
    assert "persona=none" in page.url
    expect(page.get_by_label("Persona")).to_have_value("none")


def test_r26_a_phone_gets_the_stages_and_a_desk_the_drawing(
    visitors: Visitors, staff: User
) -> None:
    narrow, wide = (visitors.arrive(user=staff, width=width) for width in (390, 1280))
    for page, drawn in ((narrow, False), (wide, True)):
        page.goto(MAP)
        assert page.locator("svg.jmap").is_visible() is drawn
        assert page.locator(".path").is_visible() is not drawn


def test_the_open_figure_is_brought_into_sight(visitors: Visitors, staff: User) -> None:
    page = visitors.arrive(user=staff, width=800)
    page.goto(f"{MAP}?cell=loyalty-point.csat")
    assert _is_in_sight(page, ".m-sel", ".mapwide .scroll")


def _is_in_sight(page: Page, what: str, inside: str) -> bool:
    inner, outer = page.locator(what).bounding_box(), page.locator(inside).bounding_box()
    assert inner is not None
    assert outer is not None
    starts = inner["x"] >= outer["x"] - 2
    return starts and inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 2
