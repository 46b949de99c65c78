"""What the staff pages offer in their side navigation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, current_app, g, request, session, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class NavItem:
    """One entry: where it leads, what marks it as the current page, and who may go there."""

    endpoint: str
    label: LazyString
    icon: str
    here: str
    role: str = "viewer"
    of_journey: bool = False


@dataclass(frozen=True)
class NavLink:
    """An entry as a page shows it."""

    url: str
    label: LazyString
    icon: str
    here: str
    role: str


WORK = (
    NavItem("home.index", _l("Home"), "house", "home"),
    NavItem("maps.show", _l("Journey map"), "curve", "map", of_journey=True),
    NavItem(
        "responses_inbox.index", _l("Responses"), "message-square-text", "responses", role="staff"
    ),
    NavItem("reading.how", _l("How we read comments"), "info", "reading"),
)
SET_UP = (
    NavItem("setup.index", _l("Guided set-up"), "list-checks", "setup", role="admin"),
    NavItem("journeys.edit", _l("Journey"), "route", "journey", role="admin", of_journey=True),
    NavItem("themes.index", _l("Themes"), "table", "themes", role="staff", of_journey=True),
    NavItem("learning.index", _l("Learning from staff"), "chart-line", "learning", role="staff"),
    NavItem("surveys_admin.index", _l("Surveys"), "clipboard-list", "surveys", role="admin"),
    NavItem(
        "schedules.index",
        _l("Schedules"),
        "calendar-clock",
        "schedules",
        role="admin",
        of_journey=True,
    ),
    NavItem("importing.index", _l("Import"), "upload", "imports", role="admin"),
    NavItem("people.index", _l("People"), "users", "people", role="admin"),
)


def init_app(app: Flask) -> None:
    app.before_request(_remember_journey)
    app.jinja_env.globals.update(
        work_links=work_links, set_up_links=set_up_links, page_exists=page_exists
    )


def work_links() -> list[NavLink]:
    return list(_links(WORK))


def set_up_links() -> list[NavLink]:
    return list(_links(SET_UP))


def page_exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def current_journey() -> str | None:
    """The slug of the journey that pages without one in their address are about."""
    slug = g.get("journey_slug") or session.get("journey")
    return slug if isinstance(slug, str) else None


def _links(items: tuple[NavItem, ...]) -> Iterator[NavLink]:
    """The items that lead somewhere: a page of a journey needs to know which one."""
    journey = current_journey()
    for item in items:
        if not page_exists(item.endpoint) or (item.of_journey and not journey):
            continue
        url = (
            url_for(item.endpoint, journey_slug=journey)
            if item.of_journey
            else url_for(item.endpoint)
        )
        yield NavLink(url, item.label, item.icon, item.here, item.role)


def _remember_journey() -> None:
    """Keep the journey that somebody of the team works with, for the pages that follow."""
    slug = (request.view_args or {}).get("journey_slug")
    if isinstance(slug, str) and g.get("membership") is not None:
        g.journey_slug = slug
        if session.get("journey") != slug:
            session["journey"] = slug
