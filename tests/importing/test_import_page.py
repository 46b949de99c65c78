from __future__ import annotations

import io
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cjm_feedback.accounts.models import Workspace
from cjm_feedback.importing import handlers
from cjm_feedback.importing.models import CsvImport
from cjm_feedback.jobs.models import Job
from cjm_feedback.responses.models import Response
from cjm_feedback.surveys.models import Survey
from tests.conftest import NOW
from tests.factories import Factory, sign_in
from tests.pages import check_page, form_data, open_page

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

    started = admin.post(f"{reply.location}/start", data=form_data(report, "main form"))
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
        if page.select("main form"):
            admin.post(f"{reply.location}/start", data=form_data(page, "main form"))
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


def test_the_uploaded_file_is_deleted_once_its_answers_are_in(
    app: Flask, admin: FlaskClient, survey: Survey, session: Session
) -> None:
    reply = upload(admin, survey, GOOD.encode())
    work(app, session)
    folder = Path(app.config["CJM"].instance_dir) / "imports"
    pattern = f"{reply.location.rsplit('/', 1)[1]}.*"
    assert list(folder.glob(pattern))

    page = open_page(admin, reply.location)
    admin.post(f"{reply.location}/start", data=form_data(page, "main form"))
    work(app, session)

    assert list(folder.glob(pattern)) == []
