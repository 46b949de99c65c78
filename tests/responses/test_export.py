"""The answers as a file."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cjm_feedback.content.surveys import LOYALTY
from cjm_feedback.db import reading
from cjm_feedback.questionnaire.answers import AnswerValue
from cjm_feedback.responses import export
from cjm_feedback.responses.cells import guarded, unguarded
from cjm_feedback.responses.models import Response
from cjm_feedback.responses.services import withdraw_response
from cjm_feedback.responses.xlsx import write_workbook
from cjm_feedback.surveys.models import Link
from cjm_feedback.surveys.services import publish_revision
from tests.conftest import NOW, QueryCounter
from tests.factories import Factory
from tests.responses.test_services import submit

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULA = '=HYPERLINK("//evil";"click")'


@pytest.fixture
def link(session: Session, make: Factory) -> Link:
    link = make.link(make.survey(slug="delivery"))
    submit(session, link, external_id="A-1")
    submit(session, link, key="2", answers={"comment": AnswerValue(text=FORMULA)})
    session.commit()
    return link


def run(app: Flask, *args: str) -> str:
    result = app.test_cli_runner().invoke(args=["responses", "export", *args])
    assert result.exit_code == 0, result.output
    return result.output


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_every_answer_has_its_row(app: Flask, link: Link) -> None:
    head, first, second = rows(run(app, "--survey", "delivery"))

    facts = ["external_id", "received_at", "language", "touchpoint", "channel"]
    assert head == [*facts, "csat", "emotion", "comment"]
    assert link.touchpoint is not None
    place = ["2026-11-22T09:00:00+00:00", "cs", link.touchpoint.key, link.channel.key]
    assert first == ["A-1", *place, "2", "", "Pozdě."]
    assert second[0].startswith("cjm-")
    assert second[1:] == [*place, "", "", f"'{FORMULA}"]


@pytest.mark.usefixtures("link")
def test_the_file_opens_in_excel_as_utf_8(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"

    run(app, "--survey", "delivery", str(path))

    assert path.read_bytes().startswith(b"\xef\xbb\xbfexternal_id,")
    assert path.read_bytes().count(b"\r\n") == 3


@pytest.mark.usefixtures("link")
def test_json_lines_hold_the_texts_as_they_are(app: Flask) -> None:
    lines = [
        json.loads(line)
        for line in run(app, "--survey", "delivery", "--format", "jsonl").splitlines()
    ]

    assert [line.get("csat") for line in lines] == [2, None]
    assert lines[1]["comment"] == FORMULA
    assert "emotion" not in lines[0]


@pytest.mark.usefixtures("link")
def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"

    run(app, "--survey", "delivery", "--format", "xlsx", str(path))

    with ZipFile(path) as book:
        assert book.testzip() is None
        parts = {name: ElementTree.fromstring(book.read(name)) for name in book.namelist()}  # noqa: S314
    assert "[Content_Types].xml" in parts
    sheet = parts["xl/worksheets/sheet1.xml"]
    rows = [
        [(cell.get("t"), "".join(cell.itertext())) for cell in row]
        for row in sheet.iter(f"{MAIN}row")
    ]
    assert [words for _, words in rows[0]][5:] == ["csat", "emotion", "comment"]
    assert rows[1][5:] == [(None, "2"), (None, ""), ("inlineStr", "Pozdě.")]
    assert rows[2][7] == ("inlineStr", FORMULA)
    assert not list(sheet.iter(f"{MAIN}f")), "no formula"


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_makes_a_workbook_that_can_be_read(text: str) -> None:
    file = BytesIO()

    write_workbook([[text, 1]], file)

    with ZipFile(file) as book:
        ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314


def test_columns_of_all_revisions_are_there(app: Flask, session: Session, link: Link) -> None:
    publish_revision(session, link.survey, LOYALTY, at=NOW)
    session.commit()

    assert rows(run(app, "--survey", "delivery"))[0][5:] == ["csat", "emotion", "comment", "nps"]


def test_what_was_withdrawn_is_not_exported(app: Flask, session: Session, link: Link) -> None:
    for response in session.query(Response).all():
        withdraw_response(session, response, at=NOW)
    session.commit()

    assert len(rows(run(app, "--survey", link.survey.slug))) == 1


def test_a_receipt_never_leaves_with_the_answers(app: Flask, session: Session, link: Link) -> None:
    text = run(app, "--survey", link.survey.slug, "--format", "jsonl")

    for response in session.query(Response).all():
        assert response.receipt not in text


@pytest.mark.usefixtures("link")
def test_an_export_is_read_in_chunks(
    app: Flask, queries: QueryCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "CHUNK", 1)

    run(app, "--survey", "delivery")

    assert sum(" LIMIT " in statement for statement in queries.statements) == 3
    assert not reading.get(), "only the command itself was reading"


def test_an_unknown_survey_is_named(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["responses", "export", "--survey", "none"])

    assert result.exit_code == 1
    assert "There is no survey 'none'." in result.output


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    '"=1',
    "\ufeff=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
]


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_s06_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Dobré = dobré", "5", "a@b.example", "– pomlčka"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@given(st.text())
def test_s06_a_guard_can_be_taken_away_without_loss(text: str) -> None:
    assert unguarded(guarded(text)) == text
