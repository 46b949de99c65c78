from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from cjm_feedback.accounts.models import User, Workspace
from tests.browser.visits import Visitors, assert_accessible
from tests.servers import Server

EDIT = "/journeys/shop/edit"


@pytest.fixture
def admin(server: Server) -> tuple[User, Workspace]:
    """The admin of a journey of three stages; purchase has three touchpoints."""
    with server.making() as make:
        workspace = make.workspace()
        stages = ("discovery", "purchase", "experience")
        journey = make.journey(workspace=workspace, slug="shop", stages=stages)
        for place, key in enumerate(("payment", "parking"), start=1):
            make.touchpoint(journey.stages[1], key=key, position=place)
        return make.user(workspace=workspace, role="admin"), workspace


@pytest.fixture
def page(visitors: Visitors, admin: tuple[User, Workspace]) -> Page:
    user, workspace = admin
    page = visitors.arrive(user=user, workspace=workspace, height=1200)
    page.goto(EDIT)
    return page


def touchpoints(page: Page, stage: str) -> Locator:
    return page.locator(f"ul[data-stage={stage}] > li b")


def stages(page: Page) -> Locator:
    return page.locator("#structure h2")


def drag(page: Page, grip: Locator, target: Locator, *, upper_half: bool) -> None:
    """As a hand does: press, go there by and by, let go."""
    grip.hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box is not None
    down = box["height"] * (0.2 if upper_half else 0.8)
    page.mouse.move(box["x"] + 30, box["y"] + down, steps=12)
    page.mouse.move(box["x"] + 32, box["y"] + down, steps=3)
    page.mouse.up()


def grip_of(page: Page, key: str) -> Locator:
    return page.locator(f"[data-item={key}] .grip").first


def item(page: Page, key: str) -> Locator:
    return page.locator(f"[data-item={key}]")


def test_a_touchpoint_is_dragged_within_its_stage_and_into_another(page: Page) -> None:
    drag(page, grip_of(page, "parking"), item(page, "purchase-point"), upper_half=True)

    expect(page.locator("#moved")).to_have_text("Moved: en: parking, now 1 of 3")
    expected = ["en: parking", "en: purchase-point", "en: payment"]
    expect(touchpoints(page, "purchase")).to_have_text(expected)

    drag(page, grip_of(page, "payment"), item(page, "experience-point"), upper_half=False)

    expect(page.locator("#moved")).to_have_text("Moved: en: payment, now 2 of 2")
    page.reload()
    expect(touchpoints(page, "purchase")).to_have_text(expected[:2])
    expect(touchpoints(page, "experience")).to_have_text(["en: experience-point", "en: payment"])


def test_a_stage_is_dragged_with_its_touchpoints(page: Page) -> None:
    drag(page, grip_of(page, "experience"), item(page, "discovery"), upper_half=True)

    expect(page.locator("#moved")).to_have_text("Moved: en: experience, now 1 of 3")
    order = ["1. en: experience", "2. en: discovery", "3. en: purchase"]
    expect(stages(page)).to_have_text(order)
    page.reload()
    expect(stages(page)).to_have_text(order)
    assert_accessible(page)


def test_buttons_move_without_leaving_them_so_that_keys_may_be_pressed_again(page: Page) -> None:
    up = page.get_by_role("button", name="Move up: en: parking")
    up.focus()

    page.keyboard.press("Enter")
    expect(page.locator("#moved")).to_have_text("Moved: en: parking, now 2 of 3")
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#moved")).to_have_text("Moved: en: parking, now 1 of 3")

    expect(up).to_be_disabled()
    expect(page.get_by_role("button", name="Move down: en: parking")).to_be_focused()
    page.reload()
    expect(touchpoints(page, "purchase").first).to_have_text("en: parking")


def test_what_is_being_typed_beside_the_stages_stays_when_they_move(page: Page) -> None:
    page.locator("#name-en").fill("Half a thought")

    page.get_by_role("button", name="Move down: en: discovery", exact=True).click()

    expect(stages(page).first).to_have_text("1. en: purchase")
    expect(page.locator("#name-en")).to_have_value("Half a thought")


def test_a_refused_move_ends_on_the_page_that_says_why(page: Page, visitors: Visitors) -> None:
    page.context.clear_cookies()

    page.get_by_role("button", name="Move down: en: discovery", exact=True).click()

    expect(page.locator("h1")).not_to_have_text("en: journey")
    assert page.url.endswith("/move")
    assert all("Failed to load resource" in fault for fault in visitors.faults)
    visitors.faults.clear()


def test_without_script_the_same_buttons_lead_back_to_themselves(
    visitors: Visitors, admin: tuple[User, Workspace]
) -> None:
    user, workspace = admin
    page = visitors.arrive(user=user, workspace=workspace, script=False)
    page.goto(EDIT)
    expect(page.locator(".grip")).to_have_count(0)
    up = page.get_by_role("button", name="Move up: en: parking")

    up.click()

    expect(touchpoints(page, "purchase").nth(1)).to_have_text("en: parking")
    expect(up).to_be_focused()
