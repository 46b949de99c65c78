from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts import throttle
from cjm_feedback.accounts.models import AuditEvent, SignInFailure
from cjm_feedback.app import create_app
from cjm_feedback.db import reading
from config import Config
from tests.accounts.passwords import PASSWORD, enter, give_password
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import check_page, form_data, open_page, submit

WRONG = "something else entirely"


def is_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


@pytest.mark.both_databases
def test_the_right_password_lets_in_and_leads_to_the_page_asked_for(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))

    asked = client.get("/profile")
    reply = enter(client, alice.email, url=asked.location)

    assert (reply.status_code, reply.location) == (303, "/profile")
    assert is_in(client)


def test_an_address_is_the_same_in_any_case(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))

    assert enter(client, f"  {alice.email.upper()} ").status_code == 303
    assert is_in(client)


def test_s46_a_wrong_password_an_unknown_person_and_a_disabled_one_read_the_same(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    disabled = give_password(app, session, make.user(workspace=make.workspace()))
    disabled.active = False
    invited = make.user(workspace=make.workspace())
    session.commit()

    replies = [
        enter(client, alice.email, WRONG),
        enter(client, "nobody@example.org", WRONG),
        enter(client, disabled.email, PASSWORD),
        enter(client, invited.email, WRONG),
        enter(client, "not an address", WRONG),
        enter(client, alice.email, ""),
    ]

    words = set()
    for reply in replies:
        assert reply.status_code == 422
        page = check_page(reply)
        words.add(page.select_one("#errors").get_text(strip=True))  # type: ignore[union-attr]
    assert len(words) == 1
    assert not is_in(client)


def test_s46_every_refused_sign_in_costs_one_hash(
    app: Flask,
    client: FlaskClient,
    make: Factory,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The library hashes for unknown people too; this fails if it should ever stop."""
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    invited = make.user(workspace=make.workspace())
    hashes: list[str] = []
    context = app.extensions["security"].pwd_context
    for name in ("hash", "verify"):
        original = getattr(context, name)

        def counted(*args, original=original, **more):  # type: ignore[no-untyped-def]
            hashes.append("one")
            return original(*args, **more)

        monkeypatch.setattr(context, name, counted)

    costs = {}
    for email in (alice.email, invited.email, "nobody@example.org"):
        hashes.clear()
        enter(client, email, WRONG)
        costs[email] = len(hashes)

    assert set(costs.values()) == {1}, costs


def test_s44_passwords_are_kept_as_argon2id_and_in_full_length(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    long_one = "š" * 100 + "a" * 28
    alice = give_password(app, session, make.user(workspace=make.workspace()), long_one)

    assert (alice.password or "").startswith("$argon2id$")
    assert enter(client, alice.email, long_one[:-1]).status_code == 422
    assert enter(client, alice.email, long_one).status_code == 303


def test_s44_outside_tests_a_hash_takes_64_mebibytes_and_three_rounds(tmp_path: Path) -> None:
    config = Config(secret_key="x" * 40, database_url="sqlite://", instance_dir=tmp_path)
    app = create_app(config)

    with app.app_context():
        assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=1$")


def test_s44_a_weaker_hash_is_made_anew_when_its_owner_signs_in(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = make.user(workspace=make.workspace())
    alice.password = PasswordHasher(2, 16, 1).hash(PASSWORD)
    session.commit()

    assert enter(client, alice.email).status_code == 303

    session.refresh(alice)
    assert ",t=1,p=1$" in (alice.password or "")
    assert "m=8," in (alice.password or "")


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\tevil",
        "javascript:alert(1)",
        "http:evil.example",
        "http://localhost@evil.example/",
        "http://localhost/people",
        "evil.example",
    ],
)
def test_s34_a_foreign_next_page_is_left_out(
    app: Flask, client: FlaskClient, make: Factory, session: Session, place: str
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))

    reply = enter(client, alice.email, next=place)

    assert (reply.status_code, reply.location) == (303, "/")


def test_s42_a_sign_in_begins_a_new_session_and_keeps_only_the_language(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    page = open_page(client, "/sign-in")
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
        before["language"] = "pl"
        old_token = before["csrf_token"]

    client.post("/sign-in", data={**form_data(page), "email": alice.email, "password": PASSWORD})

    with client.session_transaction() as after:
        first = after["sid"]
        assert "planted" not in after
        assert after["language"] == "pl"
        assert after.get("csrf_token") != old_token
    client.post("/sign-out", data=form_data(open_page(client, "/profile")))
    enter(client, alice.email)
    with client.session_transaction() as again:
        assert again["sid"] != first


def test_s42_signing_out_ends_every_copy_of_the_cookie(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    enter(client, alice.email)
    stolen = client.get_cookie("cjm")
    assert stolen is not None

    reply = submit(client, "/profile", selector='form[action$="/sign-out"]')

    assert (reply.status_code, reply.location) == (303, "/sign-in")
    assert not is_in(client)
    client.set_cookie("cjm", stolen.value)
    assert not is_in(client)


def test_s42_a_disabled_person_is_out_at_once(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    enter(client, alice.email)

    alice.active = False
    session.commit()

    assert not is_in(client)


@pytest.mark.parametrize(
    ("stay", "idle", "still_in"),
    [
        ("", timedelta(hours=7), True),
        ("", timedelta(hours=9), False),
        ("on", timedelta(days=13), True),
        ("on", timedelta(days=15), False),
    ],
)
def test_s43_a_session_ends_when_nobody_comes(
    app: Flask,
    client: FlaskClient,
    make: Factory,
    session: Session,
    stay: str,
    idle: timedelta,
    still_in: bool,
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    with time_machine.travel(NOW, tick=False) as clock:
        enter(client, alice.email, **({"stay": stay} if stay else {}))
        clock.shift(idle)
        assert is_in(client) == still_in


def test_s43_a_session_in_use_ends_after_a_day_all_the_same(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    with time_machine.travel(NOW, tick=False) as clock:
        enter(client, alice.email)
        for _hours in range(4):
            clock.shift(timedelta(hours=6))
            assert is_in(client)
        clock.shift(timedelta(minutes=1))
        assert not is_in(client)


def test_s43_people_are_changed_only_soon_after_signing_in(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace(), role="admin"))
    with time_machine.travel(NOW, tick=False) as clock:
        enter(client, alice.email)
        assert client.get("/people").status_code == 200
        clock.shift(timedelta(hours=5))

        reply = client.get("/people")

        assert (reply.status_code, reply.location) == (303, "/sign-in?next=/people")
        assert enter(client, alice.email, url=reply.location).location == "/people"


@pytest.mark.both_databases
def test_s47_guessing_stops_after_twenty_tries_and_a_restart_forgets_nothing(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    for _attempt in range(throttle.PER_ACCOUNT):
        assert enter(client, alice.email, WRONG).status_code == 422

    refused = enter(app.test_client(), alice.email, PASSWORD)

    assert refused.status_code == 429
    check_page(refused)
    rows = session.scalars(select(SignInFailure)).all()
    assert len(rows) == 3 * throttle.PER_ACCOUNT
    assert not [row for row in rows if alice.email in row.bucket or "127.0.0" in row.bucket]


def test_s47_nobody_is_locked_out_of_a_device_that_signed_in_before(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    enter(client, alice.email)
    submit(client, "/profile", selector='form[action$="/sign-out"]')
    stranger = app.test_client()
    for _attempt in range(throttle.PER_ACCOUNT):
        enter(stranger, alice.email, WRONG)

    assert enter(stranger, alice.email, PASSWORD).status_code == 429
    assert enter(client, alice.email, PASSWORD).status_code == 303


def test_s47_a_device_of_one_person_is_not_known_for_another(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    bob = give_password(app, session, make.user(workspace=make.workspace()))
    enter(client, bob.email)
    submit(client, "/profile", selector='form[action$="/sign-out"]')
    for _attempt in range(throttle.PER_ACCOUNT):
        enter(client, alice.email, WRONG)

    assert enter(client, alice.email, PASSWORD).status_code == 429


def test_s47_refusals_are_forgotten_after_a_day(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    with time_machine.travel(NOW, tick=False) as clock:
        for _attempt in range(throttle.PER_ACCOUNT):
            enter(client, alice.email, WRONG)
        assert enter(client, alice.email, PASSWORD).status_code == 429
        clock.shift(timedelta(hours=24, minutes=1))
        assert enter(client, alice.email, PASSWORD).status_code == 303


def test_checking_a_password_holds_no_write_lock(
    app: Flask,
    client: FlaskClient,
    make: Factory,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    seen: list[bool] = []
    context = app.extensions["security"].pwd_context
    original = context.verify

    def watched(*args, **more):  # type: ignore[no-untyped-def]
        seen.append(reading.get())
        return original(*args, **more)

    monkeypatch.setattr(context, "verify", watched)

    enter(client, alice.email)

    assert seen == [True]


def test_signing_in_is_on_record(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace = make.workspace()
    alice = give_password(app, session, make.user(workspace=workspace))

    enter(client, alice.email)

    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.user_id, event.workspace_id) == ("sign_in", alice.id, workspace.id)


@pytest.mark.parametrize("language", ["cs", "pl", "ru", "en"])
def test_the_sign_in_page_speaks_the_language_asked_for(client: FlaskClient, language: str) -> None:
    page = open_page(client, f"/sign-in?lang={language}")

    assert page.html is not None
    assert page.html["lang"] == language
    links = page.select("nav a")
    assert [link["href"] for link in links if link.get("aria-current")] == [
        f"/sign-in?lang={language}"
    ]


def test_json_and_token_sign_in_are_off(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = give_password(app, session, make.user(workspace=make.workspace()))
    with app.test_request_context():
        token = alice.get_auth_token()

    page = open_page(client, "/sign-in")
    reply = client.post(
        "/sign-in", json=[1], headers={"X-CSRFToken": form_data(page)["csrf_token"]}
    )

    assert reply.status_code == 415
    assert client.get("/profile", headers={"Authentication-Token": str(token)}).status_code == 303
    assert client.get(f"/profile?auth_token={token!s}").status_code == 303


def test_s36_cookies_of_staff_pages_are_closed_to_scripts_and_other_sites(
    client: FlaskClient,
) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
