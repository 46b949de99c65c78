from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, Request
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cjm_feedback.accounts.models import Workspace
from cjm_feedback.extensions import db
from cjm_feedback.importing import handlers, staging, views
from cjm_feedback.importing.models import CsvImport
from cjm_feedback.jobs import leases
from cjm_feedback.jobs.models import Job
from cjm_feedback.responses.models import Response
from cjm_feedback.surveys.models import Link, Survey
from tests.conftest import NOW
from tests.factories import Factory, sign_in
from tests.pages import check_page, form_data, open_page

pytestmark = pytest.mark.usefixtures("today_is_now")

GOOD = "csat;comment;language;colour\n5;Skvělé;cs;red\n2;Hrůza;cs;blue\n9;Nic;cs;green\n"


@pytest.fixture
def workspace(make: Factory) -> Workspace:
    return make.workspace()


@pytest.fixture
def survey(make: Factory, workspace: Workspace) -> Survey:
    survey = make.survey(journey=make.journey(workspace=workspace))
    make.link(survey)
    return survey


@pytest.fixture
def admin(client: FlaskClient, make: Factory, workspace: Workspace) -> FlaskClient:
    sign_in(client, make.user(workspace=workspace, role="admin"), workspace)
    return client


def upload(client: FlaskClient, survey: Survey, content: bytes, **more: str) -> TestResponse:
    data = form_data(open_page(client, "/imports"), "form[enctype]")
    return client.post(
        "/imports",
        data={
            **data,
            "survey": survey.slug,
            "file": (io.BytesIO(content), "answers.csv"),
            **more,
        },
        content_type="multipart/form-data",
    )


def work(app: Flask, session: Session) -> None:
    """Do what the worker would do with the jobs of imports, in order."""
    session.commit()  # what requests wrote lies inside what this session has begun
    with app.app_context():
        while job := session.scalar(
            select(Job)
            .where(Job.kind.in_(["check_import", "load_import"]), Job.status == "queued")
            .order_by(Job.id)
            .limit(1)
        ):
            {"check_import": handlers.check_import, "load_import": handlers.load_import}[job.kind](
                session, job, at=NOW
            )
            job = session.get_one(Job, job.id)
            job.status, job.finished_at = "done", NOW
            session.commit()


def test_a_file_is_judged_first_and_taken_in_when_told_so(
    app: Flask, admin: FlaskClient, survey: Survey, session: Session
) -> None:
    reply = upload(admin, survey, GOOD.encode("cp1250"))

    assert reply.status_code == 303
    waiting = open_page(admin, reply.location)
    assert waiting.select_one("script[src*='js/renew.js']")
    work(app, session)
    report = open_page(admin, reply.location)
    text = report.get_text(" ", strip=True)
    assert "cp1250" in text
    assert "colour" in text
    assert session.scalar(select(func.count()).select_from(Response)) == 0

    started = admin.post(
        f"{reply.location}/start", data=form_data(report, "form[action$='/start']")
    )
    work(app, session)

    assert started.status_code == 303
    assert session.scalar(select(func.count()).select_from(Response)) == 2
    session.expire_all()
    one = session.scalars(select(CsvImport)).one()
    assert (one.status, one.rows, one.accepted, one.known, one.refused) == ("done", 3, 2, 0, 1)
    assert open_page(admin, reply.location).select("a[href$='/map']")


def test_a_file_that_comes_again_adds_nothing(
    app: Flask, admin: FlaskClient, survey: Survey, session: Session
) -> None:
    for _ in range(2):
        reply = upload(admin, survey, GOOD.encode())
        work(app, session)
        page = open_page(admin, reply.location)
        if page.select("form[action$='/start']"):
            admin.post(f"{reply.location}/start", data=form_data(page, "form[action$='/start']"))
            work(app, session)

    session.expire_all()
    second = session.scalars(select(CsvImport).order_by(CsvImport.id.desc())).first()
    assert second is not None
    assert (second.accepted, second.known) == (0, 2)
    assert session.scalar(select(func.count()).select_from(Response)) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"name,mail\na,b\n", "none of the columns"),
        (b"csat,comment\n5," + b"x" * 200_000 + b"\n", "more than 100000 characters"),
    ],
)
def test_an_unreadable_file_is_refused_with_a_reason_and_nothing_is_kept(
    admin: FlaskClient, survey: Survey, session: Session, content: bytes, words: str
) -> None:
    reply = upload(admin, survey, content)

    assert reply.status_code == 422
    assert words in check_page(reply).get_text(" ", strip=True)
    assert session.scalars(select(CsvImport)).all() == []


def test_s52_a_file_with_a_cell_of_thirty_three_megabytes_is_too_large(
    admin: FlaskClient, survey: Survey
) -> None:
    reply = admin.post(
        "/imports",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": "34000000"},
    )

    assert reply.status_code == 413
    assert BeautifulSoup(reply.text, "html.parser").h1


def test_s21_an_import_of_another_workspace_does_not_exist(
    app: Flask, client: FlaskClient, admin: FlaskClient, survey: Survey, make: Factory
) -> None:
    location = upload(admin, survey, GOOD.encode()).location
    other = make.workspace()
    sign_in(client, make.user(workspace=other, role="admin"), other)

    assert client.get(location).status_code == 404
    assert client.get("/imports/999999").status_code == 404


def test_nobody_waits_while_an_uploaded_file_is_received_read_and_kept(
    admin: FlaskClient, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[tuple[str, bool]] = []

    def watch(module: object, name: str) -> None:
        real = getattr(module, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            held.append((name, db.session.registry().in_transaction()))
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, watched)

    watch(views, "inspect")
    watch(staging, "keep")
    watch(Request, "_load_form_data")

    assert upload(admin, survey, GOOD.encode()).status_code == 303

    assert {name for name, _ in held} == {"inspect", "keep", "_load_form_data"}
    received = next(place for place, (name, _) in enumerate(held) if name == "_load_form_data")
    assert not held[received][1]
    assert not any(busy for name, busy in held if name != "_load_form_data")


def test_a_file_whose_import_could_not_be_noted_is_not_kept(
    app: Flask, admin: FlaskClient, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is gone")

    folder = Path(app.config["CJM"].instance_dir) / "imports"
    for path in folder.glob("*"):
        path.unlink()  # of tests before: numbers come again with every database
    monkeypatch.setattr(Session, "commit", fail)

    assert upload(admin, survey, GOOD.encode()).status_code == 500

    assert list(folder.glob("*")) == []


@pytest.mark.parametrize("kind", ["check_import", "load_import"])
def test_an_import_whose_job_is_given_up_says_so(
    app: Flask,
    admin: FlaskClient,
    survey: Survey,
    session: Session,
    kind: str,
) -> None:
    reply = upload(admin, survey, GOOD.encode())
    if kind == "load_import":
        work(app, session)
        page = open_page(admin, reply.location)
        admin.post(f"{reply.location}/start", data=form_data(page, "form[action$='/start']"))
    session.commit()
    job = session.scalars(select(Job).where(Job.kind == kind)).one()
    job.max_attempts = 1
    session.commit()
    claim = leases.claim(session, job.id, NOW)
    assert claim is not None

    assert leases.fail(session, claim, "WorkerGone", NOW) == "dead"
    session.commit()

    page = open_page(admin, reply.location)
    assert "could not be worked through" in page.get_text(" ", strip=True)
    assert not page.select("script[src*='js/renew.js']")


def test_an_import_that_was_given_up_and_is_tried_again_comes_to_its_end(
    app: Flask, admin: FlaskClient, survey: Survey, session: Session
) -> None:
    reply = upload(admin, survey, GOOD.encode())
    work(app, session)
    page = open_page(admin, reply.location)
    admin.post(f"{reply.location}/start", data=form_data(page, "form[action$='/start']"))
    session.commit()
    job = session.scalars(select(Job).where(Job.kind == "load_import")).one()
    handlers.given_up(session, job, at=NOW)

    work(app, session)

    session.expire_all()
    one = session.scalars(select(CsvImport)).one()
    assert (one.status, one.accepted) == ("done", 2)
    assert "fault" not in one.report


def test_a_check_that_is_tried_again_late_leaves_what_was_taken_in_alone(
    app: Flask, admin: FlaskClient, survey: Survey, session: Session
) -> None:
    reply = upload(admin, survey, GOOD.encode())
    work(app, session)
    page = open_page(admin, reply.location)
    admin.post(f"{reply.location}/start", data=form_data(page, "form[action$='/start']"))
    work(app, session)
    job = session.scalars(select(Job).where(Job.kind == "check_import")).one()
    job.status, job.finished_at = "queued", None

    work(app, session)

    session.expire_all()
    one = session.scalars(select(CsvImport)).one()
    assert (one.status, one.dry_run, one.accepted) == ("done", False, 2)


def test_rows_whose_touchpoint_or_channel_went_meanwhile_are_refused_with_a_reason(
    app: Flask, admin: FlaskClient, survey: Survey, session: Session
) -> None:
    reply = upload(admin, survey, GOOD.encode())
    work(app, session)
    page = open_page(admin, reply.location)
    admin.post(f"{reply.location}/start", data=form_data(page, "form[action$='/start']"))
    session.commit()
    link = session.scalars(select(Link).where(Link.survey_id == survey.id)).one()
    session.delete(link)
    session.commit()

    work(app, session)

    text = open_page(admin, reply.location).get_text(" ", strip=True)
    assert "The survey has no link for this touchpoint." in text
    session.expire_all()
    one = session.scalars(select(CsvImport)).one()
    assert (one.status, one.rows, one.accepted, one.refused) == ("done", 3, 0, 3)


def test_a_wrongly_guessed_encoding_is_seen_and_can_be_chosen_again(
    app: Flask, admin: FlaskClient, survey: Survey, session: Session
) -> None:
    reply = upload(admin, survey, GOOD.encode("cp1250"), encoding="cp1251")
    work(app, session)
    page = open_page(admin, reply.location)
    assert "Skvělé" not in page.text
    assert "Skvмlй" in page.text

    again = form_data(page, "form[action$='/check']")
    again["encoding"] = "cp1250"
    assert admin.post(f"{reply.location}/check", data=again).status_code == 303
    work(app, session)

    page = open_page(admin, reply.location)
    assert "Skvělé" in page.text
    assert session.scalar(select(func.count()).select_from(Response)) == 0


def test_another_encoding_cannot_be_chosen_once_answers_are_taken_in(
    app: Flask, admin: FlaskClient, survey: Survey, session: Session
) -> None:
    reply = upload(admin, survey, GOOD.encode())
    work(app, session)
    page = open_page(admin, reply.location)
    again = form_data(page, "form[action$='/check']")
    assert (
        admin.post(f"{reply.location}/check", data={**again, "encoding": "rot13"}).status_code
        == 422
    )
    admin.post(f"{reply.location}/start", data=form_data(page, "form[action$='/start']"))
    work(app, session)

    assert admin.post(f"{reply.location}/check", data=again).status_code == 410
    assert not open_page(admin, reply.location).select("form[action$='/check']")


def test_the_uploaded_file_is_deleted_once_its_answers_are_in(
    app: Flask, admin: FlaskClient, survey: Survey, session: Session
) -> None:
    reply = upload(admin, survey, GOOD.encode())
    work(app, session)
    folder = Path(app.config["CJM"].instance_dir) / "imports"
    pattern = f"{reply.location.rsplit('/', 1)[1]}.*"
    assert list(folder.glob(pattern))

    page = open_page(admin, reply.location)
    admin.post(f"{reply.location}/start", data=form_data(page, "form[action$='/start']"))
    work(app, session)

    assert list(folder.glob(pattern)) == []
