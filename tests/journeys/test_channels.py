from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent, Workspace
from cjm_feedback.journeys.models import Channel, Journey
from tests.factories import Factory
from tests.journeys.answering import answer
from tests.pages import check_page, open_page, submit

LIST = "/channels"
NEW = 'form[action^="/channels#"]'

pytestmark = pytest.mark.usefixtures("admin")


@pytest.fixture
def web(make: Factory, workspace: Workspace) -> Channel:
    return make.channel(workspace=workspace, key="web")


@pytest.fixture
def app_channel(make: Factory, workspace: Workspace, web: Channel) -> Channel:
    """A second channel, after the one called web."""
    return make.channel(workspace=workspace, key="app")


def url_of(channel: Channel, action: str = "") -> str:
    return f"{LIST}/{channel.id}" + (f"/{action}" if action else "")


def shown(client: FlaskClient) -> list[str]:
    return [one.get_text() for one in open_page(client, LIST).select("#channels li b")]


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_r09_a_channel_is_added_last(
    client: FlaskClient, session: Session, workspace: Workspace, web: Channel
) -> None:
    reply = submit(client, LIST, {"name-cs": "Billboardy", "paid": "y"}, selector=NEW)

    made = session.scalars(select(Channel).where(Channel.key == "billboardy")).one()
    assert (reply.status_code, reply.location) == (303, f"{LIST}#channel-{made.id}")
    assert (made.workspace_id, made.paid) == (workspace.id, True)
    assert shown(client) == ["en: web", "Billboardy"]
    assert events(session) == ["channel_added"]


def test_a_channel_without_a_name_is_refused(client: FlaskClient, session: Session) -> None:
    reply = submit(client, LIST, {"paid": "y"}, selector=NEW)

    assert reply.status_code == 422
    page = check_page(reply)
    assert [link["href"] for link in page.select("#errors a")] == ["#name-en"]
    assert page.select_one("#paid[checked]") is not None
    assert session.scalars(select(Channel)).all() == []


def test_a_channel_is_changed(client: FlaskClient, session: Session, web: Channel) -> None:
    assert submit(client, url_of(web), {"name-en": "Website", "paid": "y"}).status_code == 303

    session.refresh(web)
    assert (web.key, web.name["en"], web.paid) == ("web", "Website", True)
    event = session.scalars(select(AuditEvent)).one()
    assert event.details == {"name": "en", "paid": [False, True]}


def test_channels_are_put_into_another_order(client: FlaskClient, app_channel: Channel) -> None:
    form = f'form[action="{url_of(app_channel, "move")}"]'

    reply = submit(client, LIST, {"direction": "up"}, selector=form)

    assert (reply.status_code, reply.location) == (303, f"{LIST}#channel-{app_channel.id}-up")
    assert shown(client) == ["en: app", "en: web"]


def test_a_retired_channel_is_no_longer_offered_and_comes_back(
    client: FlaskClient, session: Session, journey: Journey, app_channel: Channel
) -> None:
    new_touchpoint = f"/journeys/{journey.slug}/touchpoints/new"
    retire = f'form[action="{url_of(app_channel, "retire")}"]'
    assert submit(client, url_of(app_channel), selector=retire).status_code == 303
    assert shown(client) == ["en: web"]
    assert "en: app" not in open_page(client, new_touchpoint).select("#channel")[0].get_text()

    restore = f'form[action="{url_of(app_channel, "restore")}"]'
    assert submit(client, LIST, selector=restore).status_code == 303
    assert shown(client) == ["en: web", "en: app"]
    assert events(session) == ["channel_retired", "channel_restored"]


def test_the_last_channel_stays(client: FlaskClient, session: Session, web: Channel) -> None:
    for action in ("retire", "delete"):
        form = f'form[action="{url_of(web, action)}"]'
        assert submit(client, url_of(web), selector=form).status_code == 422

    assert shown(client) == ["en: web"]
    assert events(session) == []


@pytest.mark.both_databases
@pytest.mark.parametrize("used_by", ["touchpoint", "link", "answer", "rule"])
def test_a_channel_that_something_names_is_not_deleted(
    client: FlaskClient,
    make: Factory,
    session: Session,
    journey: Journey,
    app_channel: Channel,
    used_by: str,
) -> None:
    if used_by == "touchpoint":
        journey.stages[0].touchpoints[0].channel_id = app_channel.id
        session.commit()
    elif used_by == "rule":
        names_it = {"field": "channel", "op": "in", "value": ["web", "app"]}
        make.persona(journey, conditions=[names_it])
    else:
        link = make.link(make.survey(journey=journey), channel=app_channel)
        if used_by == "answer":
            answer(session, link)
    page = open_page(client, url_of(app_channel))
    delete = url_of(app_channel, "delete")
    assert page.select_one(f'form[action="{delete}"]') is None

    reply = submit(client, url_of(app_channel), to=delete)

    assert reply.status_code == 422
    assert shown(client) == ["en: web", "en: app"]


def test_an_unused_channel_is_deleted(
    client: FlaskClient, session: Session, app_channel: Channel
) -> None:
    form = f'form[action="{url_of(app_channel, "delete")}"]'

    assert submit(client, url_of(app_channel), selector=form).status_code == 303

    assert shown(client) == ["en: web"]
    assert events(session) == ["channel_deleted"]


def test_the_way_back_to_the_journey_at_hand_is_shown(
    client: FlaskClient, make: Factory, journey: Journey
) -> None:
    assert open_page(client, LIST).select_one('a[href$="/shop/personas"]') is None

    open_page(client, f"/journeys/{journey.slug}/edit")

    assert open_page(client, LIST).select_one('a[href$="/shop/personas"]') is not None
    with client.session_transaction() as browser:
        browser["journey"] = make.journey(slug="foreign").slug
    assert open_page(client, LIST).select_one('main a[href*="/foreign/"]') is None
