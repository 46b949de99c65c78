from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cjm_feedback.accounts import services
from cjm_feedback.accounts.models import AuditEvent, Membership, User
from cjm_feedback.accounts.words import act_in_words
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from tests.accounts.passwords import PASSWORD, enter, give_password
from tests.conftest import QueryCounter, close_engines, make_app
from tests.factories import Factory, sign_in
from tests.pages import check_page, open_page, submit

ROOT = Path(__file__).resolve().parents[2]


def member_page(user: User) -> str:
    return f"/people/{user.memberships[0].id}"


def roles_in(session: Session, workspace_id: int) -> dict[str, str]:
    session.expire_all()
    rows = session.scalars(select(Membership).where(Membership.workspace_id == workspace_id))
    return {membership.user.email: membership.role for membership in rows}


def test_an_admin_lets_somebody_in_and_gets_a_link_to_hand_over(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"))

    reply = submit(
        client,
        "/people",
        {"email": " New@Example.ORG ", "name": "Ewa", "role": "viewer", "department": "design"},
        selector='form[aria-labelledby="invite"]',
    )

    page = check_page(reply)
    link = str(page.select_one("#link")["value"])  # type: ignore[index]
    assert link.startswith("http://localhost/welcome/")
    assert roles_in(session, workspace.id)["new@example.org"] == "viewer"
    invited = app.test_client()
    path = link.removeprefix("http://localhost")
    assert submit(invited, path, {"password": PASSWORD}).status_code == 303
    assert invited.get("/profile").status_code == 200
    assert invited.get("/people").status_code == 403


@pytest.mark.both_databases
def test_the_list_tells_roles_departments_and_who_is_still_awaited(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace = make.workspace()
    admin = give_password(app, session, make.user(workspace=workspace, role="admin"))
    bob = make.user(workspace=workspace)
    make.user(workspace=make.workspace(), email="elsewhere@example.org")
    enter(client, admin.email)

    page = open_page(client, "/people")

    rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
    assert len(rows) == 2
    assert "invited" in next(row for row in rows if bob.email in row)
    assert "invited" not in next(row for row in rows if admin.email in row)
    assert "2 people, 1 invitation not used yet" in " ".join(page.get_text(" ").split())


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "not an address"), ("email", ""), ("role", "owner"), ("department", "magic")],
)
def test_a_refused_invitation_keeps_what_was_typed(
    client: FlaskClient, make: Factory, session: Session, field: str, value: str
) -> None:
    sign_in(client, make.user(workspace=make.workspace(), role="admin"))

    reply = submit(
        client,
        "/people",
        {"email": "new@example.org", "name": "Typed name", "role": "staff", field: value},
        selector='form[aria-labelledby="invite"]',
    )

    assert reply.status_code == 422
    page = check_page(reply)
    assert page.select_one("#name")["value"] == "Typed name"  # type: ignore[index]
    assert page.select_one("#errors li")
    assert session.scalar(select(User).where(User.email == "new@example.org")) is None


def test_somebody_who_is_in_is_not_added_twice(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"))
    bob = make.user(workspace=workspace)

    reply = submit(
        client, "/people", {"email": bob.email.upper()}, selector='form[aria-labelledby="invite"]'
    )

    assert reply.status_code == 422
    assert len(roles_in(session, workspace.id)) == 2


@pytest.mark.both_databases
def test_a_role_and_a_department_are_changed(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"))
    bob = make.user(workspace=workspace, role="viewer")

    reply = submit(client, member_page(bob), {"role": "staff", "department": "care"})

    assert (reply.status_code, reply.location) == (303, "/people")
    session.expire_all()
    assert (bob.memberships[0].role, bob.memberships[0].department) == ("staff", "care")
    event = session.scalars(select(AuditEvent)).one()
    assert event.action == "member_changed"
    assert event.details == {"role": ["viewer", "staff"], "department": ["other", "care"]}


@pytest.mark.both_databases
def test_the_last_admin_stays(client: FlaskClient, make: Factory, session: Session) -> None:
    workspace = make.workspace()
    admin = make.user(workspace=workspace, role="admin")
    disabled = make.user(workspace=workspace, role="admin")
    disabled.active = False
    session.commit()
    sign_in(client, admin)

    lowered = submit(client, member_page(admin), {"role": "staff"})
    removed = submit(client, member_page(admin), selector='form[action$="/remove"]')

    assert (lowered.status_code, removed.status_code) == (422, 422)
    assert check_page(removed).select_one("#errors")
    assert roles_in(session, workspace.id)[admin.email] == "admin"


def test_of_two_admins_who_remove_each_other_at_once_one_stays(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'race.sqlite'}", tmp_path)
    with app.app_context():
        session, at = db.session(), utc_now()
        workspace = services.create_workspace(session, slug="w", name="W", at=at)
        people = [
            services.create_user(session, email=f"{name}@example.org", name=name, at=at)
            for name in ("a", "b")
        ]
        members = [services.add_member(session, workspace, one, role="admin").id for one in people]
        session.commit()
        clients = [app.test_client(), app.test_client()]
        for client, person in zip(clients, people, strict=True):
            sign_in(client, person)

    def remove(pair: tuple[FlaskClient, int]) -> int:
        client, membership_id = pair
        try:
            form = 'form[action$="/remove"]'
            return submit(client, f"/people/{membership_id}", selector=form).status_code
        except AssertionError:
            return 404  # the other was faster, before this one had opened the page

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(remove, zip(clients, reversed(members), strict=True)))

    with app.app_context():
        assert len(db.session.scalars(select(Membership)).all()) == 1
    close_engines(app)


def test_a_removed_person_sees_nothing_of_the_workspace_any_more(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"))
    bob = make.user(workspace=workspace, role="admin")
    bobs = app.test_client()
    sign_in(bobs, bob, workspace)
    assert bobs.get("/people").status_code == 200

    reply = submit(client, member_page(bob), selector='form[action$="/remove"]')

    assert reply.status_code == 303
    assert bobs.get("/people").status_code == 404
    assert "belong to no workspace" in bobs.get("/profile").text


def test_s21_an_admin_makes_no_link_for_people_of_other_workspaces(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    """Whoever chooses somebody's password can become them everywhere."""
    workspace, other = make.workspace(), make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"), workspace)
    membership = make.member(make.user(workspace=other, role="admin"), workspace)

    page = open_page(client, f"/people/{membership.id}")
    assert not page.select('form[action$="/link"]')
    token = page.select_one("[name=csrf_token]")["value"]  # type: ignore[index]
    forced = client.post(f"/people/{membership.id}/link", data={"csrf_token": token})
    assert forced.status_code == 403


def invite(client: FlaskClient, email: str) -> TestResponse:
    return submit(
        client,
        "/people",
        {"email": email, "name": "Typed name"},
        selector='form[aria-labelledby="invite"]',
    )


@pytest.mark.both_databases
def test_s21_an_account_made_elsewhere_beforehand_gets_no_role_by_an_invitation(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    """Its password may be known to the admin who had it made."""
    ours, theirs = make.workspace(), make.workspace()
    attacker = app.test_client()
    sign_in(attacker, make.user(workspace=theirs, role="admin"))
    page = check_page(invite(attacker, "victim@example.org"))
    link = str(page.select_one("#link")["value"])  # type: ignore[index]
    sign_in(client, make.user(workspace=ours, role="admin"))

    reply = invite(client, " Victim@Example.ORG ")

    assert reply.status_code == 422
    page = check_page(reply)
    assert "The owner of this installation can add it" in page.select_one("#errors").get_text()  # type: ignore[union-attr]
    assert page.select_one("#name")["value"] == "Typed name"  # type: ignore[index]
    assert "victim@example.org" not in roles_in(session, ours.id)
    as_victim = app.test_client()
    submit(as_victim, link.removeprefix("http://localhost"), {"password": PASSWORD})
    with as_victim.session_transaction() as cookie:
        cookie["workspace"] = ours.id
    assert "Typed name" not in as_victim.get("/people").text
    assert [
        one.action for one in session.scalars(select(AuditEvent)) if one.workspace_id == ours.id
    ] == []


def test_an_account_that_is_in_no_workspace_any_more_is_not_taken_over_either(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"))
    alone = make.user()

    assert invite(client, alone.email).status_code == 422
    assert alone.email not in roles_in(session, workspace.id)


def test_the_owner_adds_an_account_to_another_workspace(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace, other = make.workspace(), make.workspace()
    owner = make.user(workspace=workspace, role="admin")
    services.make_owner(session, owner)
    session.commit()
    sign_in(client, owner)
    known = make.user(workspace=other)

    reply = invite(client, known.email)

    assert (reply.status_code, reply.location) == (303, "/people")
    assert "signs in as usual" in open_page(client, "/people").get_text()
    assert known.email in roles_in(session, workspace.id)


@pytest.mark.both_databases
def test_a_sign_in_to_another_workspace_is_not_told_here(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    ours, theirs = make.workspace(), make.workspace()
    sign_in(client, make.user(workspace=ours, role="admin"))
    both = make.user(workspace=theirs)
    make.member(both, ours)
    here = make.user(workspace=ours)
    for user, place in ((both, theirs), (here, ours)):
        session.add(
            AuditEvent(workspace_id=place.id, user_id=user.id, at=utc_now(), action="sign_in")
        )
    session.commit()

    rows = open_page(client, "/people").select("tbody tr")

    seen = {one: next(row for row in rows if one.email in row.get_text()) for one in (both, here)}
    assert not seen[both].select("time")
    assert "invited" not in seen[both].get_text()
    assert seen[here].select("time")


def test_an_admin_makes_no_link_for_the_owner(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"))
    owner = make.user(workspace=workspace, role="admin")
    services.make_owner(session, owner)
    session.commit()

    assert not open_page(client, member_page(owner)).select('form[action$="/link"]')


def test_a_forgotten_password_is_replaced_by_a_link(
    app: Flask, client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"))
    bob = give_password(app, session, make.user(workspace=workspace))

    page = check_page(submit(client, member_page(bob), selector='form[action$="/link"]'))

    url = str(page.select_one("#link")["value"]).removeprefix("http://localhost")  # type: ignore[index]
    bobs = app.test_client()
    submit(bobs, url, {"password": "zelený vlak jede pomalu"})
    bobs.delete_cookie("cjm")
    assert enter(bobs, bob.email, PASSWORD).status_code == 422
    assert enter(bobs, bob.email, "zelený vlak jede pomalu").status_code == 303


def test_the_list_costs_the_same_number_of_statements_for_any_number_of_people(
    client: FlaskClient, make: Factory, queries: QueryCounter
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"))
    counts = []
    for people in (1, 10):
        for _person in range(people):
            make.user(workspace=workspace)
        queries.statements.clear()
        client.get("/people")
        counts.append(len(queries.statements))
    assert counts[0] == counts[1]


def test_s72_what_was_done_is_on_record_and_only_that(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"))
    submit(
        client, "/people", {"email": "new@example.org"}, selector='form[aria-labelledby="invite"]'
    )
    submit(client, "/people", {"email": "bad"}, selector='form[aria-labelledby="invite"]')
    make.user(workspace=make.workspace())

    page = open_page(client, "/audit")

    words = [row.select("td")[1].get_text(strip=True) for row in page.select("tbody tr")]
    assert words == ["One-time link made", "Let in"]
    assert "Person new@example.org" in " ".join(page.get_text(" ").split())


PLACE_OF_ACTION = {"record": 1, "record_change": 0}


def recorded_actions() -> set[str]:
    """The actions that the product writes into its audit log, where a call names them."""
    found = set()
    for path in (ROOT / "cjm_feedback").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (name := _name_of(node.func)) in PLACE_OF_ACTION:
                given = node.args[PLACE_OF_ACTION[name] :][:1]
                found |= {str(one.value) for one in given if isinstance(one, ast.Constant)}
    return found


def _name_of(called: ast.expr) -> str:
    return str(getattr(called, "attr", "") or getattr(called, "id", ""))


def test_every_act_on_record_has_words() -> None:
    actions = recorded_actions()

    assert len(actions) > 10
    assert not [action for action in actions if act_in_words(action) == action]


@pytest.mark.both_databases
def test_the_record_is_read_page_by_page_and_one_workspace_only(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    workspace, other = make.workspace(), make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"))
    for number in range(120):
        place = other if number % 2 else workspace
        session.add(
            AuditEvent(
                workspace_id=place.id, at=utc_now(), action=f"act-{number}", details={"n": number}
            )
        )
    session.commit()

    first = open_page(client, "/audit")
    older = first.select_one('nav[aria-label="Pages"] a[href*="before"]')
    second = open_page(client, str(older["href"]))  # type: ignore[index]

    rows = [
        row.select("td")[1].get_text(strip=True)
        for p in (first, second)
        for row in p.select("tbody tr")
    ]
    assert rows == [f"act-{number}" for number in range(118, -1, -2)]
    for nonsense in ("x", "-1", "9" * 40, "0"):
        assert client.get(f"/audit?before={nonsense}").status_code == 200


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "bad", ["\x00", "\x00\x1b[31m", "\u202e" * 30, "😀" * 40], ids=["nul", "ansi", "rtl", "emoji"]
)
def test_r22_odd_signs_are_kept_or_replaced_never_a_fault(
    client: FlaskClient, make: Factory, session: Session, bad: str
) -> None:
    sign_in(client, make.user(workspace=make.workspace(), role="admin"))

    invited = submit(
        client,
        "/people",
        {"email": "new@example.org", "name": f"N{bad}"},
        selector='form[aria-labelledby="invite"]',
    )
    refused = submit(
        client, "/people", {"email": f"a{bad}@x.org"}, selector='form[aria-labelledby="invite"]'
    )
    profile = submit(client, "/profile", {"name": bad}, selector='form[action="/profile"]')
    client.delete_cookie("cjm")
    unknown = submit(client, "/sign-in", {"email": f"a{bad}@x.org", "password": f"p{bad}"})

    assert (invited.status_code, profile.status_code) == (200, 303)
    assert refused.status_code in (200, 422)
    assert unknown.status_code == 422
    assert not [one for one in session.scalars(select(User.name)) if "\x00" in one]
