from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from cjm_feedback.web.languages import LANGUAGES
from tests.browser.visits import Visitors, assert_accessible, assert_fits
from tests.servers import Server
from tests.web.sampler import add_sampler


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_page_is_accessible_at_320_px_in_each_language(
    visitors: Visitors, language: str
) -> None:
    page = visitors.arrive(language=language, width=320)

    reply = page.goto("/no-such-page")

    assert reply is not None
    assert reply.status == 404
    assert page.locator("html").get_attribute("lang") == language
    assert_accessible(page)
    assert_fits(page)


def test_s37_a_page_that_reached_out_would_be_noticed(visitors: Visitors) -> None:
    page = visitors.arrive()
    page.goto("/no-such-page")

    page.evaluate("fetch('http://127.0.0.2:9/').catch(() => null)")

    assert any("Content Security Policy" in fault for fault in visitors.faults)
    visitors.faults.clear()
    page.goto("about:blank")
    page.evaluate("fetch('http://127.0.0.2:9/').catch(() => null)")
    assert visitors.foreign == ["http://127.0.0.2:9/"]
    visitors.foreign.clear()
    visitors.faults.clear()


@pytest.fixture
def staff(visitors: Visitors, server: Server) -> Callable[..., Page]:
    """Opens the sampler for an admin who works in two workspaces."""
    add_sampler(server.app)
    with server.making() as make:
        workspace = make.workspace(name="Modrá sova")
        user = make.user(workspace=workspace, role="admin")
        make.member(user, make.workspace(name="Zlatý kohout"))

    def open_sampler(*, slim: bool = False, **how: Any) -> Page:
        page = visitors.arrive(user=user, workspace=workspace, **how)
        page.goto("/sampler?slim=1" if slim else "/sampler")
        return page

    return open_sampler


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1600])
def test_a_staff_page_is_accessible_and_fits(
    staff: Callable[..., Page], width: int, dark: bool
) -> None:
    page = staff(width=width, dark=dark)

    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_slim_frame_is_accessible_and_lets_people_switch(
    staff: Callable[..., Page], width: int
) -> None:
    page = staff(width=width, slim=True)
    assert_fits(page)
    assert_accessible(page)

    if width == 320:
        page.get_by_role("button", name="Menu").click()
    page.locator(".who summary").click()
    page.get_by_role("button", name="Polski").click()

    assert page.locator("html").get_attribute("lang") == "pl"
    assert_fits(page)


def test_a_refused_form_is_accessible_and_fits_at_320_px(staff: Callable[..., Page]) -> None:
    page = staff(width=320)

    page.get_by_role("button", name="Save").click()

    assert page.locator("#errors a").count() == 5
    assert_fits(page)
    assert_accessible(page)


def test_on_a_phone_the_navigation_opens_without_script(staff: Callable[..., Page]) -> None:
    page = staff(width=390, script=False)
    menu = page.locator("nav.side")
    assert not menu.is_visible()

    page.get_by_role("button", name="Menu").click()

    assert menu.is_visible()
    assert menu.get_by_text("Modrá sova").is_visible()


def test_everything_can_be_reached_by_keyboard_from_the_skip_link_on(
    staff: Callable[..., Page],
) -> None:
    page = staff()

    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.locator(":focus").get_attribute("name") == "name-en"


def test_choosing_a_language_and_a_workspace_works_without_script(
    staff: Callable[..., Page],
) -> None:
    page = staff(script=False)

    page.locator(".who summary").click()
    page.get_by_role("button", name="Čeština").click()
    page.wait_for_url("**/sampler")
    assert page.locator("html").get_attribute("lang") == "cs"

    page.locator("summary.ws").click()
    page.get_by_role("button", name="Zlatý kohout").click()
    page.goto("/sampler")
    assert "Zlatý kohout" in page.title()


def test_a_page_that_waits_renews_itself_but_not_under_somebodys_hands(
    staff: Callable[..., Page],
) -> None:
    page = staff()
    page.goto("/sampler?renew=1")

    with page.expect_navigation(timeout=8_000):
        assert page.locator("h1").inner_text() == "Sampler"

    page.locator("#slug").fill("half a wor")
    page.wait_for_timeout(2_500)
    assert page.locator("#slug").input_value() == "half a wor"
