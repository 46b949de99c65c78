"""Which themes texts speak about: stored with them, replaced when they are read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.corrections import Judgement, correct, withdraw_correction
from cjm_feedback.analysis.services import ReadComment, read_texts
from cjm_feedback.analysis.themes import reading as theme_reading
from cjm_feedback.analysis.themes.editing import add_starter_themes, add_theme, retire_theme
from cjm_feedback.analysis.themes.hits import comments_per_theme
from cjm_feedback.analysis.themes.reading import load_themes
from cjm_feedback.analysis.themes.suggesting import SUGGEST_THEMES
from cjm_feedback.jobs.models import Job
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import Response, TextScore, Theme, ThemeHit
from cjm_feedback.responses.services import withdraw_response
from cjm_feedback.sentiment.result import Clause, Reading
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Numbered, reading_with
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, Factory, said
from tests.rollups.answering import answer

pytestmark = pytest.mark.both_databases
LATER = NOW + timedelta(minutes=1)
LATE_PAYMENT = "-0.5 card payment declined"


@pytest.fixture
def link(make: Factory) -> Link:
    return make.link(make.survey(questions=(CSAT, COMMENT)))


@pytest.fixture
def journey(session: Session, link: Link) -> Journey:
    """A journey with the themes that every journey begins with."""
    add_starter_themes(session, link.survey.journey)
    session.commit()
    return link.survey.journey


def read(
    session: Session, *responses: Response, by: ReadComment | None = None, again: bool = False
) -> None:
    session.commit()
    ids = [one.id for one in responses]
    read_texts(session, ids, at=LATER, again=again, read=by or reading_with(Numbered()))
    session.commit()
    session.expire_all()


def hits(session: Session, *, source: str = "engine") -> list[tuple[str, int]]:
    rows = session.execute(
        select(Theme.key, ThemeHit.polarity)
        .join(ThemeHit, ThemeHit.theme_id == Theme.id)
        .where(ThemeHit.source == source)
        .order_by(ThemeHit.id)
    )
    return [(row.key, row.polarity) for row in rows]


class InClauses:
    """Reads "+0.5 …; -0.5 …" as clauses with these polarities."""

    def __call__(self, text: str, **_: object) -> Reading:
        clauses, start = [], 0
        for part in text.split(";"):
            polarity = float(part.split()[0])
            label = "negative" if polarity < 0 else "positive"
            clauses.append(Clause(start, start + len(part), polarity, label))  # type: ignore[arg-type]
            start += len(part) + 1
        return Reading("en", 0.0, "mixed", 0.9, "clauses-1", clauses=tuple(clauses), unsure=True)


def test_the_themes_of_a_text_are_kept_with_its_score(
    session: Session, link: Link, journey: Journey
) -> None:
    read(session, answer(session, link, csat=2, comment=LATE_PAYMENT, language="en"))

    assert hits(session) == [("payment", -5000)]
    theme = session.scalars(select(Theme).where(Theme.key == "payment")).one()
    assert comments_per_theme(session, journey.id) == {theme.id: 1}


def test_a_theme_counts_with_the_clause_that_speaks_about_it(
    session: Session, link: Link, journey: Journey
) -> None:
    comment = "+0.8 the app crashes, well; -0.4 card payment declined"
    read(session, answer(session, link, csat=3, comment=comment, language="en"), by=InClauses())

    assert dict(hits(session)) == {"website-app": 8000, "payment": -4000}
    score = session.scalars(select(TextScore)).one()
    assert [(one["start"], one["label"], one["themes"]) for one in score.clauses] == [
        (0, "positive", ["website-app"]),
        (27, "negative", ["payment"]),
    ]
    assert score.unsure is True


def test_a_text_that_is_read_again_gets_new_hits(
    session: Session, link: Link, journey: Journey
) -> None:
    response = answer(session, link, csat=2, comment=LATE_PAYMENT, language="en")
    read(session, response)
    payment = session.scalars(select(Theme).where(Theme.key == "payment")).one()
    retire_theme(payment, at=NOW)
    add_theme(session, journey, name=said("refused"), seeds={"en": ["card payment declined"]})

    read(session, response, again=True)

    assert [key for key, _ in hits(session)] == ["en-refused"]


def test_what_staff_say_stays_and_counts_until_they_take_it_back(
    session: Session, link: Link, journey: Journey
) -> None:
    response = answer(session, link, csat=2, comment=LATE_PAYMENT, language="en")
    read(session, response)
    score = session.scalars(select(TextScore)).one()
    ids = {theme.key: theme.id for theme in session.scalars(select(Theme))}
    correct(session, score.id, Judgement("negative", themes=("staff",)), user_id=None, at=NOW)

    read(session, response, again=True)

    assert hits(session) == [("payment", -5000)]
    assert [key for key, _ in hits(session, source="staff")] == ["staff"]
    assert comments_per_theme(session, journey.id) == {ids["staff"]: 1}
    withdraw_correction(session, score.id, at=NOW)
    assert comments_per_theme(session, journey.id) == {ids["payment"]: 1}


def test_a_theme_is_looked_for_at_its_touchpoints_only(
    session: Session, make: Factory, link: Link
) -> None:
    journey = link.survey.journey
    elsewhere = make.touchpoint(journey.stages[0])
    place = elsewhere.id
    seeds = {"en": ["card payment declined"]}
    add_theme(session, journey, name={"en": "Card"}, seeds=seeds, places=[place])
    other = make.link(link.survey, touchpoint=elsewhere)

    here = answer(session, link, csat=2, comment=LATE_PAYMENT, language="en")
    there = answer(session, other, csat=2, comment=LATE_PAYMENT, language="en")
    read(session, here, there)

    found = session.scalars(select(TextScore).join(ThemeHit)).all()
    assert [score.touchpoint_id for score in found] == [place]


def test_themes_of_another_journey_are_not_used(
    session: Session, make: Factory, link: Link
) -> None:
    add_starter_themes(session, make.journey())
    read(session, answer(session, link, csat=2, comment=LATE_PAYMENT, language="en"))
    assert hits(session) == []


def test_withdrawn_answers_count_for_no_theme(
    session: Session, link: Link, journey: Journey
) -> None:
    response = answer(session, link, csat=2, comment=LATE_PAYMENT, language="en")
    read(session, response)
    withdraw_response(session, response, at=LATER)
    session.commit()

    assert comments_per_theme(session, journey.id) == {}
    assert session.scalar(select(func.count()).select_from(ThemeHit)) == 0


def test_a_fault_costs_the_themes_and_never_the_reading(
    session: Session, link: Link, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(theme_reading, "theme_reader", broken)

    read(session, answer(session, link, csat=2, comment=LATE_PAYMENT, language="en"))

    assert session.scalars(select(TextScore.status)).one() == "scored"
    assert hits(session) == []


def test_what_an_engine_knows_of_clauses_is_not_read_again(
    session: Session, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def encode(texts: list[str]) -> np.ndarray:
        asked.extend(texts)
        return np.array([[1, 0] if "card" in text else [0, 1] for text in texts], np.float32)

    def deep(text: str, **kwargs: object) -> Reading:
        reading = InClauses()(text, **kwargs)
        topics = [(1.0, 0.0), (0.0, 1.0)]
        clauses = [
            replace(one, topic=topic) for one, topic in zip(reading.clauses, topics, strict=False)
        ]
        return replace(reading, engine="deep-1", clauses=tuple(clauses))

    monkeypatch.setattr(theme_reading, "theme_encoder", lambda: encode)
    theme_reading.theme_reader.cache_clear()
    journey = link.survey.journey
    add_theme(session, journey, name={"en": "Card"}, seeds={"en": ["card refused once"]})
    add_theme(session, journey, name={"en": "Wait"}, seeds={"en": ["waiting forever"]})
    comment = "-0.6 of plastic; -0.2 of time"

    read(session, answer(session, link, csat=2, comment=comment, language="en"), by=deep)

    assert dict(hits(session)) == {"card": -6000, "wait": -2000}
    assert sorted(asked) == ["card refused once", "waiting forever"]


def test_staff_teach_a_theme_by_what_they_decided(
    session: Session, link: Link, journey: Journey
) -> None:
    taken = answer(session, link, csat=2, comment=LATE_PAYMENT, language="en")
    put = answer(session, link, csat=2, comment="-0.5 the till broke", language="en")
    read(session, taken, put)
    ids = {score.response_id: score.id for score in session.scalars(select(TextScore))}
    correct(session, ids[taken.id], Judgement("negative"), user_id=None, at=NOW)
    correct(session, ids[put.id], Judgement("negative", themes=("payment",)), user_id=None, at=NOW)
    session.commit()

    specs = {spec.key: spec for spec in load_themes(session, [journey.id])[journey.id].specs}

    assert specs["payment"].examples == ("-0.5 the till broke",)
    assert specs["payment"].rejected == (LATE_PAYMENT,)


def test_a_complaint_without_a_theme_has_suggestions_made_next_monday(
    session: Session, link: Link, journey: Journey
) -> None:
    for number in range(3):
        comment = f"-0.5 the parrot swears {number}"
        read(session, answer(session, link, csat=2, comment=comment, language="en"))

    job = session.scalars(select(Job).where(Job.kind == SUGGEST_THEMES)).one()
    assert job.payload == {"journey_id": journey.id}
    assert job.run_at == NOW.replace(day=23, hour=4)
    assert job.run_at > NOW
