from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from cjm_feedback.web import nav
from cjm_feedback.web.languages import LANGUAGE_NAMES
from tests.factories import Factory, sign_in
from tests.pages import check_page, form_data, open_page, submit


@pytest.fixture
def page(client: FlaskClient, make: Factory) -> BeautifulSoup:
    """The sampler, as somebody of the staff sees it."""
    workspace = make.workspace(name="Modrá sova")
    sign_in(client, make.user(workspace=workspace, role="staff"), workspace)
    return open_page(client, "/sampler")


def test_a_page_begins_with_a_way_past_the_navigation(page: BeautifulSoup) -> None:
    first = page.select_one("body a")

    assert first is not None
    assert first["href"] == "#main"
    assert page.select_one("main#main") is not None


def test_the_navigation_opens_without_script(page: BeautifulSoup) -> None:
    opener = page.select_one("[popovertarget]")

    assert opener is not None
    menu = page.select_one(f"#{opener['popovertarget']}[popover]")
    assert menu is not None
    assert menu["aria-label"]


def test_the_title_names_page_workspace_and_product(page: BeautifulSoup) -> None:
    assert page.title is not None
    assert page.title.get_text() == "Sampler – Modrá sova – CJM Feedback"


def test_every_form_of_the_frame_carries_its_token(page: BeautifulSoup) -> None:
    forms = page.select("form[method=post]")

    assert len(forms) >= 4
    assert all(form.select_one("input[name=csrf_token][value]") for form in forms)


@pytest.mark.parametrize("role", ["viewer", "staff", "admin"])
def test_s20_the_navigation_offers_what_the_role_may_open(
    client: FlaskClient, app: Flask, make: Factory, role: str
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role=role), workspace)

    page = open_page(client, "/sampler")

    offered = [str(link["href"]) for link in page.select("nav.side > a:not(.ws)")]
    assert [path for path in offered if client.get(path).status_code in (403, 404)] == []
    assert bool(page.select("nav.side h2")) == (role != "viewer")


def test_each_entry_of_the_navigation_has_an_icon_and_a_mark_of_its_own(app: Flask) -> None:
    items = [*nav.WORK, *nav.SET_UP]

    assert len({item.here for item in items}) == len(items)
    for item in items:
        assert app.jinja_env.globals["icon_named"](item.icon).shapes  # type: ignore[operator]


def test_the_present_page_is_marked(page: BeautifulSoup, app: Flask) -> None:
    marked = page.select("nav.side > a[aria-current=page]")

    assert len(marked) == (1 if "home.index" in app.view_functions else 0)


def test_a_journey_that_was_opened_stays_at_hand(app: Flask) -> None:
    with app.test_request_context():
        assert nav.current_journey() is None
    with app.test_request_context() as context:
        context.session["journey"] = "shop"
        assert nav.current_journey() == "shop"
        context.session["journey"] = ["not", "a", "slug"]
        assert nav.current_journey() is None


@pytest.mark.parametrize("language", LANGUAGE_NAMES)
def test_choosing_a_language_keeps_it_and_stays_on_the_page(
    client: FlaskClient, make: Factory, language: str
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace), workspace)

    reply = submit(
        client,
        "/sampler?sort=name",
        {"language": language},
        selector='form[action="/language"]',
    )

    assert reply.status_code == 303
    assert reply.location == "/sampler?sort=name"
    page = open_page(client, reply.location)
    assert page.html is not None
    assert page.html["lang"] == language
    chosen = page.select_one('form[action="/language"] [aria-current]')
    assert chosen is not None
    assert chosen.get_text() == LANGUAGE_NAMES[language]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\n/elsewhere.example",
        "javascript:alert(1)",
        "elsewhere",
        "",
    ],
)
def test_choosing_a_language_leads_nobody_away(
    client: FlaskClient, page: BeautifulSoup, elsewhere: str
) -> None:
    data = form_data(page, 'form[action="/language"]')

    reply = client.post("/language", data={**data, "language": "cs", "next": elsewhere})

    assert reply.status_code == 303
    assert reply.location == "/"


def test_a_language_that_is_not_offered_is_refused(
    client: FlaskClient, page: BeautifulSoup
) -> None:
    data = form_data(page, 'form[action="/language"]')

    assert client.post("/language", data={**data, "language": "xx"}).status_code == 400


def test_whoever_works_in_several_workspaces_can_switch(client: FlaskClient, make: Factory) -> None:
    first, second = make.workspace(name="First"), make.workspace(name="Second")
    user = make.user(workspace=first)
    make.member(user, second, role="viewer")
    sign_in(client, user, first)

    reply = submit(client, "/sampler", selector='form[action="/workspace"]')

    assert reply.status_code == 303
    page = open_page(client, "/sampler")
    assert page.title is not None
    assert "Second" in page.title.get_text()


def test_whoever_works_in_one_workspace_has_nothing_to_switch(page: BeautifulSoup) -> None:
    assert page.select('form[action="/workspace"]') == []


def test_what_an_action_led_to_is_said_aloud_and_escaped(
    client: FlaskClient, page: BeautifulSoup
) -> None:
    texts = {f"name-{code}": "Obchod" for code in LANGUAGE_NAMES}
    data = {**form_data(page), **texts, "slug": "shop", "phase": "before", "kind": "shop"}

    after = check_page(client.post("/sampler", data=data))

    message = after.select_one("main [role=status]")
    assert message is not None
    assert message.get_text(strip=True) == "Saved <b>it</b>."


def test_signing_out_is_one_button_away(client: FlaskClient, page: BeautifulSoup) -> None:
    reply = submit(client, "/sampler", selector='form[action="/sign-out"]')

    assert reply.status_code in (302, 303)
    assert client.get("/sampler").status_code == 303
