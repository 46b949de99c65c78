from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent, Workspace
from cjm_feedback.jobs.models import Job
from cjm_feedback.journeys.models import Journey, Persona, PersonaRule
from cjm_feedback.responses.personas import reassign_personas
from tests.conftest import NOW
from tests.factories import Factory
from tests.journeys.answering import answer
from tests.pages import check_page, open_page, submit

LIST = "/journeys/shop/personas"
NEW = f"{LIST}/new"
BY_WEB = {"field": "channel", "op": "is", "value": "web"}


@pytest.fixture
def student(make: Factory, journey: Journey) -> Persona:
    return make.persona(journey, key="student", conditions=[BY_WEB])


def url_of(persona: Persona, action: str = "") -> str:
    return f"{LIST}/{persona.id}" + (f"/{action}" if action else "")


def shown(client: FlaskClient) -> list[str]:
    return [one.get_text() for one in open_page(client, LIST).select("#personas li b")]


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def jobs(session: Session) -> list[dict[str, int]]:
    return list(session.scalars(select(Job.payload).where(Job.kind == "assign_personas")))


@pytest.mark.usefixtures("journey")
def test_r01_r02_everything_known_of_a_persona_is_kept_and_shown(
    client: FlaskClient, session: Session
) -> None:
    known = {
        "gender-cs": "žena",
        "occupation-cs": "účetní",
        "hobbies-cs": "vaření",
        "interests-cs": "dětské knihy",
        "needs-cs": "nakoupit rychle",
        "motivations-cs": "radost dětí",
        "expectations-cs": "jasné ceny",
    }

    reply = submit(client, NEW, {"name-cs": "Martina", "age_from": "30", "age_to": "45", **known})

    persona = session.scalars(select(Persona)).one()
    assert (reply.status_code, reply.location) == (303, f"{LIST}/{persona.id}#rules")
    assert (persona.key, persona.age_from, persona.age_to) == ("martina", 30, 45)
    for name, words in known.items():
        assert getattr(persona, name.removesuffix("-cs")) == {"cs": words}
    assert events(session) == ["persona_added"]
    row = open_page(client, LIST).select_one(f"#persona-{persona.id}")
    assert row is not None
    assert "30–45 years" in row.get_text()
    assert "účetní" in row.get_text()


@pytest.mark.usefixtures("journey")
@pytest.mark.parametrize(
    ("ages", "fault"),
    [
        (("45", "30"), "age_to"),
        (("-1", ""), "age_from"),
        (("", "121"), "age_to"),
        (("²", ""), "age_from"),
        (("9" * 5_000, ""), "age_from"),
        (("thirty", "40"), "age_from"),
    ],
)
def test_ages_that_make_no_sense_are_refused_and_kept(
    client: FlaskClient, session: Session, ages: tuple[str, str], fault: str
) -> None:
    reply = submit(client, NEW, {"name-cs": "Martina", "age_from": ages[0], "age_to": ages[1]})

    assert reply.status_code == 422
    page = check_page(reply)
    assert [link["href"] for link in page.select("#errors a")] == [f"#{fault}"]
    for name, age in zip(("age_from", "age_to"), ages, strict=True):
        field = page.select_one(f"#{name}")
        assert field is not None
        assert field["value"] == age
    assert session.scalars(select(Persona)).all() == []


def test_a_persona_is_changed(client: FlaskClient, session: Session, student: Persona) -> None:
    reply = submit(client, url_of(student), {"age_from": "18", "needs-en": "Cheap books"})

    assert (reply.status_code, reply.location) == (303, f"{LIST}#persona-{student.id}")
    session.refresh(student)
    assert (student.age_from, student.age_to, student.key) == (18, None, "student")
    event = session.scalars(select(AuditEvent)).one()
    assert event.details == {"journey": "shop", "age_from": ["", 18], "needs": "en"}
    assert jobs(session) == [], "what a persona is says nothing about whose answers are whose"


def test_personas_are_put_into_another_order(
    client: FlaskClient, make: Factory, journey: Journey, student: Persona
) -> None:
    family = make.persona(journey, key="family", conditions=[])
    form = f'form[action="{url_of(family, "move")}"]'

    reply = submit(client, LIST, {"direction": "up"}, selector=form)

    assert (reply.status_code, reply.location) == (303, f"{LIST}#persona-{family.id}-up")
    assert shown(client) == ["en: family", "en: student"]
    assert submit(client, LIST, {"direction": "inwards"}, selector=form).status_code == 404
    assert student.retired_at is None


def test_a_retired_persona_rests_with_its_rules_and_comes_back(
    client: FlaskClient, session: Session, journey: Journey, student: Persona
) -> None:
    retire = f'form[action="{url_of(student, "retire")}"]'
    assert submit(client, url_of(student), selector=retire).location == f"{LIST}#retired"
    assert shown(client) == []
    assert "rests, the persona is retired" in open_page(client, LIST).get_text()
    assert jobs(session) == [{"journey_id": journey.id}]

    restore = f'form[action="{url_of(student, "restore")}"]'
    assert submit(client, LIST, selector=restore).status_code == 303
    assert shown(client) == ["en: student"]
    assert events(session) == ["persona_retired", "persona_restored"]
    assert jobs(session) == [{"journey_id": journey.id}], "the job that waits does it all"


@pytest.mark.both_databases
def test_a_persona_with_answers_is_not_deleted(
    client: FlaskClient,
    make: Factory,
    session: Session,
    workspace: Workspace,
    journey: Journey,
    student: Persona,
) -> None:
    form = f'form[action="{url_of(student, "delete")}"]'
    link = make.link(
        make.survey(journey=journey), channel=make.channel(workspace=workspace, key="web")
    )
    family = make.persona(journey, key="family", conditions=[])
    answer(session, link)
    reassign_personas(session, journey, at=NOW)
    session.commit()
    assert "1 answer" in open_page(client, url_of(student)).select("main .head")[0].get_text()
    assert open_page(client, url_of(student)).select_one(form) is None

    unused = f'form[action="{url_of(family, "delete")}"]'
    refused = submit(client, url_of(family), selector=unused, to=url_of(student, "delete"))
    assert refused.status_code == 422
    assert submit(client, url_of(family), selector=unused).status_code == 303

    assert session.scalars(select(Persona.key)).all() == ["student"]
    assert session.scalars(select(PersonaRule.persona_id)).all() == [student.id]
    assert events(session) == ["persona_deleted"]
