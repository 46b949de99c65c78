from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent, Workspace
from cjm_feedback.jobs.models import Job
from cjm_feedback.journeys.models import Journey, Persona, PersonaRule
from tests.factories import CSAT, Factory
from tests.pages import check_page, form_data, open_page, submit

LIST = "/journeys/shop/personas"
BY_APP = {"field": "channel", "op": "is", "value": "app"}
IN_CZECH = {"field": "language", "op": "is", "value": "cs"}
HEARD_FROM = ("heard_from", "single_choice", True)


@pytest.fixture
def student(make: Factory, workspace: Workspace, journey: Journey) -> Persona:
    """A persona of a journey that asks for satisfaction and where people heard of it."""
    for key in ("web", "app"):
        make.channel(workspace=workspace, key=key)
    make.survey(journey=journey, questions=(CSAT, HEARD_FROM, ("comment", "long_text", False)))
    return make.persona(journey, key="student", conditions=[BY_APP])


@pytest.fixture
def rule(session: Session, student: Persona) -> PersonaRule:
    return session.scalars(select(PersonaRule).where(PersonaRule.persona_id == student.id)).one()


def new_rule(persona: Persona, field: str = "") -> str:
    return f"{LIST}/{persona.id}/rules/new" + (f"?field={field}" if field else "")


def url_of(rule: PersonaRule, tail: str = "") -> str:
    return f"{LIST}/rules/{rule.id}{tail}"


def sentences(client: FlaskClient) -> list[str]:
    return [one.get_text() for one in open_page(client, LIST).select("#rules li[id] p")]


def jobs(session: Session) -> int:
    return len(session.scalars(select(Job).where(Job.kind == "assign_personas")).all())


def send(client: FlaskClient, url: str, data: dict[str, Any]) -> int:
    """Fill in the form of `url`; boxes are ticked by a list, which replaces those ticked."""
    sent = {**form_data(open_page(client, url)), **data}
    return client.post(url, data=sent).status_code


def test_a_rule_may_ask_for_whatever_is_known_of_an_answer(
    client: FlaskClient, student: Persona
) -> None:
    page = open_page(client, new_rule(student))

    assert [link.get_text() for link in page.select("main .rows a")] == [
        "Channel",
        "Language",
        "Answer to “en: csat”",
        "Answer to “en: heard_from”",
    ]


@pytest.mark.parametrize(
    ("field", "data", "condition", "words"),
    [
        (
            "channel",
            {"values": ["web", "app"]},
            {"field": "channel", "op": "in", "value": ["web", "app"]},
            "the channel is en: web or en: app",
        ),
        ("language", {"values": ["cs"]}, IN_CZECH, "the language is Čeština"),
        (
            "answer:csat",
            {"op": "at_most", "number": "2"},
            {"field": "answer:csat", "op": "at_most", "value": 2},
            "the answer to “en: csat” is 2 or less",
        ),
        (
            "answer:csat",
            {"op": "is", "number": "5"},
            {"field": "answer:csat", "op": "is", "value": 5},
            "the answer to “en: csat” is 5",
        ),
        (
            "answer:heard_from",
            {"values": ["friend"]},
            {"field": "answer:heard_from", "op": "is", "value": "friend"},
            "the answer to “en: heard_from” is en: friend",
        ),
    ],
)
def test_a_rule_is_added_last_and_reads_as_a_sentence(
    client: FlaskClient,
    session: Session,
    student: Persona,
    field: str,
    data: dict[str, Any],
    condition: dict[str, Any],
    words: str,
) -> None:
    assert send(client, new_rule(student, field), data) == 303

    rules = session.scalars(select(PersonaRule).order_by(PersonaRule.position)).all()
    assert rules[-1].conditions == {"all": [condition]}
    assert sentences(client)[-1] == f"en: student, when {words}"
    assert jobs(session) == 1
    assert session.scalars(select(AuditEvent.action)).all() == ["persona_rule_added"]


@pytest.mark.parametrize(
    ("field", "data", "fault"),
    [
        ("channel", {}, "#values-0"),
        ("channel", {"values": ["pigeon"]}, "#values-0"),
        ("answer:csat", {"number": "6"}, "#number"),
        ("answer:csat", {"number": "9" * 5_000}, "#number"),
        ("answer:csat", {"op": "in"}, "#op"),
    ],
)
def test_a_condition_that_no_answer_could_meet_is_refused(
    client: FlaskClient,
    session: Session,
    student: Persona,
    field: str,
    data: dict[str, Any],
    fault: str,
) -> None:
    url = new_rule(student, field)

    reply = client.post(url, data={**form_data(open_page(client, url)), **data})

    assert reply.status_code == 422
    assert [link["href"] for link in check_page(reply).select("#errors a")] == [fault]
    assert len(session.scalars(select(PersonaRule)).all()) == 1
    assert jobs(session) == 0


def test_words_are_compared_word_for_word(
    client: FlaskClient, make: Factory, session: Session, journey: Journey, student: Persona
) -> None:
    make.survey(journey=journey, questions=(CSAT, ("postcode", "short_text", False)))
    url = new_rule(student, "answer:postcode")
    assert send(client, url, {"words": " "}) == 422

    assert send(client, url, {"words": " 110\0 00 "}) == 303

    rules = session.scalars(select(PersonaRule).order_by(PersonaRule.position)).all()
    [condition] = rules[-1].conditions["all"]
    assert condition["value"] == "110\N{REPLACEMENT CHARACTER} 00"


def test_what_is_not_asked_cannot_be_asked_for(client: FlaskClient, student: Persona) -> None:
    assert client.get(new_rule(student, "answer:nps")).status_code == 404
    assert client.get(new_rule(student, "answer:comment")).status_code == 404
    token = form_data(open_page(client, new_rule(student, "channel")))
    assert client.post(new_rule(student), data=token).status_code == 404


def test_conditions_are_added_changed_and_removed(
    client: FlaskClient, session: Session, rule: PersonaRule
) -> None:
    add = url_of(rule, "/conditions/new?field=language")
    assert send(client, add, {"values": ["cs"]}) == 303
    session.refresh(rule)
    assert rule.conditions == {"all": [BY_APP, IN_CZECH]}
    assert sentences(client) == [
        "en: student, when the channel is en: app and the language is Čeština"
    ]

    page = open_page(client, url_of(rule, "/conditions/1"))
    assert [box["value"] for box in page.select("input[name=values][checked]")] == ["cs"]
    assert send(client, url_of(rule, "/conditions/1"), {"values": ["cs", "pl"]}) == 303
    session.refresh(rule)
    changed = {"field": "language", "op": "in", "value": ["cs", "pl"]}
    assert rule.conditions == {"all": [BY_APP, changed]}

    remove = f'form[action="{url_of(rule, "/conditions/0/remove")}"]'
    assert submit(client, url_of(rule), selector=remove).status_code == 303
    session.refresh(rule)
    assert rule.conditions == {"all": [changed]}
    assert jobs(session) == 1, "the job that waits sees all three changes"


def test_the_only_condition_cannot_be_removed(
    client: FlaskClient, session: Session, rule: PersonaRule
) -> None:
    remove = url_of(rule, "/conditions/0/remove")
    assert open_page(client, url_of(rule)).select_one(f'form[action="{remove}"]') is None

    reply = submit(client, url_of(rule), to=remove)

    assert reply.status_code == 422
    session.refresh(rule)
    assert rule.conditions == {"all": [BY_APP]}
    assert client.get(url_of(rule, "/conditions/1")).status_code == 404


def test_a_condition_about_something_no_longer_asked_can_only_be_removed(
    client: FlaskClient, session: Session, rule: PersonaRule
) -> None:
    gone = {"field": "answer:gone", "op": "at_least", "value": 9}
    rule.conditions = {"all": [BY_APP, gone]}
    session.commit()

    page = open_page(client, url_of(rule))
    assert "the answer to “gone” is 9 or more" in page.get_text()
    assert page.select_one('a[href$="/conditions/0"]') is not None
    assert page.select_one('a[href$="/conditions/1"]') is None
    assert client.get(url_of(rule, "/conditions/1")).status_code == 404
    remove = f'form[action="{url_of(rule, "/conditions/1/remove")}"]'
    assert submit(client, url_of(rule), selector=remove).status_code == 303


@pytest.mark.both_databases
def test_rules_change_places_though_each_place_is_unique(
    client: FlaskClient, make: Factory, session: Session, journey: Journey, rule: PersonaRule
) -> None:
    for key in ("family", "collector"):
        make.persona(journey, key=key, conditions=[IN_CZECH])
    collector = session.scalars(select(PersonaRule).order_by(PersonaRule.id.desc())).first()
    assert collector is not None
    move = f'form[action="{url_of(collector, "/move")}"]'

    for _ in range(2):
        reply = submit(client, LIST, {"direction": "up"}, selector=move)
        assert reply.location == f"{LIST}#rule-{collector.id}-up"

    assert [one.split(",")[0] for one in sentences(client)] == [
        "en: collector",
        "en: student",
        "en: family",
    ]
    assert jobs(session) == 1
    session.expire_all()
    assert [rule.position, collector.position] == [1, 0]


def test_a_rule_is_given_to_another_persona(
    client: FlaskClient, make: Factory, session: Session, journey: Journey, rule: PersonaRule
) -> None:
    family = make.persona(journey, key="family", conditions=[])

    assert submit(client, url_of(rule), {"persona": "family"}).status_code == 303
    assert submit(client, url_of(rule), {"persona": "nobody"}).status_code == 422

    session.refresh(rule)
    assert rule.persona_id == family.id
    assert jobs(session) == 1


def test_a_rule_is_removed(client: FlaskClient, session: Session, rule: PersonaRule) -> None:
    form = f'form[action="{url_of(rule, "/delete")}"]'

    assert submit(client, url_of(rule), selector=form).location == f"{LIST}#rules"

    assert session.scalars(select(PersonaRule)).all() == []
    assert jobs(session) == 1
    assert session.scalars(select(AuditEvent.action)).all() == ["persona_rule_deleted"]


def test_a_stored_rule_that_cannot_be_understood_can_still_be_removed(
    client: FlaskClient, session: Session, rule: PersonaRule
) -> None:
    rule.conditions = {"any": "thing"}
    session.commit()

    assert sentences(client) == ["This rule cannot be understood, so it fits no answer."]
    assert client.get(url_of(rule, "/conditions/0")).status_code == 409
    form = f'form[action="{url_of(rule, "/delete")}"]'
    assert submit(client, url_of(rule), selector=form).status_code == 303


def test_a_sentence_speaks_the_language_of_its_reader(
    client: FlaskClient, rule: PersonaRule
) -> None:
    with client.session_transaction() as browser:
        browser["language"] = "ru"

    [sentence] = sentences(client)

    assert sentence.startswith("ru: student")
    assert "ru: app" in sentence
    assert rule.id
