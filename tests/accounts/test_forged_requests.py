"""S-30: nobody else's page makes our users do something."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.accounts.test_access_matrix import calls
from tests.accounts.world import Side, actor, address, arguments_of, call, make_side
from tests.conftest import QueryCounter
from tests.factories import Factory

COOKIE_FREE = ("/s/", "/api/")
"""Respondents and programs: nothing a browser would send along by itself counts there."""
CHANGES_NOTHING = {"reports.receive": "browsers write a line into our log with it"}
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def ours(session: Session, make: Factory) -> Side:
    return make_side(session, make)


def test_s30_no_form_is_taken_without_its_token(
    app: Flask, connection: Connection, ours: Side
) -> None:
    client, tried, taken = actor(app, ours.admin), 0, []
    for rule, method, _access in calls(app):
        if method == "GET" or rule.rule.startswith(COOKIE_FREE) or rule.endpoint in CHANGES_NOTHING:
            continue
        url = address(app, rule, {name: ours.sample(name) for name in arguments_of(rule)})
        with connection.begin_nested() as undone:
            reply = call(app, client, method, url, token=False)
            undone.rollback()
        tried += 1
        if reply.status_code not in (400, 403):
            taken.append(f"{method} {rule.rule}: {reply.status}")
    assert not taken, "\n".join(taken)
    assert tried > 5


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_s30_pages_without_cookies_refuse_what_other_sites_send(
    app: Flask, connection: Connection, ours: Side, headers: dict[str, str]
) -> None:
    client, tried, taken = app.test_client(), 0, []
    for rule, method, _access in calls(app):
        if method == "GET" or not rule.rule.startswith("/s/"):
            continue
        url = address(app, rule, {name: ours.sample(name) for name in arguments_of(rule)})
        with connection.begin_nested() as undone:
            reply = client.open(url, method=method, headers=headers)
            undone.rollback()
        tried += 1
        if reply.status_code not in (400, 403):
            taken.append(f"{method} {rule.rule}: {reply.status}")
    assert not taken, "\n".join(taken)
    assert tried > 0


def test_s30_programs_without_cookies_get_no_answer_in_from_a_browser_elsewhere(
    app: Flask, connection: Connection, ours: Side
) -> None:
    client, tried = app.test_client(), 0
    for rule, method, _access in calls(app):
        if method == "GET" or not rule.rule.startswith("/api/"):
            continue
        url = address(app, rule, {name: ours.sample(name) for name in arguments_of(rule)})
        with connection.begin_nested() as undone:
            reply = client.open(
                url,
                method=method,
                json={"answers": {"csat": 5}},
                headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
            )
            undone.rollback()
        tried += 1
        assert reply.status_code in (400, 403), f"{method} {rule.rule}: {reply.status}"
    assert tried > 0


def test_s30_looking_at_a_page_changes_nothing(
    app: Flask, connection: Connection, ours: Side, queries: QueryCounter
) -> None:
    client, writing = actor(app, ours.admin), []
    for rule, method, _access in calls(app):
        if method != "GET":
            continue
        url = address(app, rule, {name: ours.sample(name) for name in arguments_of(rule)})
        queries.statements.clear()
        with connection.begin_nested() as undone:
            call(app, client, method, url)
            undone.rollback()
        if [one for one in queries.statements if one.lstrip().upper().startswith(WRITES)]:
            writing.append(rule.rule)
    assert not writing, "\n".join(writing)
