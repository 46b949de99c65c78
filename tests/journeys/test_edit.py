from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent, User, Workspace
from cjm_feedback.journeys.editing import GOALS_LIMIT
from cjm_feedback.journeys.models import BusinessGoal, Journey
from cjm_feedback.journeys.zones import timezone_choices
from tests.conftest import QueryCounter
from tests.factories import Factory, said, sign_in
from tests.pages import check_page, form_data, open_page, submit

EDIT = "/journeys/shop/edit"
SETTINGS = 'form[action^="/journeys/shop/edit"]'
NEW_GOAL = 'form[action^="/journeys/shop/goals#"]'


@pytest.fixture
def goals(session: Session, journey: Journey) -> list[BusinessGoal]:
    made = [
        BusinessGoal(journey_id=journey.id, position=place, text=said(text))
        for place, text in enumerate(("loyalty", "speed", "joy"))
    ]
    session.add_all(made)
    session.commit()
    return made


def goal_order(session: Session) -> list[str]:
    session.expire_all()
    goals = session.scalars(select(BusinessGoal).order_by(BusinessGoal.position))
    return [goal.text["en"].removeprefix("en: ") for goal in goals]


def last_event(session: Session) -> tuple[str, str, str]:
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    return event.action, event.object_kind, event.object_id


@pytest.mark.usefixtures("journey")
def test_the_page_shows_stages_with_their_touchpoints_in_order(client: FlaskClient) -> None:
    page = open_page(client, EDIT)

    assert [heading.get_text() for heading in page.select("#structure h2")] == [
        "1. en: discovery",
        "2. en: purchase",
        "3. en: experience",
    ]
    assert "en: purchase-point" in page.select("#structure section")[1].get_text()


def test_s20_staff_may_not_edit_a_journey(
    client: FlaskClient, make: Factory, workspace: Workspace, journey: Journey
) -> None:
    sign_in(client, make.user(workspace=workspace, role="staff"), workspace)

    assert client.get(EDIT).status_code == 403


def test_a_new_name_and_time_zone_are_kept_and_written_down(
    client: FlaskClient, session: Session, journey: Journey, admin: User
) -> None:
    reply = submit(
        client,
        EDIT,
        {"name-cs": "Nákup", "name-ru": "", "timezone": "Asia/Almaty"},
        selector=SETTINGS,
    )

    assert (reply.status_code, reply.location) == (303, f"{EDIT}#panel")
    session.refresh(journey)
    assert journey.name == {"cs": "Nákup", "pl": "pl: journey", "en": "en: journey"}
    assert journey.timezone == "Asia/Almaty"
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.object_id, event.user_id) == ("journey_changed", "shop", admin.id)
    assert event.details == {"name": "cs, ru", "timezone": ["Europe/Prague", "Asia/Almaty"]}


def test_saving_what_is_there_already_writes_nothing_down(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    assert submit(client, EDIT, selector=SETTINGS).status_code == 303
    assert session.scalars(select(AuditEvent)).all() == []


@pytest.mark.usefixtures("journey")
def test_a_refused_form_keeps_what_was_typed_and_links_to_the_fault(client: FlaskClient) -> None:
    empty = {"name-cs": "", "name-pl": "", "name-ru": "", "name-en": "", "timezone": "Mars/Olympus"}

    reply = submit(client, EDIT, empty, selector=SETTINGS)

    assert reply.status_code == 422
    page = check_page(reply)
    assert [link["href"] for link in page.select("#errors a")] == ["#name-en", "#timezone"]
    assert page.select_one("#name-en[value='']") is not None

    long = submit(client, EDIT, {"name-pl": "ż" * 81}, selector=SETTINGS)
    kept = check_page(long).select_one("#name-pl")
    assert kept is not None
    assert kept["value"] == "ż" * 81


def test_a_zone_that_the_list_does_not_have_stays_until_another_is_chosen(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    assert "Etc/GMT+5" not in [choice.value for choice in timezone_choices()]
    journey.timezone = "Etc/GMT+5"
    session.commit()

    assert submit(client, EDIT, selector=SETTINGS).status_code == 303
    session.refresh(journey)
    assert journey.timezone == "Etc/GMT+5"


@pytest.mark.both_databases
def test_signs_that_no_database_holds_are_replaced(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    reply = submit(client, EDIT, {"name-cs": "Ná\0kup\x1b"}, selector=SETTINGS)

    assert reply.status_code == 303
    session.refresh(journey)
    assert journey.name["cs"] == "Ná\N{REPLACEMENT CHARACTER}kup\N{REPLACEMENT CHARACTER}"


@pytest.mark.both_databases
def test_r11_goals_are_added_changed_and_removed(
    client: FlaskClient, session: Session, journey: Journey, goals: list[BusinessGoal]
) -> None:
    reply = submit(client, EDIT, {"text-cs": "Víc stálých"}, selector=NEW_GOAL)
    assert (reply.status_code, reply.location) == (303, f"{EDIT}#goals")
    added = session.scalars(select(BusinessGoal).order_by(BusinessGoal.position.desc())).first()
    assert added is not None
    assert added.text == {"cs": "Víc stálých"}
    assert last_event(session) == ("goal_added", "goal", str(added.id))

    url = f"/journeys/shop/goals/{goals[0].id}"
    changed = submit(client, url, {"text-en": "Fidelity"}, selector=f'form[action^="{url}#"]')
    assert changed.status_code == 303
    session.refresh(goals[0])
    assert goals[0].text["en"] == "Fidelity"
    assert last_event(session)[0] == "goal_changed"

    assert submit(client, EDIT, selector=f'form[action="{url}/remove"]').status_code == 303
    assert session.scalar(select(BusinessGoal).where(BusinessGoal.id == goals[0].id)) is None
    assert last_event(session)[0] == "goal_removed"


@pytest.mark.usefixtures("goals")
def test_a_goal_without_words_is_refused(client: FlaskClient, session: Session) -> None:
    reply = submit(client, EDIT, {"text-cs": "  "}, selector=NEW_GOAL)

    assert reply.status_code == 422
    page = check_page(reply)
    assert [link["href"] for link in page.select("#errors a")] == ["#text-en"]
    assert page.select_one("#goals details[open]") is not None
    assert len(goal_order(session)) == 3


def test_goals_are_put_into_another_order(
    client: FlaskClient, session: Session, goals: list[BusinessGoal]
) -> None:
    url = f"/journeys/shop/goals/{goals[2].id}/move"

    reply = submit(client, EDIT, {"direction": "up"}, selector=f'form[action="{url}"]')

    assert (reply.status_code, reply.location) == (303, f"{EDIT}#goal-{goals[2].id}-up")
    assert goal_order(session) == ["loyalty", "joy", "speed"]


def test_there_are_not_more_goals_than_a_map_can_show(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    session.add_all(
        BusinessGoal(journey_id=journey.id, position=place, text=said(str(place)))
        for place in range(GOALS_LIMIT)
    )
    session.commit()

    reply = submit(client, EDIT, {"text-cs": "Ještě jeden"}, selector=NEW_GOAL)

    assert reply.status_code == 422
    kept = check_page(reply).select_one("#text-cs")
    assert kept is not None
    assert kept.get_text().strip() == "Ještě jeden"


@pytest.mark.usefixtures("journey")
def test_other_journeys_and_the_way_to_a_new_one_are_offered(
    client: FlaskClient, make: Factory, workspace: Workspace
) -> None:
    make.journey(workspace=workspace, slug="restaurant")
    make.journey(slug="foreign")

    page = open_page(client, EDIT)

    assert page.select_one('a[href="/journeys/restaurant/edit"]') is not None
    assert page.select_one('a[href="/journeys/foreign/edit"]') is None
    assert page.select_one('#panel a[href="/setup"]') is not None


def test_the_page_costs_the_same_however_long_the_journey_is(
    client: FlaskClient, make: Factory, journey: Journey, queries: QueryCounter
) -> None:
    open_page(client, EDIT)
    few = len(queries.statements)
    for number in range(6):
        stage = make.stage(journey, key=f"stage-{number}", position=number)
        for _ in range(3):
            make.touchpoint(stage)
    queries.statements.clear()

    open_page(client, EDIT)

    assert len(queries.statements) <= few


def test_every_form_of_the_page_carries_its_token(
    client: FlaskClient, journey: Journey, goals: list[BusinessGoal]
) -> None:
    page = open_page(client, EDIT)

    forms = page.select("main form[method=post]")
    assert len(forms) > 10
    assert all(form.select_one("input[name=csrf_token][value]") for form in forms)
    assert client.post(EDIT, data={"name-cs": "x"}).status_code == 400
    assert form_data(page, SETTINGS)["timezone"] == "Europe/Prague"
