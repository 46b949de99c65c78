from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import pytest
import segno
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent, Workspace
from cjm_feedback.journeys.models import Channel, Journey
from cjm_feedback.surveys.models import Link, Survey
from tests.factories import Factory, sign_in
from tests.pages import check_page, form_data, open_page, submit

PAGE = "/surveys/delivery"
NEW = "form#new-link"


@pytest.fixture
def workspace(client: FlaskClient, make: Factory) -> Workspace:
    """A workspace whose admin is signed in."""
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"), workspace)
    return workspace


@pytest.fixture
def journey(make: Factory, workspace: Workspace) -> Journey:
    return make.journey(workspace=workspace, slug="shop", stages=("purchase", "experience"))


@pytest.fixture
def survey(make: Factory, journey: Journey) -> Survey:
    return make.survey(journey=journey, slug="delivery")


@pytest.fixture
def email(make: Factory, workspace: Workspace) -> Channel:
    return make.channel(workspace=workspace, key="email")


def url_of(link: Link, action: str) -> str:
    return f"{PAGE}/links/{link.id}/{action}"


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


@pytest.mark.both_databases
def test_a_link_is_made_and_shows_the_address_to_hand_out(
    client: FlaskClient, session: Session, journey: Journey, survey: Survey, email: Channel
) -> None:
    chosen = {"touchpoint": "experience-point", "channel": "email", "campaign": " podzim "}

    reply = submit(client, PAGE, chosen, selector=NEW)

    link = session.scalars(select(Link)).one()
    assert (reply.status_code, reply.location) == (303, f"{PAGE}#link-{link.id}")
    assert link.touchpoint_id == journey.stages[1].touchpoints[0].id
    assert (link.survey_id, link.channel_id, link.campaign) == (survey.id, email.id, "podzim")
    item = open_page(client, PAGE).select_one(f"#link-{link.id}")
    assert item is not None
    shown = item.select_one(f'a[href="http://localhost/s/{link.public_id}"]')
    assert shown is not None
    assert client.get(f"/s/{link.public_id}").status_code == 200
    assert "podzim" in item.get_text()
    assert events(session) == ["survey_link_added"]


@pytest.mark.usefixtures("survey", "email")
def test_s21_a_link_leads_to_nothing_foreign(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    make.journey(stages=("elsewhere",))
    make.channel(key="pigeon")
    good = {"touchpoint": "purchase-point", "channel": "email", "campaign": "jaro"}

    for foreign in (
        {"touchpoint": "elsewhere-point"},
        {"channel": "pigeon"},
        {"touchpoint": ""},
        {"campaign": "x" * 121},
    ):
        reply = submit(client, PAGE, {**good, **foreign}, selector=NEW)
        assert reply.status_code == 422
        [name] = foreign
        page = check_page(reply)
        assert [link["href"] for link in page.select("#errors a")] == [f"#{name}"]
        kept = page.select_one("#campaign")
        assert kept is not None
        assert kept["value"] == {**good, **foreign}["campaign"]
    assert session.scalars(select(Link)).all() == []
    assert events(session) == []


def test_a_survey_of_the_whole_journey_has_links_without_a_touchpoint(
    client: FlaskClient, make: Factory, session: Session, journey: Journey, email: Channel
) -> None:
    make.survey(journey=journey, slug="delivery", scope="journey")
    assert open_page(client, PAGE).select_one("#touchpoint") is None

    assert submit(client, PAGE, {"channel": "email"}, selector=NEW).status_code == 303

    link = session.scalars(select(Link)).one()
    assert (link.touchpoint_id, link.channel_id) == (None, email.id)
    assert "The whole journey" in open_page(client, PAGE).select(f"#link-{link.id}")[0].get_text()


def test_customers_see_at_once_that_a_link_was_switched_off_and_on(
    client: FlaskClient, make: Factory, session: Session, survey: Survey
) -> None:
    link = make.link(survey)
    address = f"/s/{link.public_id}"
    assert client.get(address).status_code == 200

    off = f'form[action="{url_of(link, "disable")}"]'
    assert submit(client, PAGE, selector=off).location == f"{PAGE}#link-{link.id}"
    assert client.get(address).status_code == 410
    assert open_page(client, PAGE).select_one(f'#link-{link.id} a[href*="/s/"]') is None

    on = f'form[action="{url_of(link, "enable")}"]'
    assert submit(client, PAGE, selector=on).status_code == 303
    assert client.get(address).status_code == 200
    assert events(session) == ["survey_link_disabled", "survey_link_enabled"]


def test_switching_off_twice_keeps_the_first_moment(
    client: FlaskClient, make: Factory, session: Session, survey: Survey
) -> None:
    link = make.link(survey)
    token = form_data(open_page(client, PAGE), NEW)
    client.post(url_of(link, "disable"), data=token)
    first = session.scalar(select(Link.disabled_at))

    client.post(url_of(link, "disable"), data=token)

    assert first is not None
    assert session.scalar(select(Link.disabled_at)) == first


def test_s21_a_link_of_another_survey_is_not_found(
    client: FlaskClient, make: Factory, session: Session, journey: Journey, survey: Survey
) -> None:
    other = make.link(make.survey(journey=journey, slug="other"))
    token = form_data(open_page(client, PAGE), NEW)

    for action in ("disable", "enable"):
        assert client.post(url_of(other, action), data=token).status_code == 404
    assert client.get(url_of(other, "qr.svg")).status_code == 404
    assert client.get(f"{PAGE}/links/999999/qr.svg").status_code == 404
    assert client.get(f"{PAGE}/links/{2**40}/qr.svg").status_code == 404
    assert session.scalar(select(Link.disabled_at)) is None
    assert survey.id


def test_the_qr_code_holds_the_address_and_stands_on_the_page(
    client: FlaskClient, make: Factory, survey: Survey
) -> None:
    link = make.link(survey)
    page = open_page(client, PAGE)
    image = page.select_one(f"#link-{link.id} img")
    assert image is not None
    assert link.public_id in str(image["alt"])

    reply = client.get(str(image["src"]))

    assert reply.status_code == 200
    assert reply.content_type == "image/svg+xml; charset=utf-8"
    assert ET.fromstring(reply.data).tag.endswith("svg")  # noqa: S314 - our own drawing
    expected = io.BytesIO()
    code = segno.make_qr(f"http://localhost/s/{link.public_id}", error="m")
    code.save(expected, kind="svg", scale=4, border=4, light="#fff", svgclass=None)
    assert reply.data == expected.getvalue()
    download = page.select_one(f'#link-{link.id} a[download$=".svg"]')
    assert download is not None
    assert download["href"] == image["src"]


def test_links_of_retired_touchpoints_say_so(
    client: FlaskClient, make: Factory, session: Session, survey: Survey
) -> None:
    link = make.link(survey)
    assert link.touchpoint is not None
    link.touchpoint.retired_at = survey.created_at
    session.commit()

    item = open_page(client, PAGE).select_one(f"#link-{link.id}")

    assert item is not None
    assert "retired touchpoint" in item.get_text()
    offered = open_page(client, PAGE).select("#touchpoint option")
    assert [option["value"] for option in offered] == ["experience-point"]
