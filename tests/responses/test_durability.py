"""What an acknowledgement stands on: one transaction, once, on a real file and a real server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NoReturn

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session

from cjm_feedback.extensions import db
from cjm_feedback.jobs.models import Job
from cjm_feedback.responses.models import Response
from cjm_feedback.rollups.queries import read_cells
from cjm_feedback.surveys.models import Link
from tests.conftest import NOW
from tests.factories import Factory
from tests.responses.answering import ANSWERS, ENGLISH, begin, refused, send

AT_ONCE = 20


@pytest.fixture(autouse=True)
def _at_now() -> Iterator[None]:
    # The clock goes on: waiting for a lock must be able to end.
    with time_machine.travel(NOW):
        yield


@contextmanager
def working_on(app: Flask) -> Iterator[Session]:
    with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def link(file_app: Flask) -> Link:
    with working_on(file_app) as session:
        return Factory(session, now=NOW).link()


def engine_of(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.mark.both_databases
def test_r02_twenty_of_the_same_form_at_once_are_one_answer(file_app: Flask, link: Link) -> None:
    data = {**begin(file_app.test_client(), link), **ANSWERS}

    def post(_: int) -> tuple[int, str | None]:
        reply = send(file_app.test_client(), link, data)
        return reply.status_code, reply.location

    with ThreadPoolExecutor(AT_ONCE) as pool:
        replies = list(pool.map(post, range(AT_ONCE)))

    assert len(set(replies)) == 1, "every caller sees the same receipt"
    assert replies[0][0] == 303
    with working_on(file_app) as session:
        response = session.scalars(select(Response)).one()
        assert session.scalars(select(func.count()).select_from(Job)).one() == 1
        cells = read_cells(session, response.journey_id)
        assert {series: measures.n for (_, series), measures in cells.items()} == {
            "responses": 1,
            "csat": 1,
            "said": 1,
        }


@pytest.mark.both_databases
def test_twenty_different_answers_at_once_are_twenty(file_app: Flask, link: Link) -> None:
    forms = [{**begin(file_app.test_client(), link), **ANSWERS} for _ in range(AT_ONCE)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        replies = list(pool.map(lambda form: send(file_app.test_client(), link, form), forms))

    assert {reply.status_code for reply in replies} == {303}
    assert len({reply.location for reply in replies}) == AT_ONCE
    with working_on(file_app) as session:
        assert session.scalars(select(func.count()).select_from(Response)).one() == AT_ONCE


@pytest.mark.both_databases
def test_an_answer_is_one_transaction(file_app: Flask, link: Link) -> None:
    data = {**begin(file_app.test_client(), link), **ANSWERS}
    engine, seen = engine_of(file_app), []
    for name in ("begin", "commit", "rollback"):
        event.listen(engine, name, lambda _connection, name=name: seen.append(name))

    reply = send(file_app.test_client(), link, data)

    assert reply.status_code == 303
    assert seen == ["begin", "commit"]


def test_opening_a_survey_again_begins_no_transaction(file_app: Flask, link: Link) -> None:
    client = file_app.test_client()
    begin(client, link)
    seen: list[object] = []
    event.listen(engine_of(file_app), "begin", seen.append)

    begin(client, link)

    assert seen == []


OUTAGES = {
    "out of reach": OperationalError("INSERT", {"text": "Kurýr"}, Exception("disk is full")),
    "broken connection": InterfaceError("INSERT", {}, Exception("connection closed")),
    "no connection left": NoConnectionError("QueuePool limit"),
}


@contextmanager
def failing(engine: Engine, error: Exception, *, on: str) -> Iterator[None]:
    def fail(*_: object) -> NoReturn:
        raise error

    event.listen(engine, on, fail)
    try:
        yield
    finally:
        event.remove(engine, on, fail)


@pytest.mark.parametrize("on", ["before_cursor_execute", "commit"])
@pytest.mark.parametrize("error", OUTAGES.values(), ids=OUTAGES)
def test_an_outage_keeps_what_was_typed_and_asks_to_wait(
    file_app: Flask, link: Link, error: Exception, on: str
) -> None:
    client = file_app.test_client()
    data = {**begin(client, link, "pl"), **ANSWERS}

    with failing(engine_of(file_app), error, on=on):
        reply = send(client, link, data)

    page = refused(reply, status=503)
    assert page.html is not None
    assert page.html["lang"] == "pl"
    assert int(reply.headers["Retry-After"]) > 0
    assert page.select("textarea[name=comment]")[0].get_text().strip() == ANSWERS["comment"]
    assert page.select("input[name=csat][value='2'][checked]")
    assert "Traceback" not in reply.text
    assert "INSERT" not in reply.text
    with working_on(file_app) as session:
        assert session.scalars(select(func.count()).select_from(Response)).one() == 0
    assert send(client, link, data).status_code == 303, "the same form, once it is over"


def test_an_outage_before_the_survey_was_ever_read_keeps_what_was_typed(
    file_app: Flask, link: Link
) -> None:
    client = file_app.test_client()
    error = OUTAGES["out of reach"]

    with failing(engine_of(file_app), error, on="before_cursor_execute"):
        sent = send(client, link, {"csat": "2", "comment": "Kurýr nepřijel.", "form-token": "x y"})
        opened = client.get(f"/s/{link.public_id}", headers=ENGLISH)

    page = refused(sent, status=503)
    assert page.select("main textarea")[0].get_text().strip() == "Kurýr nepřijel."
    assert "x y" not in page.get_text()
    assert sent.headers["Retry-After"]
    refused(opened, status=503)


def test_a_survey_that_was_opened_before_stays_open_to_view_in_an_outage(
    file_app: Flask, link: Link
) -> None:
    client = file_app.test_client()
    begin(client, link)

    with (
        failing(engine_of(file_app), OUTAGES["out of reach"], on="before_cursor_execute"),
        time_machine.travel(NOW.replace(hour=10)),
    ):
        assert client.get(f"/s/{link.public_id}").status_code == 200


def test_the_log_of_an_outage_holds_nothing_that_was_typed(
    file_app: Flask, link: Link, caplog: pytest.LogCaptureFixture
) -> None:
    client = file_app.test_client()
    data = {**begin(client, link), **ANSWERS}
    with working_on(file_app) as session:
        session.execute(text("DROP TABLE answer"))
        session.commit()

    with caplog.at_level(logging.INFO):
        reply = send(client, link, data)

    assert reply.status_code == 503
    assert caplog.records
    assert all(ANSWERS["comment"] not in record.getMessage() for record in caplog.records)
    assert ANSWERS["comment"] not in caplog.text
