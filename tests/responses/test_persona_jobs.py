from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.jobs.models import Job
from cjm_feedback.journeys.models import Journey, Persona
from cjm_feedback.journeys.persona_editing import add_rule, assign_again, move_rule, rules_of
from cjm_feedback.journeys.personas import Condition
from cjm_feedback.responses import persona_jobs, personas
from cjm_feedback.responses.models import Response
from cjm_feedback.responses.persona_jobs import assign_personas
from cjm_feedback.rollups.queries import read_cells
from tests.conftest import NOW
from tests.factories import Factory
from tests.journeys.answering import answer

UNHAPPY = {"field": "answer:csat", "op": "at_most", "value": 2}


def waiting(session: Session) -> list[Job]:
    return list(session.scalars(select(Job).where(Job.kind == "assign_personas")))


@pytest.fixture
def journey(make: Factory, session: Session) -> Journey:
    """A journey with five answers of rising satisfaction."""
    link = make.link()
    for csat in range(1, 6):
        answer(session, link, key=str(csat), csat=csat)
    return link.survey.journey


@pytest.mark.both_databases
def test_a_changed_rule_sorts_the_answers_that_are_there(
    session: Session, make: Factory, journey: Journey
) -> None:
    grumbler = make.persona(journey, conditions=[UNHAPPY])
    happy = Condition("answer:csat", "at_least", 5)
    fan = make.persona(journey, conditions=[{"field": "language", "op": "is", "value": "xx"}])

    add_rule(session, journey, fan, happy, at=NOW)
    [job] = waiting(session)
    result = assign_personas(session, job, at=NOW)

    assert result == {"moved": 3}
    assigned = session.execute(select(Response.persona_id).order_by(Response.id)).scalars().all()
    assert assigned == [grumbler.id, grumbler.id, None, None, fan.id]
    cells = read_cells(session, journey.id, persona_id=fan.id)
    assert {series: measures.n for (_, series), measures in cells.items()} == {
        "responses": 1,
        "csat": 1,
    }


def test_one_waiting_job_is_enough_for_many_changes(
    session: Session, make: Factory, journey: Journey
) -> None:
    for _ in range(2):
        make.persona(journey, conditions=[UNHAPPY])
    other = make.journey()

    for _ in range(3):
        move_rule(session, journey, rules_of(session, journey)[0], "down", at=NOW)
    assign_again(session, other, at=NOW)

    assert [job.payload for job in waiting(session)] == [
        {"journey_id": journey.id},
        {"journey_id": other.id},
    ]
    for job in waiting(session):
        job.status, job.lease_until = "running", NOW
    assign_again(session, journey, at=NOW)
    assert len(waiting(session)) == 3, "a running job may have read the rules already"


def test_a_long_job_leaves_the_rest_to_the_next(
    session: Session, make: Factory, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.persona(journey, conditions=[UNHAPPY])
    monkeypatch.setattr(personas, "CHUNK", 2)
    monkeypatch.setattr(persona_jobs, "BATCH_SECONDS", 0)
    assign_again(session, journey, at=NOW)

    moved, jobs = 0, 0
    while queue := [job for job in waiting(session) if job.status == "queued"]:
        moved += assign_personas(session, queue[0], at=NOW)["moved"]
        queue[0].status, queue[0].finished_at = "done", NOW
        jobs += 1

    assert (moved, jobs) == (2, 3)
    unassigned = select(Response).where(Response.persona_id.is_(None))
    assert len(session.scalars(unassigned).all()) == 3


def test_a_journey_that_is_gone_has_no_answers_to_sort(session: Session) -> None:
    job = Job(kind="assign_personas", payload={"journey_id": 4711}, status="queued")

    assert assign_personas(session, job, at=NOW) == {"moved": 0}
    assert session.scalars(select(Persona)).all() == []
