"""S-21: nothing of another workspace, nor of another journey, is reached by its number."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent
from cjm_feedback.journeys.models import (
    BusinessGoal,
    Channel,
    Journey,
    Persona,
    PersonaRule,
    Stage,
    Touchpoint,
)
from tests.factories import Factory, said
from tests.pages import form_data, open_page

BLUEPRINTS = ("journeys", "stages", "touchpoints", "personas", "persona_rules", "channels")
PARTS = (BusinessGoal, Stage, Touchpoint, Persona, PersonaRule, Channel)
NOWHERE = 999_999
METHODS = ("GET", "POST")
CODE = re.compile("[0-9a-f]{12}")


@dataclass(frozen=True)
class Theirs:
    """A journey that the admin has no business with, and one of each of its parts."""

    journey: Journey
    ids: dict[str, int]


def furnish(make: Factory, session: Session, journey: Journey) -> Theirs:
    persona = make.persona(
        journey, conditions=[{"field": "language", "op": "is", "value": "cs"}] * 2
    )
    goal = BusinessGoal(journey_id=journey.id, position=0, text=said("goal"))
    session.add(goal)
    session.commit()
    rule = session.scalars(select(PersonaRule).where(PersonaRule.persona_id == persona.id)).one()
    stage = journey.stages[0]
    return Theirs(
        journey,
        {
            "goal_id": goal.id,
            "stage_id": stage.id,
            "touchpoint_id": stage.touchpoints[0].id,
            "persona_id": persona.id,
            "rule_id": rule.id,
            "channel_id": make.channel(workspace=journey.workspace).id,
            "place": 0,
        },
    )


def addresses(app: Flask, slug: str, ids: dict[str, int]) -> list[tuple[str, str]]:
    """Method and path of every page that names a part by its number."""
    found = []
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        names = rule.arguments - {"journey_slug"}
        if rule.endpoint.split(".")[0] not in BLUEPRINTS or not names:
            continue
        values: dict[str, str | int] = {name: ids[name] for name in names}
        if "journey_slug" in rule.arguments:
            values["journey_slug"] = slug
        path = urls.build(rule.endpoint, values)
        found += [(method, path) for method in sorted(rule.methods or ()) if method in METHODS]
    return found


def state(session: Session) -> list[dict[str, object]]:
    session.expire_all()
    return [
        {column.key: getattr(row, column.key) for column in kind.__table__.columns}
        for kind in (Journey, *PARTS)
        for row in session.scalars(select(kind).order_by(kind.id))
    ]


def visible(text: str) -> str:
    """A page without its code, which is another one each time."""
    return CODE.sub("", text)


@pytest.mark.parametrize("neighbour", ["another workspace", "the same workspace"])
def test_s21_a_foreign_number_looks_like_one_that_does_not_exist(
    app: Flask,
    client: FlaskClient,
    make: Factory,
    session: Session,
    journey: Journey,
    neighbour: str,
) -> None:
    elsewhere = make.workspace()
    workspace = elsewhere if neighbour == "another workspace" else journey.workspace
    theirs = furnish(make, session, make.journey(workspace=workspace))
    if neighbour == "the same workspace":  # channels are shared by its journeys
        theirs.ids["channel_id"] = make.channel(workspace=elsewhere).id
    before = state(session)
    token = form_data(open_page(client, f"/journeys/{journey.slug}/edit"))
    form = {
        **token,
        "direction": "up",
        "name-cs": "x",
        "text-cs": "x",
        "stage": theirs.journey.stages[0].key,
    }
    nowhere = dict.fromkeys(theirs.ids, NOWHERE)
    pairs = list(
        zip(
            addresses(app, journey.slug, theirs.ids),
            addresses(app, journey.slug, nowhere),
            strict=True,
        )
    )
    assert len(pairs) > 35

    for (method, path), (_, random_path) in pairs:
        data = form if method == "POST" else None
        reply = client.open(path, method=method, data=data)
        assert reply.status_code == 404, f"{method} {path}"
        random_reply = client.open(random_path, method=method, data=data)
        hidden = visible(reply.text).replace(path, "")
        assert hidden == visible(random_reply.text).replace(random_path, "")

    assert state(session) == before
    assert session.scalars(select(AuditEvent)).all() == []


@pytest.mark.usefixtures("admin")
def test_s21_a_foreign_journey_is_not_found(client: FlaskClient, make: Factory) -> None:
    foreign = make.journey()

    for tail in ("edit", "stages/new", "touchpoints/new", "personas", "personas/new"):
        assert client.get(f"/journeys/{foreign.slug}/{tail}").status_code == 404


def test_s21_keys_of_another_journey_are_not_among_the_choices(
    client: FlaskClient, make: Factory, session: Session, journey: Journey
) -> None:
    make.journey(stages=("elsewhere",))
    make.channel(key="their-channel")
    url = f"/journeys/{journey.slug}/touchpoints/new"
    token = form_data(open_page(client, url), 'form[action$="#panel"]')
    before = state(session)

    for foreign in ({"stage": "elsewhere"}, {"channel": "their-channel"}):
        reply = client.post(url, data={**token, "name-cs": "x", **foreign})
        assert reply.status_code == 422

    touchpoint = journey.stages[0].touchpoints[0]
    move = f"/journeys/{journey.slug}/touchpoints/{touchpoint.id}/move"
    for drop in (
        {"stage": "elsewhere", "before": ""},
        {"stage": "purchase", "before": "elsewhere-point"},
    ):
        assert client.post(move, data={**token, **drop}).status_code == 404
    assert state(session) == before
