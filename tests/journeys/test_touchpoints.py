from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent, Workspace
from cjm_feedback.journeys.models import Channel, Journey, Touchpoint
from tests.factories import Factory
from tests.journeys.answering import answer, withdrawn_answer
from tests.pages import check_page, open_page, submit

EDIT = "/journeys/shop/edit"
NEW = "/journeys/shop/touchpoints/new"
FORM = 'form[action$="#panel"]'


@pytest.fixture
def web(make: Factory, workspace: Workspace) -> Channel:
    return make.channel(workspace=workspace, key="web")


@pytest.fixture
def payment(make: Factory, journey: Journey) -> Touchpoint:
    """The second touchpoint of the stage purchase, after `purchase-point`."""
    return make.touchpoint(journey.stages[1], key="payment", position=1)


def url_of(touchpoint: Touchpoint, action: str = "") -> str:
    return f"/journeys/shop/touchpoints/{touchpoint.id}" + (f"/{action}" if action else "")


def shown(client: FlaskClient, stage: str = "purchase") -> list[str]:
    """The touchpoints of a stage on the page in their order."""
    items = open_page(client, EDIT).select(f'ul[data-stage="{stage}"] > li')
    return [str(item["data-item"]) for item in items]


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_r07_a_new_touchpoint_stands_last_in_its_stage(
    client: FlaskClient, session: Session, journey: Journey, web: Channel
) -> None:
    page = open_page(client, f"{NEW}?stage=purchase")
    chosen = page.select_one("#stage option[selected]")
    assert chosen is not None
    assert chosen["value"] == "purchase"

    reply = submit(
        client,
        f"{NEW}?stage=purchase",
        {"name-cs": "Platba", "name-en": "Payment", "channel": "web", "initiative": "customer"},
        selector=FORM,
    )

    made = session.scalars(select(Touchpoint).where(Touchpoint.key == "payment")).one()
    assert (reply.status_code, reply.location) == (303, f"{EDIT}#touchpoint-{made.id}")
    assert (made.stage_id, made.channel_id) == (journey.stages[1].id, web.id)
    assert (made.initiative, made.name) == ("customer", {"cs": "Platba", "en": "Payment"})
    assert shown(client) == ["purchase-point", "payment"]
    assert events(session) == ["touchpoint_added"]


@pytest.mark.usefixtures("web", "journey")
def test_a_refused_touchpoint_keeps_what_was_typed(client: FlaskClient) -> None:
    reply = submit(client, NEW, {"name-pl": "Płatność", "channel": "carrier-pigeon"}, selector=FORM)

    assert reply.status_code == 422
    page = check_page(reply)
    assert [link["href"] for link in page.select("#errors a")] == ["#channel"]
    assert page.select_one("#name-pl[value=Płatność]") is not None


def test_a_touchpoint_may_have_no_channel_in_particular(
    client: FlaskClient, session: Session, payment: Touchpoint, web: Channel
) -> None:
    payment.channel_id = web.id
    session.commit()

    assert submit(client, url_of(payment), {"channel": ""}, selector=FORM).status_code == 303

    assert session.scalar(select(Touchpoint.channel_id).where(Touchpoint.key == "payment")) is None
    event = session.scalars(select(AuditEvent)).one()
    assert event.details == {"journey": "shop", "channel": ["web", ""]}


def test_a_channel_that_was_retired_since_stays_chosen(
    client: FlaskClient, session: Session, payment: Touchpoint, web: Channel
) -> None:
    payment.channel_id, web.retired_at = web.id, payment.stage.journey.created_at
    session.commit()
    assert open_page(client, NEW).select_one('#channel option[value="web"]') is None

    assert submit(client, url_of(payment), selector=FORM).status_code == 303

    session.refresh(payment)
    assert payment.channel_id == web.id


def test_a_touchpoint_moves_to_the_end_of_another_stage(
    client: FlaskClient, session: Session, payment: Touchpoint
) -> None:
    reply = submit(client, url_of(payment), {"stage": "experience"}, selector=FORM)

    assert reply.status_code == 303
    assert shown(client) == ["purchase-point"]
    assert shown(client, "experience") == ["experience-point", "payment"]
    event = session.scalars(select(AuditEvent)).one()
    assert event.details == {"journey": "shop", "stage": ["purchase", "experience"]}


def test_touchpoints_are_moved_by_buttons(client: FlaskClient, payment: Touchpoint) -> None:
    form = f'form[action="{url_of(payment, "move")}"]'

    reply = submit(client, EDIT, {"direction": "up"}, selector=form)

    assert (reply.status_code, reply.location) == (303, f"{EDIT}#touchpoint-{payment.id}-up")
    assert shown(client) == ["payment", "purchase-point"]
    submit(client, EDIT, {"direction": "down"}, selector=form)
    assert shown(client) == ["purchase-point", "payment"]


@pytest.mark.both_databases
def test_a_dragged_touchpoint_lands_where_it_was_dropped(
    client: FlaskClient, payment: Touchpoint
) -> None:
    form = f'form[action="{url_of(payment, "move")}"]'

    submit(client, EDIT, {"stage": "purchase", "before": "purchase-point"}, selector=form)
    assert shown(client) == ["payment", "purchase-point"]

    submit(client, EDIT, {"stage": "discovery", "before": "discovery-point"}, selector=form)
    assert shown(client, "discovery") == ["payment", "discovery-point"]

    submit(client, EDIT, {"stage": "experience", "before": ""}, selector=form)
    assert shown(client, "experience") == ["experience-point", "payment"]
    assert shown(client, "discovery") == ["discovery-point"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"stage": "no-such-stage"}, 404),
        ({"stage": "purchase\0"}, 404),
        ({"stage": "purchase", "before": "no-such-touchpoint"}, 404),
        ({"stage": "purchase", "before": "retired"}, 409),
        ({"direction": "left"}, 404),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(
    client: FlaskClient,
    make: Factory,
    session: Session,
    payment: Touchpoint,
    data: dict[str, str],
    status: int,
) -> None:
    retired = make.touchpoint(payment.stage, key="retired")
    retired.retired_at = payment.stage.journey.created_at
    session.commit()

    form = f'form[action="{url_of(payment, "move")}"]'
    assert submit(client, EDIT, data, selector=form).status_code == status

    assert events(session) == []


def test_a_neighbour_that_has_moved_away_meanwhile_means_the_end_of_the_stage(
    client: FlaskClient, payment: Touchpoint
) -> None:
    form = f'form[action="{url_of(payment, "move")}"]'

    submit(client, EDIT, {"stage": "purchase", "before": "discovery-point"}, selector=form)

    assert shown(client) == ["purchase-point", "payment"]


def test_a_retired_touchpoint_leaves_the_page_and_comes_back_last(
    client: FlaskClient, session: Session, payment: Touchpoint
) -> None:
    first = payment.stage.touchpoints[0]
    retire = f'form[action="{url_of(first, "retire")}"]'
    assert submit(client, url_of(first), selector=retire).location == f"{EDIT}#retired"
    assert shown(client) == ["payment"]

    stale = f'form[action="{url_of(payment, "move")}"]'
    gone = submit(client, EDIT, {"direction": "up"}, selector=stale, to=url_of(first, "move"))
    assert gone.status_code == 409

    restore = f'form[action="{url_of(first, "restore")}"]'
    assert submit(client, EDIT, selector=restore).status_code == 303
    assert sorted(shown(client)) == ["payment", "purchase-point"]
    assert events(session) == ["touchpoint_retired", "touchpoint_restored"]


def test_the_page_counts_answers_and_links(
    client: FlaskClient, make: Factory, session: Session, payment: Touchpoint
) -> None:
    link = make.link(make.survey(journey=payment.stage.journey), touchpoint=payment)
    for number in range(3):
        answer(session, link, key=f"key {number}")

    item = open_page(client, EDIT).select_one(f"#touchpoint-{payment.id}")

    assert item is not None
    assert "1 link" in item.get_text()
    assert "3 answers" in item.get_text()


@pytest.mark.both_databases
def test_a_touchpoint_with_answers_or_links_is_not_deleted(
    client: FlaskClient, make: Factory, session: Session, payment: Touchpoint
) -> None:
    unused = make.touchpoint(payment.stage, key="unused", position=2)
    make.link(make.survey(journey=payment.stage.journey), touchpoint=payment)
    assert open_page(client, url_of(payment)).select_one('form[action$="/delete"]') is None

    form = f'form[action="{url_of(unused, "delete")}"]'
    refused = submit(client, url_of(unused), selector=form, to=url_of(payment, "delete"))
    assert refused.status_code == 422
    assert "Retire it instead" in check_page(refused).get_text()
    assert submit(client, url_of(unused), selector=form).status_code == 303

    assert shown(client) == ["purchase-point", "payment"]
    assert events(session) == ["touchpoint_deleted"]


@pytest.mark.both_databases
def test_a_touchpoint_of_a_withdrawn_answer_is_not_deleted_either(
    client: FlaskClient, make: Factory, session: Session, payment: Touchpoint, web: Channel
) -> None:
    survey = make.survey(journey=payment.stage.journey)
    withdrawn_answer(session, survey, payment, web)
    form = f'form[action="{url_of(payment, "delete")}"]'

    reply = submit(client, url_of(payment), selector=form)

    assert reply.status_code == 422
    assert shown(client) == ["purchase-point", "payment"]
