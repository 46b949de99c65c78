from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.jobs.models import Job
from cjm_feedback.responses.models import Response, TextScore
from cjm_feedback.surveys.models import Survey
from tests.factories import Factory

ROWS = (
    "received_at,language,csat,comment,mood\n"
    "2026-11-01T10:00,cs,5,Skvělé,x\n"
    "2026-11-02T10:00,ru,1,Ужасно,x\n"
    "2026-11-02T10:00,ru,1,Ужасно,x\n"
    "2026-11-03T10:00,cs,seven,Nic,x\n"
)


@pytest.fixture
def survey(make: Factory) -> Survey:
    survey = make.survey()
    make.link(survey)
    return survey


def run(app: Flask, *arguments: str, exit_code: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=["responses", "import", *arguments])
    assert result.exit_code == exit_code, result.output
    return result.output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251"])
def test_a_file_is_taken_in_and_adds_nothing_the_second_time(
    app: Flask, survey: Survey, session: Session, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "answers.csv"
    file.write_bytes(ROWS.replace("Skvělé", "Ok").replace("é", "e").encode(encoding))

    first = run(app, str(file), "--survey", survey.slug)
    second = run(app, str(file), "--survey", survey.slug)

    assert "accepted  3" in first
    assert "refused   1" in first
    assert "line 5: csat:" in first
    assert "'mood' is not known" in first
    assert "accepted  0" in second
    assert "known     3" in second
    assert session.scalar(select(func.count()).select_from(Response)) == 3
    pending = select(func.count()).select_from(TextScore).where(TextScore.status == "pending")
    assert session.scalar(pending) == 3
    assert [job.kind for job in session.scalars(select(Job))] == ["read_responses"]


def test_a_dry_run_stores_nothing(
    app: Flask, survey: Survey, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "answers.csv"
    file.write_text(ROWS, encoding="utf-8")

    output = run(app, str(file), "--survey", survey.slug, "--dry-run")

    assert "accepted  3 (dry run" in output
    assert session.scalar(select(func.count()).select_from(Response)) == 0


def test_what_cannot_be_read_is_refused_with_a_reason(
    app: Flask, survey: Survey, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "answers.csv"
    file.write_bytes(ROWS.encode() + b"2026-11-03T10:00,cs,5," + b"x" * 30_000_000 + b",x\n")

    assert "characters" in run(app, str(file), "--survey", survey.slug, exit_code=1)
    assert "no survey" in run(app, str(file), "--survey", "none", exit_code=1)
    assert "rot13" not in run(
        app, str(file), "--survey", survey.slug, "--encoding", "nonsense", exit_code=2
    )
    assert session.scalar(select(func.count()).select_from(Response)) == 0


def test_an_external_id_with_other_content_is_refused_in_the_dry_run_too(
    app: Flask, survey: Survey, tmp_path: Path
) -> None:
    head = "external_id,language,csat\n"
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(f"{head}A,cs,5\n", encoding="utf-8")
    second.write_text(f"{head}A,cs,1\nA,cs,5\nB,cs,4\nB,cs,4\nB,cs,3\n", encoding="utf-8")
    run(app, str(first), "--survey", survey.slug)

    for arguments in (["--dry-run"], []):
        output = run(app, str(second), "--survey", survey.slug, *arguments)
        assert [
            line.removesuffix(" (dry run: nothing is stored)")
            for line in output.splitlines()
            if line.startswith(("accepted", "known", "refused"))
        ] == ["accepted  1", "known     2", "refused   2"]
        assert "external_id: An answer with this external_id was taken in before" in output
