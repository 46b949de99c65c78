from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cjm_feedback.accounts.models import AuditEvent, User, Workspace
from cjm_feedback.journeys.models import Journey
from cjm_feedback.surveys.models import Link, Revision, Survey
from tests.conftest import NOW, QueryCounter
from tests.factories import COMMENT, CSAT, Factory, sign_in
from tests.journeys.answering import answer
from tests.pages import check_page, form_data, open_page, submit

LIST = "/surveys"
NEW = "/surveys/new"
PAGE = "/surveys/delivery"
SETTINGS = "form#settings"
ALL = ["cs", "pl", "ru", "en"]


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def workspace(make: Factory) -> Workspace:
    return make.workspace()


@pytest.fixture(autouse=True)
def admin(now: None, client: FlaskClient, make: Factory, workspace: Workspace) -> User:
    user = make.user(workspace=workspace, role="admin")
    sign_in(client, user, workspace)
    return user


@pytest.fixture
def journey(make: Factory, workspace: Workspace) -> Journey:
    return make.journey(workspace=workspace, slug="shop", stages=("purchase", "experience"))


@pytest.fixture
def survey(make: Factory, journey: Journey) -> Survey:
    """A survey in Prague time that opened at ten past nine in the morning, and 42 seconds."""
    return make.survey(
        journey=journey,
        slug="delivery",
        questions=(CSAT, COMMENT),
        opens_at=datetime(2026, 8, 14, 7, 10, 42, tzinfo=UTC),
    )


def save(client: FlaskClient, data: dict[str, Any]) -> TestResponse:
    """Send the settings of the survey; languages are ticked by a list."""
    sent = {**form_data(open_page(client, PAGE), SETTINGS), "languages": ALL, **data}
    return client.post(PAGE, data=sent)


def faults(reply: TestResponse) -> list[str]:
    assert reply.status_code == 422
    return [str(link["href"]) for link in check_page(reply).select("#errors a")]


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


@pytest.mark.both_databases
def test_the_list_tells_the_state_of_each_survey_from_the_facts(
    client: FlaskClient, make: Factory, session: Session, journey: Journey
) -> None:
    day = timedelta(days=1)
    make.survey(journey=journey, slug="later", opens_at=NOW + day)
    make.survey(journey=journey, slug="now", closes_at=NOW + day)
    make.survey(journey=journey, slug="over", closes_at=NOW)
    make.survey(slug="foreign")
    running = session.scalars(select(Survey).where(Survey.slug == "now")).one()
    link = make.link(running)
    for number in range(2):
        answer(session, link, key=str(number))

    rows = open_page(client, LIST).select("tbody tr")

    cells = [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in rows]
    assert [row[0] for row in cells] == ["not open yet", "open", "closed"]
    assert [row[2:] for row in cells] == [["0", "0"], ["1", "2"], ["0", "0"]]
    assert "Nov 22, 2026" in cells[2][1]


def test_the_list_tells_where_each_survey_is_asked(
    client: FlaskClient, make: Factory, journey: Journey
) -> None:
    bare, one, many = (make.survey(journey=journey, slug=slug) for slug in ("bare", "one", "many"))
    stage = journey.stages[0]
    touchpoints = [make.touchpoint(stage) for _ in range(3)]
    make.link(one, touchpoint=touchpoints[0])
    for touchpoint in touchpoints[1:]:
        make.link(many, touchpoint=touchpoint)
    assert bare.scope == "touchpoint"

    rows = open_page(client, LIST).select("tbody tr .dim")

    title, stage_name = journey.name["en"], stage.name["en"]
    told = [" ".join(row.get_text().split()) for row in rows]
    assert told == [
        title,
        f"{title} · {stage_name}: {touchpoints[0].name['en']}",
        f"{title} · {stage_name}",
    ]


def test_the_list_costs_the_same_however_many_surveys_there_are(
    client: FlaskClient, make: Factory, journey: Journey, survey: Survey, queries: QueryCounter
) -> None:
    open_page(client, LIST)
    few = len(queries.statements)
    for _ in range(5):
        make.link(make.survey(journey=journey))
    queries.statements.clear()

    open_page(client, LIST)

    assert len(queries.statements) <= few
    assert survey.id


def test_s20_staff_may_not_change_surveys(
    client: FlaskClient, make: Factory, workspace: Workspace, survey: Survey
) -> None:
    sign_in(client, make.user(workspace=workspace, role="staff"), workspace)

    for path in (LIST, NEW, f"/surveys/{survey.slug}"):
        assert client.get(path).status_code == 403


def test_a_template_becomes_a_survey_with_links_for_its_stage(
    client: FlaskClient, make: Factory, session: Session, workspace: Workspace, journey: Journey
) -> None:
    web = make.channel(workspace=workspace, key="web")
    email = make.channel(workspace=workspace, key="email")
    stage = journey.stages[1]
    care = make.touchpoint(stage, key="care", position=1)
    care.channel_id = email.id
    gone = make.touchpoint(stage, key="gone", position=2)
    gone.retired_at = NOW
    session.commit()

    reply = submit(client, NEW, {"journey": "shop", "template": "experience"})

    assert (reply.status_code, reply.location) == (303, "/surveys/shop-experience")
    made = session.scalars(select(Survey)).one()
    assert (made.journey_id, made.is_open(NOW), made.default_language) == (journey.id, True, "en")
    links = session.scalars(select(Link).order_by(Link.id)).all()
    assert [(link.touchpoint_id, link.channel_id) for link in links] == [
        (stage.touchpoints[0].id, web.id),
        (care.id, email.id),
    ]
    assert made.revisions[0].languages == ALL
    assert events(session) == ["survey_added"]


@pytest.mark.both_databases
@pytest.mark.usefixtures("journey")
def test_two_surveys_of_one_template_have_addresses_of_their_own(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    make.survey(slug="shop-loyalty-2")  # of another workspace: addresses are shared by all
    page = open_page(client, NEW)
    without_links = {**form_data(page), "journey": "shop", "template": "loyalty"}
    del without_links["linked"]

    found = [client.post(NEW, data=without_links).location for _ in range(2)]

    assert found == ["/surveys/shop-loyalty", "/surveys/shop-loyalty-3"]
    assert session.scalars(select(Link)).all() == []


@pytest.mark.usefixtures("journey")
def test_a_refused_new_survey_keeps_what_was_chosen(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    make.journey(slug="foreign")

    assert faults(submit(client, NEW, {"journey": "shop"})) == ["#template-0"]
    reply = submit(client, NEW, {"journey": "foreign", "template": "loyalty"})
    assert faults(reply) == ["#journey"]
    assert check_page(reply).select_one("input[value=loyalty][checked]") is not None
    assert session.scalars(select(Survey)).all() == []


def test_without_a_journey_the_way_leads_to_the_set_up(client: FlaskClient) -> None:
    page = open_page(client, NEW)

    assert page.select_one("main form") is None
    assert page.select_one('main a[href="/setup"]') is not None


@pytest.mark.usefixtures("survey")
def test_the_questions_are_read_in_each_language(client: FlaskClient) -> None:
    for code in ALL:
        page = open_page(client, f"{PAGE}?in={code}")
        shown = page.select_one(f"#questions [lang={code}] ol")
        assert shown is not None
        assert f"{code}: csat" in shown.get_text()
        assert f"{code}: comment" in shown.get_text()
    assert "en: csat" in open_page(client, f"{PAGE}?in=xx").select("#questions")[0].get_text()


@pytest.mark.usefixtures("survey")
def test_the_navigation_leads_to_the_journey_of_the_survey(client: FlaskClient) -> None:
    assert open_page(client, LIST).select_one('nav a[href="/journeys/shop/edit"]') is None
    assert open_page(client, PAGE).select_one('nav a[href="/journeys/shop/edit"]') is not None


def test_times_are_those_of_the_journey(
    client: FlaskClient, session: Session, survey: Survey
) -> None:
    shown = open_page(client, PAGE).select_one("#opens_at")
    assert shown is not None
    assert shown["value"] == "2026-08-14T09:10"

    reply = save(client, {"opens_at": "2026-12-01T08:00", "closes_at": "2027-07-01T20:30"})

    assert (reply.status_code, reply.location) == (303, f"{PAGE}#settings")
    session.refresh(survey)
    assert survey.opens_at == datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    assert survey.closes_at == datetime(2027, 7, 1, 18, 30, tzinfo=UTC)
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.object_id) == ("survey_changed", "delivery")


def test_saving_what_is_there_changes_nothing_not_even_the_seconds(
    client: FlaskClient, session: Session, survey: Survey
) -> None:
    opened = survey.opens_at

    assert save(client, {}).status_code == 303

    session.refresh(survey)
    assert survey.opens_at == opened
    assert events(session) == []
    assert len(session.scalars(select(Revision)).all()) == 1


@pytest.mark.usefixtures("survey")
@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"opens_at": ""}, "#opens_at"),
        ({"opens_at": "tomorrow"}, "#opens_at"),
        ({"opens_at": "0001-01-01T00:00"}, "#opens_at"),
        ({"closes_at": "9999-12-31T23:59"}, "#closes_at"),
        ({"closes_at": "2026-08-14T09:10"}, "#closes_at"),
        ({"closes_at": "2026-08-14T09:00"}, "#closes_at"),
        ({"languages": []}, "#languages-0"),
        ({"languages": ["cs", "de"]}, "#languages-0"),
        ({"languages": ["en"], "default_language": "cs"}, "#default_language"),
    ],
)
def test_settings_that_make_no_sense_are_refused_and_kept(
    client: FlaskClient, session: Session, data: dict[str, Any], fault: str
) -> None:
    reply = save(client, {"closes_at": "2026-12-24T12:00", **data})

    assert faults(reply) == [fault]
    page = check_page(reply)
    for name in ("opens_at", "closes_at"):
        field = page.select_one(f"#{name}")
        assert field is not None
        assert name not in data or field["value"] == data[name]
    assert events(session) == []


def test_fewer_languages_make_a_new_revision_and_the_words_stay(
    client: FlaskClient, session: Session, survey: Survey, admin: User
) -> None:
    assert save(client, {"languages": ["pl", "cs"], "default_language": "pl"}).status_code == 303

    revisions = session.scalars(select(Revision).order_by(Revision.number)).all()
    assert [revision.languages for revision in revisions] == [ALL, ["cs", "pl"]]
    assert revisions[1].questions[0].text["ru"] == "ru: csat"
    assert revisions[1].author_id == admin.id
    session.refresh(survey)
    assert survey.default_language == "pl"

    assert save(client, {}).status_code == 303
    assert session.scalars(select(Revision.number)).all() == [1, 2, 3]


def test_a_language_without_words_is_refused(
    client: FlaskClient, session: Session, survey: Survey
) -> None:
    question = survey.revisions[0].questions[0]
    question.text = {"cs": "Jak?", "pl": "Jak?", "en": "How?"}
    survey.revisions[0].languages = ["cs", "pl", "en"]
    session.commit()

    reply = save(client, {"closes_at": "2026-12-24T12:00"})

    assert faults(reply) == ["#languages-0"]
    session.refresh(survey)
    assert survey.closes_at is None, "nothing is kept by half"
    assert events(session) == []


def test_customers_see_at_once_that_a_survey_was_closed_and_opened_again(
    client: FlaskClient, make: Factory, session: Session, survey: Survey
) -> None:
    answer_page = f"/s/{make.link(survey).public_id}"
    assert client.get(answer_page).status_code == 200

    reply = submit(client, PAGE, selector=f'form[action="{PAGE}/close"]')
    assert (reply.status_code, reply.location) == (303, PAGE)
    assert client.get(answer_page).status_code == 410
    assert "closed" in open_page(client, PAGE).select("main .tag")[0].get_text()

    assert submit(client, PAGE, selector=f'form[action="{PAGE}/reopen"]').status_code == 303
    assert client.get(answer_page).status_code == 200
    assert events(session) == ["survey_closed", "survey_reopened"]


def test_a_survey_of_the_future_can_be_opened_now(
    client: FlaskClient, make: Factory, session: Session, journey: Journey
) -> None:
    later = make.survey(
        journey=journey,
        slug="delivery",
        opens_at=NOW + timedelta(days=7),
        closes_at=NOW + timedelta(days=9),
    )

    assert submit(client, PAGE, selector=f'form[action="{PAGE}/reopen"]').status_code == 303

    session.refresh(later)
    assert (later.opens_at, later.closes_at) == (NOW, None)


@pytest.mark.both_databases
def test_s21_a_foreign_survey_looks_like_one_that_does_not_exist(
    client: FlaskClient, make: Factory, session: Session, survey: Survey
) -> None:
    theirs = make.survey(slug="theirs")
    link = make.link(theirs)
    token = form_data(open_page(client, PAGE), SETTINGS)

    for slug in (theirs.slug, "no-such-survey", "nul%00"):
        assert client.get(f"/surveys/{slug}").status_code == 404
        assert client.get(f"/surveys/{slug}/links/{link.id}/qr.svg").status_code == 404
        for tail in (
            "",
            "/close",
            "/reopen",
            "/links",
            f"/links/{link.id}/disable",
            f"/links/{link.id}/enable",
        ):
            assert client.post(f"/surveys/{slug}{tail}", data=token).status_code == 404
    session.refresh(theirs)
    assert theirs.closes_at is None
    assert survey.id != theirs.id
    assert events(session) == []
