"""Reading the texts of a journey again, with a count of how far it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.analysis import rescoring
from cjm_feedback.analysis.corrections import Judgement, correct
from cjm_feedback.analysis.services import read_texts
from cjm_feedback.jobs.models import Job
from cjm_feedback.journeymap.measures import measure
from cjm_feedback.maps.verify import mismatches
from cjm_feedback.responses.models import Rescoring, Response, TextScore
from cjm_feedback.rollups.queries import read_cells
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Numbered, reading_with
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, Factory
from tests.rollups.answering import answer

pytestmark = pytest.mark.both_databases
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def link(make: Factory) -> Link:
    return make.link(make.survey(questions=(CSAT, COMMENT)))


@pytest.fixture(autouse=True)
def _engine_of_the_future(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever engine this machine has, texts are read by `numbered-2`, which turns signs."""
    monkeypatch.setattr(rescoring, "engine_now", lambda *_: "numbered-2")
    reader = reading_with(Numbered(version=2, factor=-1))
    monkeypatch.setattr(
        rescoring, "read_texts", lambda *a, **k: read_texts(*a, **{**k, "read": reader})
    )
    monkeypatch.setattr(rescoring, "CHUNK", 2)


def answers(session: Session, link: Link, n: int) -> list[Response]:
    found = [answer(session, link, csat=2, comment="0.8 so") for _ in range(n)]
    read_texts(session, [one.id for one in found], at=NOW, read=reading_with(Numbered()))
    session.commit()
    return found


def take_a_step(session: Session, one: Rescoring, *, attempts: int = 1) -> None:
    """Do the job that goes on with it, as the worker would."""
    job = rescoring.next_job(session, one.id)
    assert job is not None
    job.status, job.attempts, job.lease_until = "running", attempts, LATER
    session.commit()
    job_id = job.id
    session.expunge(job)
    rescoring.rescore_journey(session, job, at=LATER)
    done = session.get_one(Job, job_id)
    done.status, done.lease_until, done.finished_at = "done", None, LATER
    session.commit()
    session.expire_all()


def engines(session: Session, link: Link) -> dict[str, int]:
    return rescoring.engines_of(session, link.survey.journey_id)


def test_every_answer_is_read_again_chunk_after_chunk(session: Session, link: Link) -> None:
    answers(session, link, 3)
    one = rescoring.start(session, link.survey.journey_id, user_id=None, at=LATER)
    session.commit()
    assert (one.total, one.engines_before, one.engine_after) == (3, {"numbered-1": 3}, "numbered-2")

    take_a_step(session, one)
    assert (one.done, one.finished_at, engines(session, link)) == (
        2,
        None,
        {"numbered-1": 1, "numbered-2": 2},
    )

    take_a_step(session, one)
    assert (one.done, one.changed, one.finished_at) == (3, 3, LATER)
    assert engines(session, link) == {"numbered-2": 3}
    cells = read_cells(session, link.survey.journey_id)
    expected = measure("written", -0.8)
    assert cells[link.touchpoint_id or 0, "written"] == expected + expected + expected
    assert mismatches(session, link.survey.journey_id) == []
    assert rescoring.next_job(session, one.id) is None


def test_what_the_engine_has_read_already_is_left_alone_if_asked(
    session: Session, link: Link
) -> None:
    found = answers(session, link, 3)
    read_texts(
        session,
        [found[1].id],
        at=NOW,
        again=True,
        read=reading_with(Numbered(version=2, factor=-1)),
    )
    session.commit()

    one = rescoring.start(session, link.survey.journey_id, only_older=True, user_id=None, at=LATER)
    session.commit()

    assert one.total == 2
    take_a_step(session, one)
    if one.finished_at is None:  # the chunk was full: only the next one knows that nothing is left
        take_a_step(session, one)
    assert (one.done, one.changed) == (2, 2)
    assert one.finished_at is not None


def test_a_correction_holds_and_does_not_count_as_changed(session: Session, link: Link) -> None:
    [response] = answers(session, link, 1)
    correct(session, response.scores[0].id, Judgement("neutral"), user_id=None, at=NOW)
    one = rescoring.start(session, link.survey.journey_id, user_id=None, at=LATER)
    session.commit()

    take_a_step(session, one)

    assert (one.done, one.changed) == (1, 0)
    score = session.scalars(select(TextScore)).one()
    assert (score.engine, score.polarity, score.counted) == ("numbered-2", -8000, 0)


def test_starting_twice_goes_on_with_the_one_that_runs(session: Session, link: Link) -> None:
    answers(session, link, 3)
    first = rescoring.start(session, link.survey.journey_id, user_id=None, at=NOW)
    session.commit()
    assert rescoring.start(session, link.survey.journey_id, user_id=None, at=LATER) is first


def test_without_texts_it_is_over_at_once(session: Session, link: Link) -> None:
    one = rescoring.start(session, link.survey.journey_id, user_id=None, at=NOW)
    session.commit()
    assert (one.total, one.finished_at) == (0, NOW)
    assert rescoring.next_job(session, one.id) is None


def test_a_chunk_that_died_is_read_answer_by_answer_and_the_next_one_goes_on(
    session: Session, link: Link
) -> None:
    found = answers(session, link, 3)
    one = rescoring.start(session, link.survey.journey_id, user_id=None, at=LATER)
    session.commit()

    take_a_step(session, one, attempts=2)

    alone = session.scalars(
        select(Job).where(Job.kind == "read_responses", Job.created_at == LATER).order_by(Job.id)
    )
    assert [job.payload for job in alone] == [
        {"response_ids": [response.id], "again": True} for response in found[:2]
    ]
    assert (one.done, one.finished_at) == (2, None)
    assert rescoring.next_job(session, one.id) is not None


def test_what_was_given_up_says_so_and_goes_on_when_it_is_started_again(
    session: Session, link: Link
) -> None:
    answers(session, link, 1)
    one = rescoring.start(session, link.survey.journey_id, user_id=None, at=NOW)
    job = rescoring.next_job(session, one.id)
    assert job is not None
    job.status, job.finished_at = "dead", LATER
    rescoring.stopped(session, job, at=LATER)
    session.commit()
    stopped_at = one.stopped_at
    assert stopped_at == LATER

    again = rescoring.start(session, link.survey.journey_id, user_id=None, at=LATER)
    session.commit()
    session.refresh(job)

    assert again is one
    assert one.stopped_at is None
    assert job.status == "queued"


def test_an_answer_withdrawn_meanwhile_does_not_keep_it_from_ending(
    session: Session, link: Link
) -> None:
    found = answers(session, link, 3)
    one = rescoring.start(session, link.survey.journey_id, user_id=None, at=LATER)
    session.commit()
    session.delete(found[2].answers[1])
    session.commit()
    session.expire_all()

    take_a_step(session, one)
    take_a_step(session, one)

    assert (one.done, one.total, one.finished_at) == (3, 3, LATER)


def test_the_command_reads_to_the_end(app: Flask, session: Session, link: Link) -> None:
    answers(session, link, 3)

    done = app.test_cli_runner().invoke(args=["sentiment", "rescore", link.survey.journey.slug])

    assert done.exit_code == 0, done.output
    assert "3 responses read again; 3 are labelled otherwise now." in done.output
    session.expire_all()
    assert engines(session, link) == {"numbered-2": 3}
