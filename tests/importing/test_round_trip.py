"""What was exported and comes in again adds nothing, whatever way it came in at first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.importing.rows import Place, ReadRow
from cjm_feedback.importing.services import Sieve
from cjm_feedback.questionnaire.answers import AnswerValue
from cjm_feedback.responses.models import Response
from cjm_feedback.responses.services import withdraw_response
from cjm_feedback.surveys.models import Link
from tests.conftest import NOW, QueryCounter
from tests.factories import Factory
from tests.responses.test_services import submit

FILE = (
    "external_id,received_at,language,csat,comment\n"
    ",2026-11-01T10:00,cs,5,=Skvělé\n"
    ",2026-11-01T10:00,cs,5,=Skvělé\n"
    'order 7,,en,1,"two\nlines, and a comma"\n'
)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def link(make: Factory, session: Session) -> Link:
    link = make.link(make.survey(slug="delivery"))
    submit(session, link)
    submit(session, link, key="2", source="api", answers={"csat": AnswerValue(number=2)})
    session.commit()
    return link


def run(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(
        args=["responses", arguments[0], "--survey", "delivery", *arguments[1:]]
    )
    assert result.exit_code == 0, result.output
    return result.output


def counts(output: str) -> tuple[int, int, int]:
    figures = dict(line.split()[:2] for line in output.splitlines() if len(line.split()) > 1)
    return int(figures["accepted"]), int(figures["known"]), int(figures["refused"])


@pytest.fixture
def exported(app: Flask, link: Link, tmp_path: Path) -> Path:
    given, out = tmp_path / "given.csv", tmp_path / "out.csv"
    given.write_text(FILE, encoding="utf-8")
    assert counts(run(app, "import", str(given))) == (3, 0, 0)
    run(app, "export", str(out))
    return out


def test_what_was_exported_comes_in_again_and_adds_nothing(
    app: Flask, exported: Path, session: Session, tmp_path: Path
) -> None:
    assert counts(run(app, "import", "--dry-run", str(exported))) == (0, 5, 0)
    assert counts(run(app, "import", str(exported))) == (0, 5, 0)
    assert counts(run(app, "import", str(tmp_path / "given.csv"))) == (0, 3, 0)
    assert session.scalars(select(func.count()).select_from(Response)).one() == 5


def test_what_was_withdrawn_since_does_not_come_back(
    app: Flask, exported: Path, session: Session
) -> None:
    response = session.scalars(select(Response).order_by(Response.id)).first()
    assert response is not None
    withdraw_response(session, response, at=NOW)
    session.commit()

    assert counts(run(app, "import", str(exported))) == (0, 5, 0)
    session.refresh(response)
    assert response.answers == []


def test_what_was_changed_in_the_file_is_refused_and_not_taken_in_beside(
    app: Flask, exported: Path
) -> None:
    exported.write_text(exported.read_text("utf-8").replace("Pozdě.", "Včas."), encoding="utf-8")

    for way in ("--dry-run", "--encoding=utf-8-sig"):
        output = run(app, "import", way, str(exported))
        assert counts(output) == (0, 4, 1)
        assert "taken in before, with other content" in output


def test_a_batch_is_looked_up_at_once_however_many_its_rows(
    session: Session, link: Link, queries: QueryCounter
) -> None:
    batch = [
        ReadRow(n, f"key {n}", f"id {n}", NOW, "cs", Place(None, "qr"), {}) for n in range(100)
    ]
    session.get_one(Link, link.id)
    before = len(queries.statements)

    sifted = Sieve(link.survey_id).sift(session, batch)

    assert sifted.fresh == batch
    assert len(queries.statements) - before <= 2
