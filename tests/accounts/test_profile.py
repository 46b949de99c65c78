from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from cjm_feedback.accounts import throttle
from tests.accounts.passwords import PASSWORD, enter, give_password
from tests.factories import Factory, sign_in
from tests.pages import check_page, form_data, open_page, submit

NEW = "zelený vlak jede pomalu"
PASSWORD_FORM = 'form[action="/profile/password"]'
PROFILE_FORM = 'form[action="/profile"]'


@pytest.mark.parametrize("language", ["cs", "pl", "ru", "en"])
def test_the_language_is_kept_for_this_and_the_next_visit(
    app: Flask, client: FlaskClient, make: Factory, session: Session, language: str
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    enter(client, alice.email)

    submit(client, "/profile", {"language": language, "name": "Alice"}, selector=PROFILE_FORM)

    assert open_page(client, "/profile").html["lang"] == language  # type: ignore[index]
    another = app.test_client()
    enter(another, alice.email)
    assert open_page(another, "/profile").html["lang"] == language  # type: ignore[index]


def test_a_refused_profile_keeps_what_was_typed(client: FlaskClient, make: Factory) -> None:
    sign_in(client, make.user(workspace=make.workspace()))

    reply = submit(client, "/profile", {"name": "x" * 121}, selector=PROFILE_FORM)

    assert reply.status_code == 422
    page = check_page(reply)
    assert page.select_one("#name")["value"] == "x" * 121  # type: ignore[index]


def test_s45_a_password_is_changed_against_the_present_one(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    elsewhere = app.test_client()
    enter(elsewhere, alice.email)
    enter(client, alice.email)

    refused = submit(
        client, "/profile", {"current": "wrong", "password": NEW}, selector=PASSWORD_FORM
    )
    assert refused.status_code == 422
    assert "not your current password" in check_page(refused).select_one("#errors").get_text()  # type: ignore[union-attr]
    changed = submit(
        client, "/profile", {"current": PASSWORD, "password": NEW}, selector=PASSWORD_FORM
    )

    assert (changed.status_code, changed.location) == (303, "/profile")
    assert client.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 303
    elsewhere.delete_cookie("cjm")
    assert enter(elsewhere, alice.email, NEW).status_code == 303


def test_a_first_password_needs_no_present_one(
    app: Flask, client: FlaskClient, make: Factory
) -> None:
    alice = make.user(workspace=make.workspace())
    sign_in(client, alice)

    reply = submit(client, "/profile", {"password": NEW}, selector=PASSWORD_FORM)

    assert reply.status_code == 303
    assert enter(app.test_client(), alice.email, NEW).status_code == 303


def test_s45_a_new_password_is_judged(client: FlaskClient, make: Factory) -> None:
    alice = make.user(workspace=make.workspace(name="Modrá sova"))
    sign_in(client, alice)

    for poor in ("short", "password1234", "modra-sova-2026", alice.email):
        reply = submit(client, "/profile", {"password": poor}, selector=PASSWORD_FORM)
        assert reply.status_code == 422, poor
        assert check_page(reply).select_one("#password-error")


def test_s47_the_present_password_is_not_guessed_from_an_open_browser(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    enter(client, alice.email)
    data = form_data(open_page(client, "/profile"), PASSWORD_FORM)
    for _guess in range(throttle.PER_ACCOUNT):
        client.post("/profile/password", data={**data, "current": "guess", "password": NEW})

    reply = client.post("/profile/password", data={**data, "current": PASSWORD, "password": NEW})

    assert reply.status_code == 429


def test_people_in_several_workspaces_switch_between_them(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    first, second = make.workspace(name="First"), make.workspace(name="Second")
    alice = make.user(workspace=first, role="admin")
    alice.memberships.append(type(alice.memberships[0])(workspace_id=second.id, role="admin"))
    session.commit()
    sign_in(client, alice)
    assert "First" in open_page(client, "/people").title.get_text()  # type: ignore[union-attr]

    reply = submit(
        client, "/people", {"workspace": str(second.id)}, selector='form[action="/workspace"]'
    )

    assert (reply.status_code, reply.location) == (303, "/")
    assert "Second" in open_page(client, "/people").title.get_text()  # type: ignore[union-attr]


def test_s21_nobody_switches_into_a_workspace_of_others(client: FlaskClient, make: Factory) -> None:
    mine, foreign = make.workspace(name="Mine"), make.workspace(name="Foreign")
    sign_in(client, make.user(workspace=mine, role="admin"))
    token = form_data(open_page(client, "/people"))["csrf_token"]

    for wanted in (str(foreign.id), "2000000001"):
        data = {"csrf_token": token, "workspace": wanted}
        assert client.post("/workspace", data=data).status_code == 404
    for nonsense in ("", "x", "-1", "9" * 40):
        data = {"csrf_token": token, "workspace": nonsense}
        assert client.post("/workspace", data=data).status_code == 400
    assert "Mine" in open_page(client, "/people").title.get_text()  # type: ignore[union-attr]
