"""Whose answers they were, after the rules have changed."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.journeymap.measures import Measures, measure
from cjm_feedback.journeys.models import Journey, PersonaRule
from cjm_feedback.questionnaire.answers import AnswerValue
from cjm_feedback.responses import personas
from cjm_feedback.responses.models import Response
from cjm_feedback.responses.personas import persona_rules, reassign_personas
from cjm_feedback.responses.services import withdraw_response
from cjm_feedback.rollups.queries import read_all_cells, read_cells
from cjm_feedback.rollups.services import (
    CellChange,
    CellKeyTuple,
    contribution,
    fold,
    record_changes,
)
from tests.conftest import NOW
from tests.factories import Factory
from tests.responses.test_services import submit

UNHAPPY = {"field": "answer:csat", "op": "at_most", "value": 2}


def of_persona(session: Session, journey: Journey, persona_id: int) -> dict[str, Measures]:
    cells = read_cells(session, journey.id, persona_id=persona_id)
    return {series: measures for (_, series), measures in cells.items()}


@pytest.mark.both_databases
def test_answers_move_to_the_persona_of_a_new_rule_with_all_their_figures(
    session: Session, make: Factory
) -> None:
    link = make.link()
    journey = link.survey.journey
    for number, csat in enumerate([1, 2, 5]):
        submit(session, link, key=str(number), answers={"csat": AnswerValue(number=csat)})
    fold(session)
    whole = read_cells(session, journey.id)
    persona = make.persona(journey, conditions=[UNHAPPY])

    assert reassign_personas(session, journey, at=NOW) == 2

    assert of_persona(session, journey, persona.id) == {
        "responses": measure("responses") + measure("responses"),
        "csat": measure("csat", 1) + measure("csat", 2),
    }
    assert of_persona(session, journey, 0)["csat"] == measure("csat", 5)
    assert read_cells(session, journey.id) == whole, "nothing else moves"
    assert reassign_personas(session, journey, at=NOW) == 0


def test_what_was_read_in_the_meantime_moves_too(session: Session, make: Factory) -> None:
    link = make.link()
    receipt = submit(session, link)
    key = CellKeyTuple(
        *contribution(session, receipt.response_id)[0].key._replace(series="written")
    )
    change = CellChange(key, measure("written", -0.7))
    record_changes(session, [change], response_id=receipt.response_id, reason="score", at=NOW)
    persona = make.persona(link.survey.journey, conditions=[UNHAPPY])

    reassign_personas(session, link.survey.journey, at=NOW)

    assert of_persona(session, link.survey.journey, persona.id)["written"] == change.measures


def test_answers_go_back_to_nobody_when_their_rule_goes(session: Session, make: Factory) -> None:
    link = make.link()
    journey = link.survey.journey
    persona = make.persona(journey, conditions=[UNHAPPY])
    submit(session, link)
    assert of_persona(session, journey, persona.id)

    persona.retired_at = NOW
    session.commit()
    reassign_personas(session, journey, at=NOW)

    assert of_persona(session, journey, persona.id) == {}
    assert session.scalars(select(Response.persona_id)).all() == [None]


def test_what_was_withdrawn_stays_out(session: Session, make: Factory) -> None:
    link = make.link()
    receipt = submit(session, link)
    withdraw_response(session, session.get_one(Response, receipt.response_id), at=NOW)
    make.persona(link.survey.journey, conditions=[])

    assert reassign_personas(session, link.survey.journey, at=NOW) == 0
    assert read_all_cells(session, link.survey.journey_id) == {}


def test_another_journeys_answers_stay_where_they_are(session: Session, make: Factory) -> None:
    link, other = make.link(), make.link()
    submit(session, other)
    make.persona(link.survey.journey, conditions=[])

    assert reassign_personas(session, link.survey.journey, at=NOW) == 0


def test_more_answers_than_fit_in_a_chunk_are_all_looked_at(
    session: Session, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personas, "CHUNK", 2)
    link = make.link()
    for number in range(5):
        submit(session, link, key=str(number))
    make.persona(link.survey.journey, conditions=[])

    assert reassign_personas(session, link.survey.journey, at=NOW) == 5


def test_a_stored_rule_that_nobody_understands_keeps_nobody_from_answering(
    session: Session, make: Factory
) -> None:
    link = make.link()
    persona = make.persona(link.survey.journey, conditions=[])
    session.add(
        PersonaRule(
            journey_id=persona.journey_id,
            persona_id=persona.id,
            position=0,
            conditions={"all": [{"field": "shoe size", "op": "is", "value": 42}]},
        )
    )
    session.commit()

    receipt = submit(session, link)

    assert session.get_one(Response, receipt.response_id).persona_id == persona.id
    assert [rule.conditions for rule in persona_rules(session, persona.journey_id)] == [()]
