"""How far staff agree with the machine."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cjm_feedback.analysis.agreement import Judged, agreement, report_on
from cjm_feedback.analysis.corrections import Judgement, agree, correct, withdraw_correction
from cjm_feedback.analysis.services import read_texts
from cjm_feedback.journeymap.intervals import wilson
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Numbered, reading_with
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, Factory
from tests.rollups.answering import answer


def one(
    read: str = "positive",
    label: str = "positive",
    *,
    language: str = "cs",
    engine: str = "deep-1",
    read_themes: tuple[str, ...] = (),
    themes: tuple[str, ...] = (),
) -> Judged:
    return Judged(language, engine, read, label, frozenset(read_themes), frozenset(themes))


def test_agreement_is_told_by_language_engine_and_theme() -> None:
    report = report_on(
        [
            one(),
            one("positive", "negative", language="pl"),
            one("not read", "negative", language="pl", engine="none"),
            one("mixed", "mixed", read_themes=("price",), themes=("price", "staff")),
        ]
    )

    assert report.overall is not None
    assert (report.overall.n, report.overall.agreed) == (4, 2)
    assert report.overall.interval == wilson(2, 4)
    assert report.overall.confusion == {
        "mixed": {"mixed": 1},
        "not read": {"negative": 1},
        "positive": {"negative": 1, "positive": 1},
    }
    assert {key: (a.n, a.agreed) for key, a in report.languages.items()} == {
        "cs": (2, 2),
        "pl": (2, 0),
    }
    assert {key: (a.n, a.agreed) for key, a in report.engines.items()} == {
        "deep-1": (3, 2),
        "none": (1, 0),
    }
    assert {key: (a.n, a.agreed) for key, a in report.themes.items()} == {
        "price": (1, 1),
        "staff": (1, 0),
    }
    assert report.themes["staff"].confusion == {"not named": {"named": 1}}


def test_of_nothing_there_is_no_share() -> None:
    assert report_on([]).as_json() == {
        "n": 0,
        "overall": None,
        "languages": {},
        "engines": {},
        "themes": {},
    }


@pytest.fixture
def link(make: Factory) -> Link:
    return make.link(make.survey(questions=(CSAT, COMMENT)))


def judge_some(session: Session, link: Link) -> None:
    """One confirmed, one corrected twice, one whose correction was withdrawn."""
    responses = [answer(session, link, csat=2, comment="0.8 so", language="pl") for _ in range(3)]
    read_texts(session, [one.id for one in responses], at=NOW, read=reading_with(Numbered()))
    session.commit()
    first, second, third = (one.scores[0].id for one in responses)
    agree(session, first, user_id=None, at=NOW)
    correct(session, second, Judgement("neutral"), user_id=None, at=NOW)
    correct(session, second, Judgement("negative"), user_id=None, at=NOW)
    correct(session, third, Judgement("negative"), user_id=None, at=NOW)
    withdraw_correction(session, third, at=NOW)
    session.commit()


@pytest.mark.both_databases
def test_what_stands_is_counted_once_for_each_text(
    session: Session, make: Factory, link: Link
) -> None:
    judge_some(session, link)

    report = agreement(session, journey_id=link.survey.journey_id)

    assert report.overall is not None
    assert report.overall.confusion == {"positive": {"negative": 1, "positive": 1}}
    assert list(report.engines) == ["numbered-1"]
    elsewhere = make.journey()
    assert agreement(session, journey_id=elsewhere.id).overall is None
    assert agreement(session, workspace_id=elsewhere.workspace_id).overall is None
    workspace_id = link.survey.journey.workspace_id
    assert agreement(session, workspace_id=workspace_id).overall == report.overall


def test_the_command_prints_a_table_and_json(app: Flask, session: Session, link: Link) -> None:
    judge_some(session, link)
    run = app.test_cli_runner()

    slug = link.survey.journey.slug
    table = run.invoke(args=["sentiment", "agreement", "--journey", slug])
    plain = run.invoke(args=["sentiment", "agreement", "--json"])
    unknown = run.invoke(args=["sentiment", "agreement", "--journey", "nowhere"])

    assert table.exit_code == 0, table.output
    assert "engine numbered-1" in table.stdout
    assert "positive    negative 1, positive 1" in table.stdout
    assert json.loads(plain.stdout)["overall"]["agreed"] == 0.5
    assert unknown.exit_code == 1
