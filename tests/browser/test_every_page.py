from __future__ import annotations

from collections import deque
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from cjm_feedback.accounts.models import User, Workspace
from cjm_feedback.clock import utc_now
from cjm_feedback.setup import example
from tests.browser.visits import Visitors, assert_accessible, assert_fits
from tests.servers import Server

NOT_FOLLOWED = {"static", "security.logout"}
MOST_PAGES = 120
SOME_ANSWERS = 240


@pytest.fixture
def admin(server: Server) -> tuple[User, Workspace]:
    """The admin of the example shop, some weeks after it opened."""
    with server.session() as session:
        shop = example.add_structure(session, at=utc_now())
        some = example.missing_answers(session, shop)[::5][:SOME_ANSWERS]
        stored = example.store_answers(session, shop, some, at=utc_now())
        session.commit()
        example.read_answers(session, stored, at=utc_now())
        session.commit()
        example.close_weeks(session, shop, at=utc_now())
        session.commit()
        user = session.scalars(select(User).where(User.email == example.ADMIN_EMAIL)).one()
        return user, session.get_one(Workspace, shop.workspace_id)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("width", "dark"), [(320, False), (1280, True)], ids=["320-light", "1280-dark"]
)
def test_s37_every_page_that_links_lead_to_is_accessible_and_keeps_to_itself(
    visitors: Visitors, server: Server, admin: tuple[User, Workspace], width: int, dark: bool
) -> None:
    """Follow the links from the home page on, to one page of each kind."""
    user, workspace = admin
    page = visitors.arrive(user=user, workspace=workspace, width=width, dark=dark, script=True)
    seen: set[str] = set()
    faults: list[str] = []
    waiting = deque(["/"])
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.popleft()
        kind = _kind(server.app, address)
        if kind is None or kind in seen or kind.split("?")[0] in NOT_FOLLOWED:
            continue
        seen.add(kind)
        faults += _open(page, address)
        waiting.extend(_links(page, server.url))

    assert not faults, "\n".join(faults)
    assert len(seen) >= 15, f"only {sorted(seen)} could be reached"


def _kind(app: Flask, address: str) -> str | None:
    """What tells one kind of page from another: its endpoint, and the names in its query."""
    parts = urlsplit(address)
    try:
        endpoint, _ = app.url_map.bind("localhost").match(parts.path, method="GET")
    except HTTPException:
        return None
    names = sorted({pair.split("=")[0] for pair in parts.query.split("&") if pair})
    return f"{endpoint}?{','.join(names)}"


def _open(page: Page, address: str) -> list[str]:
    """What is wrong with the page; nothing where the address leads to a file."""
    kind = page.request.fetch(address, method="HEAD").headers.get("content-type", "")
    if not kind.startswith("text/html"):
        page.goto("about:blank")
        return []
    reply = page.goto(address)
    assert reply is not None
    faults = [] if reply.status == 200 else [f"{address}: answered {reply.status}"]
    for judge in (assert_fits, assert_accessible):
        try:
            judge(page)
        except AssertionError as fault:
            faults.append(f"{address}: {fault}")
    return faults


def _links(page: Page, origin: str) -> list[str]:
    """Where the page leads on this site; links of drawings included."""
    found = page.eval_on_selector_all(
        "a[href]",
        "links => links.map(a => new URL(a.getAttribute('href'), document.baseURI).href)",
    )
    return [link.removeprefix(origin).split("#")[0] for link in found if link.startswith(origin)]
