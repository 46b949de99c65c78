from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent
from cjm_feedback.journeys.editing import STAGES_LIMIT
from cjm_feedback.journeys.models import Journey, Stage
from tests.factories import Factory
from tests.pages import check_page, open_page, submit

EDIT = "/journeys/shop/edit"
NEW = "/journeys/shop/stages/new"
FORM = 'form[action$="#panel"]'
WORDS = {"name-cs": "Reklamace", "phase": "after", "department": "care"}


def url_of(stage: Stage, action: str = "") -> str:
    return f"/journeys/shop/stages/{stage.id}" + (f"/{action}" if action else "")


def shown(client: FlaskClient) -> list[str]:
    """The stages on the page in their order, without numbers and language."""
    headings = open_page(client, EDIT).select("#structure h2")
    return [heading.get_text().split(" ")[-1] for heading in headings]


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_r05_a_new_stage_stands_after_the_others_of_its_phase(
    client: FlaskClient, make: Factory, session: Session, journey: Journey
) -> None:
    for stage, phase in zip(journey.stages, ("before", "during", "after"), strict=True):
        stage.phase = phase
    session.commit()

    reply = submit(client, NEW, {**WORDS, "name-cs": "Výběr", "phase": "before"}, selector=FORM)

    stage = session.scalars(select(Stage).where(Stage.key == "vyber")).one()
    assert (reply.status_code, reply.location) == (303, f"{EDIT}#stage-{stage.id}")
    assert (stage.name, stage.phase, stage.department) == ({"cs": "Výběr"}, "before", "care")
    assert shown(client) == ["discovery", "Výběr", "purchase", "experience"]
    assert events(session) == ["stage_added"]


@pytest.mark.usefixtures("journey")
def test_the_key_of_a_second_stage_of_the_same_name_is_another(
    client: FlaskClient, session: Session
) -> None:
    for _ in range(2):
        assert submit(client, NEW, WORDS, selector=FORM).status_code == 303

    keys = session.scalars(select(Stage.key).where(Stage.name != {}).order_by(Stage.id)).all()
    assert keys[-2:] == ["reklamace", "reklamace-2"]


@pytest.mark.usefixtures("journey")
def test_a_refused_stage_keeps_what_was_typed(client: FlaskClient, session: Session) -> None:
    reply = submit(
        client, NEW, {"description-cs": "Co se stane potom", "phase": "never"}, selector=FORM
    )

    assert reply.status_code == 422
    page = check_page(reply)
    assert [link["href"] for link in page.select("#errors a")] == ["#name-en", "#phase"]
    kept = page.select_one("#description-cs")
    assert kept is not None
    assert kept.get_text().strip() == "Co se stane potom"
    assert len(session.scalars(select(Stage)).all()) == 3


def test_r36_a_renamed_stage_keeps_its_key(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    stage = journey.stages[1]

    reply = submit(
        client, url_of(stage), {"name-en": "Checkout", "department": "sales"}, selector=FORM
    )

    assert reply.status_code == 303
    session.refresh(stage)
    assert (stage.key, stage.name["en"], stage.department) == ("purchase", "Checkout", "sales")
    event = session.scalars(select(AuditEvent)).one()
    assert event.details == {"journey": "shop", "name": "en", "department": ["other", "sales"]}


def test_stages_are_moved_by_buttons(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    last = journey.stages[2]
    move = f'form[action="{url_of(last, "move")}"]'

    reply = submit(client, EDIT, {"direction": "up"}, selector=move)

    assert (reply.status_code, reply.location) == (303, f"{EDIT}#stage-{last.id}-up")
    assert shown(client) == ["discovery", "experience", "purchase"]
    assert events(session) == ["stage_moved"]


def test_the_outermost_buttons_are_off_and_change_nothing(
    client: FlaskClient, journey: Journey
) -> None:
    first, last = journey.stages[0], journey.stages[2]
    page = open_page(client, EDIT)
    assert page.select_one(f"#stage-{first.id}-up[disabled]") is not None
    assert page.select_one(f"#stage-{last.id}-down[disabled]") is not None
    assert page.select_one(f"#stage-{last.id}-up[disabled]") is None

    submit(client, EDIT, {"direction": "up"}, selector=f'form[action="{url_of(first, "move")}"]')

    assert shown(client) == ["discovery", "purchase", "experience"]


def test_a_dragged_stage_goes_before_another_or_to_the_end(
    client: FlaskClient, journey: Journey
) -> None:
    discovery, _, experience = journey.stages
    drop = f'form[action="{url_of(experience, "move")}"]'
    submit(client, EDIT, {"before": "discovery"}, selector=drop)
    assert shown(client) == ["experience", "discovery", "purchase"]

    drop = f'form[action="{url_of(discovery, "move")}"]'
    submit(client, EDIT, {"before": ""}, selector=drop)
    assert shown(client) == ["experience", "purchase", "discovery"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"direction": "sideways"}, 404),
        ({}, 404),
        ({"before": "no-such-stage"}, 404),
        ({"before": "nul\0"}, 404),
        ({"before": "purchase"}, 409),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(
    client: FlaskClient, session: Session, journey: Journey, data: dict[str, str], status: int
) -> None:
    journey.stages[1].retired_at = journey.created_at
    session.commit()
    form = f'form[action="{url_of(journey.stages[0], "move")}"]'

    reply = submit(client, EDIT, data, selector=form)

    assert reply.status_code == status
    assert events(session) == []


def test_r36_a_retired_stage_leaves_the_page_and_comes_back(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    stage = journey.stages[1]

    retire = f'form[action="{url_of(stage, "retire")}"]'
    assert submit(client, url_of(stage), selector=retire).location == f"{EDIT}#retired"
    assert shown(client) == ["discovery", "experience"]
    session.refresh(stage)
    assert stage.retired_at is not None

    restore = f'form[action="{url_of(stage, "restore")}"]'
    assert submit(client, EDIT, selector=restore).status_code == 303
    assert sorted(shown(client)) == ["discovery", "experience", "purchase"]
    assert events(session) == ["stage_retired", "stage_restored"]


def test_the_last_stage_stays(client: FlaskClient, session: Session, journey: Journey) -> None:
    for stage in journey.stages[1:]:
        stage.retired_at = journey.created_at
    session.commit()
    stage = journey.stages[0]

    reply = submit(client, url_of(stage), selector=f'form[action="{url_of(stage, "retire")}"]')

    assert reply.status_code == 422
    assert "A journey needs a stage" in check_page(reply).select_one("#errors").get_text()  # type: ignore[union-attr]
    session.refresh(stage)
    assert stage.retired_at is None


def test_only_a_stage_without_touchpoints_is_deleted(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    full = journey.stages[0]
    submit(client, NEW, WORDS, selector=FORM)
    empty = session.scalars(select(Stage).where(Stage.key == "reklamace")).one()
    assert open_page(client, url_of(full)).select_one('form[action$="/delete"]') is None

    form = f'form[action="{url_of(empty, "delete")}"]'
    refused = submit(client, url_of(empty), selector=form, to=url_of(full, "delete"))
    assert refused.status_code == 422
    assert submit(client, url_of(empty), selector=form).status_code == 303

    keys = session.scalars(select(Stage.key).order_by(Stage.position)).all()
    assert keys == ["discovery", "purchase", "experience"]
    assert events(session) == ["stage_added", "stage_deleted"]


def test_there_are_not_more_stages_than_a_map_can_show(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    session.add_all(
        Stage(journey_id=journey.id, key=f"s{place}", position=place, phase="after", name={})
        for place in range(STAGES_LIMIT - 3)
    )
    session.commit()

    reply = submit(client, NEW, WORDS, selector=FORM)

    assert reply.status_code == 422
    assert check_page(reply).select_one("#name-cs[value=Reklamace]") is not None
