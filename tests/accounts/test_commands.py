from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent, User
from tests.accounts.passwords import PASSWORD
from tests.factories import Factory
from tests.pages import submit


def test_a_created_person_gets_a_link_that_lets_in(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace = make.workspace()

    command = f"users create Jana@Example.org --workspace {workspace.slug} --role admin --owner"
    result = app.test_cli_runner().invoke(args=command.split())

    assert result.exit_code == 0, result.output
    url = result.stdout.strip()
    assert url.startswith("http://localhost/welcome/")
    entered = submit(client, url.removeprefix("http://localhost"), {"password": PASSWORD})
    assert entered.location == "/"
    assert client.get("/people").status_code == 200
    user = session.scalars(select(User)).one()
    assert user.email == "jana@example.org"
    assert [role.name for role in user.roles] == ["owner"]
    actions = set(session.scalars(select(AuditEvent.action)))
    assert {"member_added", "link_made", "password_set", "sign_in"} <= actions


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["x@example.org", "--workspace", "nowhere", "--role", "admin"], "no workspace 'nowhere'"),
        (["x@example.org", "--workspace", "nowhere", "--role", "boss"], "'boss' is not one of"),
        (["no address", "--workspace", "nowhere", "--role", "admin"], "not an e-mail address"),
        (["@", "--workspace", "nowhere", "--role", "admin"], "not an e-mail address"),
    ],
)
def test_a_mistyped_command_says_what_is_wrong(
    app: Flask, session: Session, args: list[str], words: str
) -> None:
    result = app.test_cli_runner().invoke(args=["users", "create", *args])

    assert result.exit_code != 0
    assert words in result.output
    assert session.scalar(select(User)) is None


def test_somebody_who_is_in_is_told_how_to_get_a_new_link(
    app: Flask, make: Factory, session: Session
) -> None:
    workspace = make.workspace()
    bob = make.user(workspace=workspace)

    result = app.test_cli_runner().invoke(
        args=["users", "create", bob.email, "--workspace", workspace.slug, "--role", "staff"]
    )

    assert result.exit_code == 1
    assert f"flask users link {bob.email}" in result.output
    again = app.test_cli_runner().invoke(args=["users", "link", bob.email])
    assert again.exit_code == 0
    assert "/welcome/" in again.stdout


def test_a_disabled_person_is_kept_out(app: Flask, make: Factory, session: Session) -> None:
    bob = make.user(workspace=make.workspace())

    result = app.test_cli_runner().invoke(args=["users", "disable", bob.email.upper()])

    assert result.exit_code == 0
    session.refresh(bob)
    assert not bob.active
    listed = app.test_cli_runner().invoke(args=["users", "list"]).stdout
    assert listed.splitlines() == [f"{bob.email}\tworkspace-1\tstaff\tother\tdisabled"]
    assert app.test_cli_runner().invoke(args=["users", "disable", "no@example.org"]).exit_code == 1


def test_the_access_list_is_printed_as_json_and_as_a_table(app: Flask) -> None:
    runner = app.test_cli_runner()

    rows = json.loads(runner.invoke(args=["access", "matrix", "--format", "json"]).stdout)
    table = runner.invoke(args=["access", "matrix"])

    assert len(rows) == len(list(app.url_map.iter_rules()))
    assert all(set(row) == {"path", "endpoint", "methods", "access", "roles"} for row in rows)
    assert all(row["access"] for row in rows)
    assert table.exit_code == 0
    assert any(line.split() == ["/audit", "GET", "admin"] for line in table.stdout.splitlines())
