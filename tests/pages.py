"""What must hold for every page, checked whenever a test opens one."""

from __future__ import annotations

from collections import Counter

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def open_page(client: FlaskClient, url: str, *, status: int = 200) -> BeautifulSoup:
    """The page at `url`, after everything that must hold for any page."""
    reply = client.get(url)
    assert reply.status_code == status, reply.text[:500]
    return check_page(reply)


def check_page(reply: TestResponse) -> BeautifulSoup:
    page = BeautifulSoup(reply.text, "html.parser")
    assert page.html is not None
    assert page.html.get("lang")
    assert page.title is not None
    assert page.title.get_text(strip=True)
    assert len(page.select("h1")) == 1
    ids = Counter(str(element["id"]) for element in page.select("[id]"))
    assert not [name for name, times in ids.items() if times > 1]
    assert not page.select("[style], script:not([src]), [onclick]")
    for field in page.select("input:not([type=hidden]):not([type=submit]), select, textarea"):
        assert _is_labelled(page, field), field
    return page


def _is_labelled(page: BeautifulSoup, field: Tag) -> bool:
    if field.get("aria-label") or field.get("aria-labelledby") or field.find_parent("label"):
        return True
    return bool(field.get("id")) and bool(page.select(f'label[for="{field["id"]}"]'))


FORM_OF_THE_PAGE = "form[method=post]:not(nav *)"
"""The first form that is not in the navigation, where every page has forms of its own."""


def form_data(page: BeautifulSoup, selector: str = FORM_OF_THE_PAGE) -> dict[str, str]:
    """What a browser would send for the form if nobody touched it, CSRF token included."""
    form = page.select_one(selector)
    assert form is not None, f"no {selector} on the page"
    data: dict[str, str] = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        name, kind = str(field["name"]), field.get("type", "text")
        if kind in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        if field.name == "textarea":
            data[name] = field.get_text().replace("\r\n", "\n").removeprefix("\n")
        elif field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            data[name] = str(chosen.get("value", "")) if chosen else ""
        else:
            data[name] = str(field.get("value", "on" if kind == "checkbox" else ""))
    return data


def submit(
    client: FlaskClient,
    url: str,
    data: dict[str, str] | None = None,
    *,
    selector: str = FORM_OF_THE_PAGE,
    to: str | None = None,
) -> TestResponse:
    """Open `url`, fill in its form as a person would, and send it."""
    page = open_page(client, url)
    form = page.select_one(selector)
    assert form is not None, f"no {selector} at {url}"
    target = to or str(form.get("action") or url)
    return client.post(target, data={**form_data(page, selector), **(data or {})})
