from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from cjm_feedback.analysis.services import read_texts
from cjm_feedback.journeys.models import Journey
from cjm_feedback.rollups.models import RollupCell
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Numbered, reading_with
from tests.conftest import NOW
from tests.factories import NPS, Factory
from tests.rollups.answering import answer
from tests.rollups.histories import fold_all

LAST_WEEK = datetime(2026, 11, 11, 12, tzinfo=UTC)


@pytest.fixture
def link(make: Factory) -> Link:
    journey = make.journey(slug="shop", stages=("purchase", "loyalty"))
    make.persona(journey, key="pole", conditions=[{"field": "language", "op": "is", "value": "pl"}])
    return make.link(make.survey(journey=journey))


@pytest.fixture
def journey(session: Session, make: Factory, link: Link) -> Journey:
    """Answers in a week that is over and in the running one, one of them not read yet."""
    read = [
        answer(session, link, at=LAST_WEEK, csat=5, emotion="joy", comment="0.5 so").id,
        answer(session, link, at=LAST_WEEK, csat=2, emotion="anger", language="pl").id,
    ]
    read_texts(session, read, at=LAST_WEEK, read=reading_with(Numbered()))
    answer(session, link, at=NOW, csat=5, comment="0.7 so")
    whole = make.link(make.survey(journey=link.survey.journey, scope="journey", questions=(NPS,)))
    answer(session, whole, at=NOW, nps=10)
    session.commit()
    return link.survey.journey


@time_machine.travel(NOW, tick=False)
def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["map", *words])


def document(app: Flask, *words: str) -> dict[str, object]:
    result = run(app, "show", "shop", "--format", "json", *words)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def test_the_document_has_the_shape_that_programs_stand_on(app: Flask, journey: Journey) -> None:
    shown = document(app)

    assert list(shown) == ["journey", "period", "as_of", "pending", "stages", "figures"]
    assert shown["journey"] == "shop"
    assert shown["period"] == {"from": "2026-11-11", "to": "2026-11-22", "closed": False}
    assert (shown["as_of"], shown["pending"]) == ("2026-11-22T09:00:00Z", 1)
    stages = shown["stages"]
    assert isinstance(stages, list)
    assert [list(stage) for stage in stages] == [
        ["key", "name", "phase", "figures", "touchpoints"]
    ] * 2
    [place] = stages[0]["touchpoints"]
    assert list(place) == ["key", "name", "channel", "figures", "pains", "gains"]
    assert list(place["figures"]) == ["emotion", "written", "said", "csat"]
    assert set(place["figures"]["csat"]) == {
        *("n", "value", "low", "high", "tier", "source", "verdict"),
    }
    assert (place["figures"]["csat"]["n"], place["figures"]["written"]["n"]) == (3, 1)
    figures = shown["figures"]
    assert isinstance(figures, dict)
    assert figures["nps"]["value"] == 100
    assert set(place["name"]) == {"cs", "pl", "ru", "en"}


def test_periods_and_personas_narrow_the_document(app: Flask, journey: Journey) -> None:
    run(app, "refresh", "shop")

    def rated(*words: str) -> int:
        stages = document(app, *words)["stages"]
        assert isinstance(stages, list)
        n = stages[0]["touchpoints"][0]["figures"]["csat"]["n"]
        assert isinstance(n, int)
        return n

    assert rated("--period", "last") == 2
    assert rated("--period", "open") == 1
    assert rated("--period", "2026-11-11..2026-11-11") == 2
    assert rated("--persona", "pole") == 1
    assert rated("--persona", "none") == 2
    assert rated("--period", "last", "--persona", "none") == 1


def test_a_closed_period_says_so(app: Flask, journey: Journey) -> None:
    run(app, "refresh", "shop")
    assert document(app, "--period", "last")["period"] == {
        "from": "2026-11-09",
        "to": "2026-11-15",
        "closed": True,
    }


def test_refresh_says_what_it_closed_and_why_not(app: Flask, journey: Journey) -> None:
    first = run(app, "refresh", "shop", "--until", "2026-11-16")
    second = run(app, "refresh", "shop", "--until", "2026-11-16")
    assert "Closed 2026-W46 as snapshot 1: 2 responses" in first.output
    assert "Texts still to be read: 1" in first.output
    assert "no week is over" in second.output


def test_the_table_names_stages_and_touchpoints_with_their_n(app: Flask, journey: Journey) -> None:
    output = run(app, "show", "shop").output
    assert "en: purchase" in output
    line = next(line for line in output.splitlines() if "purchase-point" in line)
    assert line.split()[2] == "3"
    assert "Texts still to be read: 1" in output


def test_the_drawing_stands_alone_as_a_file(app: Flask, journey: Journey) -> None:
    svg = ElementTree.fromstring(run(app, "show", "shop", "--format", "svg").output)  # noqa: S314 - ours
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"


def test_the_spreadsheet_holds_every_figure(app: Flask, journey: Journey) -> None:
    output = run(app, "show", "shop", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(output, newline="")))
    csat = next(
        row for row in rows if (row["touchpoint"], row["metric"]) == ("purchase-point", "csat")
    )
    assert (csat["n"], csat["name"]) == ("3", "en: purchase-point")


def test_a_name_that_is_a_formula_stays_a_text(
    app: Flask, session: Session, journey: Journey
) -> None:
    journey.stages[0].touchpoints[0].name = {"en": '=HYPERLINK("http://example.org")'}
    session.commit()
    output = run(app, "show", "shop", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(output, newline="")))
    names = {row["name"] for row in rows if row["touchpoint"] == "purchase-point"}
    assert names == {'\'=HYPERLINK("http://example.org")'}


def test_verify_holds_and_exits_with_one_when_a_cell_was_changed(
    app: Flask, session: Session, journey: Journey
) -> None:
    assert run(app, "verify").exit_code == 0
    assert run(app, "verify", "shop").exit_code == 0

    fold_all(session)
    session.execute(
        update(RollupCell).where(RollupCell.series == "csat").values(total=RollupCell.total + 1)
    )
    session.commit()

    result = run(app, "verify")
    assert result.exit_code == 1
    assert "'series': 'csat'" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("show", "nothing"),
        ("refresh", "nothing"),
        ("verify", "nothing"),
        ("show", "shop", "--period", "yesterday"),
        ("show", "shop", "--period", "last"),
        ("show", "shop", "--persona", "nobody"),
        ("refresh", "shop", "--until", "soon"),
    ],
)
def test_words_that_name_nothing_are_explained(
    app: Flask, journey: Journey, words: tuple[str, ...]
) -> None:
    result = run(app, *words)
    assert result.exit_code != 0
    assert "Error: " in result.output
    assert "Traceback" not in result.output


def test_verify_reads_one_moment_of_a_database_that_is_written_to(
    app: Flask, journey: Journey
) -> None:
    """The command leaves neither a write lock nor anything else behind."""
    assert run(app, "verify").exit_code == 0
    assert run(app, "refresh", "shop", "--until", str(NOW - timedelta(days=3))).exit_code == 0
