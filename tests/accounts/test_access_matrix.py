"""S-20 and S-21: every route, called by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Blueprint, Flask
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from cjm_feedback.accounts.access import Access, access_of
from cjm_feedback.accounts.matrix import IMPLIED_METHODS, access_matrix
from cjm_feedback.accounts.models import User
from cjm_feedback.accounts.roles import ROLES
from tests.accounts.world import (
    ORDINALS,
    Side,
    actor,
    address,
    arguments_of,
    call,
    make_side,
    nowhere,
    without_code,
)
from tests.conftest import make_app
from tests.factories import Factory

MAY_BE_ABSENT = {
    *("respondent.thanks", "respondent.withdraw", "api_surveys.respond"),
    *("maps.svg", "maps.csv", "maps.document"),
}
"""Routes that answer 404 here to people who are let in: there is no such response, and viewers
get the figures of closed weeks only, of which a new journey has none."""

MAY_SAY_NO = {"health.readyz"}
"""Says 503 where no clock runs, as in tests."""


@dataclass(frozen=True)
class Caller:
    """Somebody at the door. `role` is theirs in the workspace that the addresses belong to."""

    name: str
    user: User | None
    role: str | None = None
    is_known: bool = True
    home: bool = True
    """Whether pages that name no object show this person a workspace of their own."""


@pytest.fixture
def ours(session: Session, make: Factory) -> Side:
    return make_side(session, make)


@pytest.fixture
def theirs(session: Session, make: Factory) -> Side:
    return make_side(session, make)


@pytest.fixture
def callers(make: Factory, ours: Side, theirs: Side) -> list[Caller]:
    disabled = make.user(workspace=ours.workspace, role="admin")
    disabled.active = False
    ours.session.commit()
    return [
        Caller("anonymous", None, is_known=False),
        Caller("disabled admin", disabled, is_known=False),
        Caller("viewer", ours.viewer, "viewer"),
        Caller("staff", ours.staff, "staff"),
        Caller("admin", ours.admin, "admin"),
        Caller("admin of another workspace", theirs.admin),
        Caller("user without workspace", make.user(), home=False),
    ]


def calls(app: Flask) -> Iterator[tuple[Rule, str, Access]]:
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        assert access is not None, f"{rule.rule} ({rule.endpoint}) declares no access"
        for method in sorted((rule.methods or set()) - IMPLIED_METHODS):
            yield rule, method, access


def test_s20_every_route_declares_its_access(app: Flask) -> None:
    undeclared = [row["path"] for row in access_matrix(app) if row["access"] is None]

    assert undeclared == []


def test_s20_an_undeclared_route_refuses_everybody(app: Flask, tmp_path, make: Factory) -> None:  # type: ignore[no-untyped-def]
    forgetful = make_app("sqlite://", tmp_path)
    bp = Blueprint("forgetful", __name__)
    bp.get("/forgotten")(lambda: "secret")
    forgetful.register_blueprint(bp)

    assert forgetful.test_client().get("/forgotten").status_code == 403
    rows = [row for row in access_matrix(forgetful) if row["path"] == "/forgotten"]
    assert [(row["access"], row["roles"]) for row in rows] == [(None, [])]


def test_s20_each_route_lets_in_exactly_those_it_declares(
    app: Flask, connection: Connection, ours: Side, callers: list[Caller]
) -> None:
    differences = []
    for rule, method, access in calls(app):
        url = address(app, rule, {name: ours.sample(name) for name in arguments_of(rule)})
        named = bool(set(arguments_of(rule)) - ORDINALS)
        for caller in callers:
            with connection.begin_nested() as undone:
                reply = call(app, actor(app, caller.user), method, url)
                undone.rollback()
            fault = _difference(rule, method, access, caller, reply, named=named)
            if fault:
                differences.append(f"{method} {rule.rule} as {caller.name}: {fault}")
    assert not differences, "\n".join(differences)


def _difference(
    rule: Rule, method: str, access: Access, caller: Caller, reply: TestResponse, *, named: bool
) -> str | None:
    status = reply.status_code
    if status >= 500 and rule.endpoint not in MAY_SAY_NO:
        return f"{status}"
    expected = _expected(method, access, caller, named=named)
    asks_to_sign_in = status == 401 or (reply.location or "").startswith("/sign-in?next=")
    if expected == "sign in":
        return None if asks_to_sign_in else f"{status}, expected to be asked to sign in"
    if expected == "in":
        shut = status in (401, 403) or asks_to_sign_in
        lost = status == 404 and rule.endpoint not in MAY_BE_ABSENT
        return f"{status} {reply.location or ''}, expected to be let in" if shut or lost else None
    return None if status == expected else f"{status}, expected {expected}"


def _expected(method: str, access: Access, caller: Caller, *, named: bool) -> str | int:
    if access.kind == "public":
        return "in"
    if not caller.is_known:
        return "sign in"
    if access.role is None:
        return "in"
    role = caller.role
    if role is None:
        if named or not caller.home:
            return 404
        role = "admin"
    return "in" if ROLES.index(role) >= ROLES.index(access.role) else 403


def test_s21_what_belongs_to_others_looks_like_what_does_not_exist(
    app: Flask, connection: Connection, ours: Side, theirs: Side
) -> None:
    client = actor(app, ours.admin)
    differences, tried = [], 0
    for rule, method, access in calls(app):
        names = arguments_of(rule)
        if access.kind != "role" or not names:
            continue
        foreign = {name: theirs.sample(name) for name in names}
        absent = {name: nowhere(value) for name, value in foreign.items()}
        replies = []
        for values in (foreign, absent):
            with connection.begin_nested() as undone:
                replies.append(call(app, client, method, address(app, rule, values)))
                undone.rollback()
        tried += 1
        if [reply.status_code for reply in replies] != [404, 404]:
            differences.append(f"{method} {rule.rule}: {[r.status_code for r in replies]}")
        elif len({without_code(reply) for reply in replies}) != 1:
            differences.append(f"{method} {rule.rule}: the two pages differ")
    assert not differences, "\n".join(differences)
    assert tried > 5


def test_s21_a_part_of_another_journey_is_not_reached_through_ones_own(
    app: Flask, connection: Connection, ours: Side, theirs: Side
) -> None:
    """An address that names our journey and a part of theirs: the part decides."""
    client = actor(app, ours.admin)
    differences = []
    for rule, method, access in calls(app):
        names = arguments_of(rule)
        if access.kind != "role" or len(names) < 2:
            continue
        for foreign in set(names) - ORDINALS:
            values = {name: (theirs if name == foreign else ours).sample(name) for name in names}
            with connection.begin_nested() as undone:
                reply = call(app, client, method, address(app, rule, values))
                undone.rollback()
            if reply.status_code != 404:
                differences.append(f"{method} {rule.rule} with their {foreign}: {reply.status}")
    assert not differences, "\n".join(differences)


def test_a_row_of_the_matrix_reads_as_the_contract_says(app: Flask) -> None:
    rows = {(row["path"], row["endpoint"]): row for row in access_matrix(app)}

    assert len(rows) == len(list(app.url_map.iter_rules()))
    assert rows["/people", "people.invite"] == {
        "path": "/people",
        "endpoint": "people.invite",
        "methods": ["POST"],
        "access": "admin",
        "roles": ["admin"],
    }
    assert rows["/sign-in", "security.login"]["roles"] == ["anonymous", "viewer", "staff", "admin"]


def test_r22_a_number_that_no_database_holds_is_no_fault(
    app: Flask, connection: Connection, ours: Side
) -> None:
    client, faults, tried = actor(app, ours.admin), [], 0
    for rule, method, _access in calls(app):
        numbers = [name for name in arguments_of(rule) if isinstance(ours.sample(name), int)]
        for name in numbers:
            values = {other: ours.sample(other) for other in arguments_of(rule)}
            url = address(app, rule, {**values, name: 1}).replace("/1", f"/{10**40}")
            with connection.begin_nested() as undone:
                reply = call(app, client, method, url)
                undone.rollback()
            tried += 1
            if reply.status_code not in (404, 405):
                faults.append(f"{method} {rule.rule} with a huge {name}: {reply.status}")
    assert not faults, "\n".join(faults)
    assert tried > 0
