from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import Workspace
from cjm_feedback.db import JsonObject
from cjm_feedback.importing.models import CsvImport
from cjm_feedback.jobs import leases, schedules
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.transport import using_transport
from cjm_feedback.journeys.models import Journey
from cjm_feedback.scheduling import queries
from tests.conftest import NOW
from tests.factories import Factory, sign_in
from tests.jobs.test_enqueue import RecordingTransport
from tests.pages import form_data, open_page, submit
from tests.rollups.answering import answer


@pytest.fixture
def workspace(make: Factory) -> Workspace:
    return make.workspace()


@pytest.fixture
def journey(make: Factory, workspace: Workspace) -> Journey:
    return make.journey(workspace=workspace)


@pytest.fixture
def admin(client: FlaskClient, make: Factory, workspace: Workspace) -> FlaskClient:
    sign_in(client, make.user(workspace=workspace, role="admin"), workspace)
    return client


def dead(session: Session, payload: JsonObject, *, schedule_id: int | None = None) -> Job:
    job = enqueue(session, "refresh_map", payload, at=NOW, max_attempts=1, schedule_id=schedule_id)
    claim = leases.claim(session, job.id, NOW)
    assert claim is not None
    leases.fail(session, claim, "builtins.ValueError [0a1b2c3d]", NOW)
    session.commit()
    return job


def shown(client: FlaskClient) -> set[str]:
    forms = open_page(client, "/jobs").select("form[action^='/jobs/']")
    return {str(form["action"]) for form in forms}


def retry_url(job: Job) -> str:
    return f"/jobs/{job.id}/retry"


def test_work_that_was_given_up_is_shown_to_the_admins_of_its_workspace(
    admin: FlaskClient, session: Session, make: Factory, journey: Journey
) -> None:
    stranger = make.journey()
    schedule = schedules.create_schedule(
        session, journey.id, cron="0 2 * * *", timezone="UTC", at=NOW
    )
    ours = [
        dead(session, {"journey_id": journey.id}),
        dead(session, {}, schedule_id=schedule.id),
    ]
    dead(session, {"journey_id": stranger.id})
    dead(session, {"journey_id": 4711})
    dead(session, {"something": "else"})

    assert shown(admin) == {retry_url(job) for job in ours}
    page = open_page(admin, "/jobs")
    assert "Refresh of the map" in page.get_text()
    assert "0a1b2c3d" in page.get_text()


@pytest.mark.both_databases
def test_work_is_found_by_the_answers_and_the_file_that_it_is_about(
    admin: FlaskClient, session: Session, make: Factory, journey: Journey
) -> None:
    ours: list[Job] = []
    for place in (journey, make.journey()):
        link = make.link(make.survey(journey=place))
        response = answer(session, link, csat=5)
        one = CsvImport(survey_id=link.survey_id, file_name="a.csv", file_hash="0", created_at=NOW)
        session.add(one)
        session.flush()
        payloads: list[JsonObject] = [
            {"response_ids": [response.id, 4711]},
            {"import_id": one.id, "offset": 0},
            {"journey_id": place.id},
        ]
        jobs = [dead(session, payload) for payload in payloads]
        ours = ours or jobs

    assert shown(admin) == {retry_url(job) for job in ours}
    submit(admin, "/jobs", selector=f'form[action="{retry_url(ours[1])}"]')
    assert shown(admin) == {retry_url(ours[0]), retry_url(ours[2])}


@pytest.mark.both_databases
def test_s21_dead_work_of_others_does_not_hide_ours(
    admin: FlaskClient,
    session: Session,
    make: Factory,
    journey: Journey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "DEAD_SHOWN", 2)
    stranger = make.journey()
    ours = [dead(session, {"journey_id": journey.id}) for _ in range(3)]
    for _ in range(3):
        dead(session, {"journey_id": stranger.id})

    assert shown(admin) == {retry_url(job) for job in ours[1:]}


@pytest.mark.both_databases
def test_s21_how_much_waits_elsewhere_is_not_told(
    admin: FlaskClient, session: Session, make: Factory, journey: Journey
) -> None:
    stranger = make.journey()
    for number, journey_id in enumerate([journey.id, journey.id, *[stranger.id] * 3]):
        job = enqueue(session, "refresh_map", {"journey_id": journey_id}, at=NOW)
        if number % 2:
            leases.claim(session, job.id, NOW)
    enqueue(session, "something", {}, at=NOW)
    session.commit()

    assert "2 jobs are waiting or running" in open_page(admin, "/jobs").get_text()


def test_dead_work_is_tried_again_from_the_start(
    admin: FlaskClient, session: Session, journey: Journey
) -> None:
    job = dead(session, {"journey_id": journey.id})
    transport = RecordingTransport()

    with using_transport(transport):
        reply = submit(admin, "/jobs", selector=f'form[action="{retry_url(job)}"]')

    assert (reply.status_code, reply.location) == (303, "/jobs")
    session.refresh(job)
    assert (job.status, job.attempts) == ("queued", 0)
    assert transport.sent == [job.id]
    assert shown(admin) == set()


def test_pressing_twice_tries_once(admin: FlaskClient, session: Session, journey: Journey) -> None:
    job = dead(session, {"journey_id": journey.id})
    data = form_data(open_page(admin, "/jobs"), f'form[action="{retry_url(job)}"]')
    admin.post(retry_url(job), data=data)
    claim = leases.claim(session, job.id, NOW.replace(year=2100))
    session.commit()
    assert claim is not None

    assert admin.post(retry_url(job), data=data).status_code == 303

    session.refresh(job)
    assert (job.status, job.attempts) == ("running", 1)


def test_s21_work_of_another_workspace_cannot_be_touched(
    admin: FlaskClient, session: Session, make: Factory, journey: Journey
) -> None:
    data = form_data(open_page(admin, f"/journeys/{journey.slug}/schedules/new"))
    strangers = dead(session, {"journey_id": make.journey().id})
    nobodys = dead(session, {})

    for url in (retry_url(strangers), retry_url(nobodys), "/jobs/4711/retry", "/jobs/9" * 30):
        assert admin.post(url, data=data).status_code == 404

    session.refresh(strangers)
    assert strangers.status == "dead"


@pytest.mark.parametrize("role", ["viewer", "staff"])
def test_only_admins_see_work_that_was_given_up(
    client: FlaskClient, make: Factory, workspace: Workspace, role: str
) -> None:
    sign_in(client, make.user(workspace=workspace, role=role), workspace)

    assert client.get("/jobs").status_code == 403
