from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts import services
from cjm_feedback.accounts.links import LIFETIMES, create_link, use_link
from cjm_feedback.accounts.models import OneTimeLink, User
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from tests.accounts.passwords import PASSWORD, enter
from tests.conftest import NOW, close_engines, make_app
from tests.factories import Factory
from tests.pages import check_page, form_data, open_page, submit


def new_link(session: Session, user: User, purpose: str = "set_password") -> str:
    token = create_link(session, user, purpose, at=utc_now())
    session.commit()
    return f"/welcome/{token}"


def is_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


@pytest.mark.both_databases
def test_a_sign_in_link_lets_in_once(
    client: FlaskClient, make: Factory, session: Session, app: Flask
) -> None:
    url = new_link(session, make.user(workspace=make.workspace()), "sign_in")

    reply = submit(client, url)

    assert (reply.status_code, reply.location) == (303, "/")
    assert is_in(client)
    check_page(app.test_client().get(url))
    assert app.test_client().get(url).status_code == 404


def test_s28_looking_at_a_link_uses_nothing_up(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    url = new_link(session, make.user(workspace=make.workspace()), "sign_in")

    for _scanner in range(3):
        assert client.get(url).status_code == 200
        assert client.head(url).status_code == 200

    assert not is_in(client)
    assert submit(client, url).status_code == 303


def test_an_invited_person_chooses_a_password_and_is_in(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    bob = make.user(workspace=make.workspace())
    url = new_link(session, bob)

    reply = submit(client, url, {"password": PASSWORD})

    assert (reply.status_code, reply.location) == (303, "/")
    assert is_in(client)
    client.delete_cookie("cjm")
    assert enter(client, bob.email).status_code == 303


def test_a_poor_password_is_explained_and_the_link_still_works(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    url = new_link(session, make.user(workspace=make.workspace()))

    refused = submit(client, url, {"password": "short"})

    assert refused.status_code == 422
    page = check_page(refused)
    assert "12" in page.select_one("#password-error").get_text()  # type: ignore[union-attr]
    assert submit(client, url, {"password": PASSWORD}).status_code == 303


def test_s25_a_used_an_old_and_an_unknown_link_look_the_same(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    alice = make.user(workspace=make.workspace())
    gone = make.user(workspace=make.workspace())
    with time_machine.travel(NOW, tick=False) as clock:
        used, old = new_link(session, alice, "sign_in"), new_link(session, alice)
        disabled = new_link(session, gone)
        submit(client, used)
        client.delete_cookie("cjm")
        gone.active = False
        session.commit()
        token = form_data(open_page(client, "/sign-in"))["csrf_token"]
        clock.shift(LIFETIMES["set_password"])

        addresses = [used, old, disabled, "/welcome/" + "x" * 43, "/welcome/ž", "/welcome/%00"]
        pages = [client.get(url) for url in addresses]
        posts = [
            client.post(url, data={"csrf_token": token, "password": PASSWORD}) for url in addresses
        ]

    assert {reply.status_code for reply in pages + posts} == {404}
    assert len({reply.text for reply in pages + posts}) == 1
    check_page(pages[0])


def test_a_link_ends_after_its_time(make: Factory, session: Session) -> None:
    alice = make.user()
    for purpose, lifetime in LIFETIMES.items():
        token = create_link(session, alice, purpose, at=NOW)
        assert use_link(session, token, at=NOW + lifetime) is None
        assert use_link(session, token, at=NOW + lifetime - timedelta(seconds=1)) is alice


def test_s62_the_database_holds_no_token(make: Factory, session: Session) -> None:
    token = create_link(session, make.user(), "sign_in", at=NOW)
    session.commit()

    link = session.scalars(select(OneTimeLink)).one()

    assert len(token) >= 43
    assert token not in repr([getattr(link, column.name) for column in link.__table__.columns])


def test_s41_a_new_password_ends_all_links_sent_before(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    bob = make.user(workspace=make.workspace())
    first, second, third = new_link(session, bob), new_link(session, bob), new_link(session, bob)

    submit(client, first, {"password": PASSWORD})

    assert client.get(second).status_code == 404
    assert client.get(third).status_code == 404


def test_s41_a_sign_in_link_sets_no_password(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    bob = make.user(workspace=make.workspace())

    submit(client, new_link(session, bob, "sign_in"), {"password": PASSWORD})

    session.refresh(bob)
    assert bob.password is None


def test_s42_a_link_replaces_whoever_was_signed_in(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    alice, bob = make.user(workspace=make.workspace()), make.user(workspace=make.workspace())
    submit(client, new_link(session, alice, "sign_in"))

    submit(client, new_link(session, bob, "sign_in"))

    assert bob.email in client.get("/profile").text


def test_s35_the_secret_address_is_not_passed_on(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    url = new_link(session, make.user(workspace=make.workspace()), "sign_in")

    assert client.get(url).headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("language", ["cs", "pl", "ru", "en"])
def test_the_link_pages_speak_the_readers_language(
    client: FlaskClient, make: Factory, session: Session, language: str
) -> None:
    url = new_link(session, make.user(workspace=make.workspace()))

    for address, status in ((url, 200), ("/welcome/unknown", 404)):
        reply = client.get(address, headers={"Accept-Language": language})
        page = check_page(reply)
        assert reply.status_code == status
        assert page.html is not None
        assert page.html["lang"] == language


def test_of_twenty_people_who_press_at_once_one_gets_in(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'race.sqlite'}", tmp_path)
    with app.app_context():
        session = db.session()
        user = services.create_user(session, email="a@example.org", name="", at=utc_now())
        url = new_link(session, user, "sign_in")

    def press(client: FlaskClient) -> int:
        data = {"csrf_token": form_data(open_page(client, "/sign-in"))["csrf_token"]}
        return client.post(url, data=data).status_code

    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(press, [app.test_client() for _ in range(20)]))

    assert sorted(replies) == [303] + [404] * 19
    close_engines(app)
