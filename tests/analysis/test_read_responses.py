from __future__ import annotations

import signal
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.queries import pending_count
from cjm_feedback.analysis.services import (
    ReadComment,
    ReadingFailedError,
    read_responses,
    read_texts,
)
from cjm_feedback.analysis.storing import mean_polarity
from cjm_feedback.analysis.timebox import TimeIsUp, time_box
from cjm_feedback.jobs import leases
from cjm_feedback.jobs.leases import Claim
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.journeymap.measures import measure
from cjm_feedback.responses.models import Response, TextScore
from cjm_feedback.responses.services import withdraw_response
from cjm_feedback.rollups.models import Delta
from cjm_feedback.rollups.queries import read_all_cells, read_cells
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Hanging, Numbered, Raising, reading_with
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, Factory
from tests.rollups.answering import answer

pytestmark = pytest.mark.both_databases

SECOND_TEXT = ("thoughts", "long_text", False)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def link(make: Factory) -> Link:
    return make.link(make.survey(questions=(CSAT, COMMENT, SECOND_TEXT)))


def read(
    session: Session,
    *responses: Response,
    by: ReadComment | None = None,
    again: bool = False,
    seconds: float = 5,
) -> None:
    read_texts(
        session,
        [response.id for response in responses],
        at=LATER,
        again=again,
        read=by or reading_with(Numbered()),
        seconds=seconds,
    )
    session.commit()
    session.expire_all()


def score_of(session: Session, response: Response) -> TextScore:
    return session.scalars(select(TextScore).where(TextScore.response_id == response.id)).one()


def written(session: Session, link: Link) -> object:
    return read_cells(session, link.survey.journey_id).get((link.touchpoint_id or 0, "written"))


def job(session: Session, *response_ids: int, attempts: int = 1, **payload: object) -> Job:
    made = enqueue(
        session, "read_responses", {"response_ids": list(response_ids), **payload}, at=NOW
    )
    made.status, made.attempts, made.lease_until = "running", attempts, LATER
    session.commit()
    session.expunge(made)
    return made


def test_a_text_gets_its_score_and_what_proves_it(session: Session, link: Link) -> None:
    response = answer(session, link, csat=2, comment="-0.62 it was late")

    read(session, response)

    score = score_of(session, response)
    assert (score.status, score.polarity, score.label) == ("scored", -6200, "negative")
    assert (score.engine, score.scored_at, score.reason) == ("numbered-1", LATER, None)
    assert score.evidence == [{"start": 0, "end": 5, "polarity": -0.62}]


def test_a_read_text_is_counted_where_its_response_belongs(session: Session, link: Link) -> None:
    response = answer(session, link, csat=2, comment="-0.62 it was late", language="pl")

    read(session, response)

    cells = read_all_cells(session, response.journey_id)
    [written_key] = [key for key in cells if key.series == "written"]
    [csat_key] = [key for key in cells if key.series == "csat"]
    assert written_key._replace(series="csat") == csat_key
    assert cells[written_key] == measure("written", -0.62)


def test_a_response_with_two_texts_counts_once_with_their_mean(
    session: Session, link: Link
) -> None:
    response = answer(session, link, csat=3, comment="0.5 fine", thoughts="-0.1 or was it")
    read(session, response)
    assert written(session, link) == measure("written", 0.2)


@pytest.mark.parametrize(
    ("total", "n", "mean"), [(1, 2, 1), (-1, 2, -1), (10, 3, 3), (-11, 3, -4), (0, 5, 0)]
)
def test_means_are_rounded_to_the_nearest_and_halves_away_from_zero(
    total: int, n: int, mean: int
) -> None:
    assert mean_polarity(total, n) == mean


def test_what_cannot_be_read_is_unscored_with_its_reason_and_counts_nowhere(
    session: Session, link: Link
) -> None:
    response = answer(session, link, csat=3, comment="qwxyz qwxyz")

    read(session, response)

    score = score_of(session, response)
    assert (score.status, score.reason, score.polarity) == ("unscored", "no_known_words", None)
    assert written(session, link) is None


def test_reading_twice_changes_nothing(session: Session, link: Link) -> None:
    response = answer(session, link, csat=3, comment="0.5 fine")
    read(session, response)
    deltas = session.scalar(select(func.count(Delta.id)))

    read(session, response)

    assert session.scalar(select(func.count(Delta.id))) == deltas
    assert written(session, link) == measure("written", 0.5)


def test_r15_an_analyser_that_breaks_leaves_the_rating_and_the_other_texts(
    session: Session, link: Link
) -> None:
    fine = answer(session, link, csat=5, comment="0.9 great")
    broken = answer(session, link, csat=1, comment="-0.9 poison")

    read(session, fine, broken, by=reading_with(Raising()))

    assert (score_of(session, broken).status, score_of(session, broken).reason) == (
        "failed",
        "failed",
    )
    assert score_of(session, fine).status == "scored"
    assert written(session, link) == measure("written", 0.9)
    assert read_cells(session, link.survey.journey_id)[link.touchpoint_id or 0, "csat"].n == 2


def test_r15_an_analyser_that_breaks_hands_the_text_to_the_next(
    session: Session, link: Link
) -> None:
    response = answer(session, link, csat=1, comment="-0.9 poison")
    read(session, response, by=reading_with(Raising(), Numbered()))
    assert score_of(session, response).engine == "numbered-1"


def test_r15_an_analyser_that_hangs_is_stopped_and_the_other_texts_are_read(
    session: Session, link: Link
) -> None:
    stuck = answer(session, link, csat=1, comment="-0.9 poison")
    fine = answer(session, link, csat=5, comment="0.9 great")
    started = time.monotonic()

    read(session, stuck, fine, by=reading_with(Hanging()), seconds=0.2)

    assert time.monotonic() - started < 5
    assert (score_of(session, stuck).status, score_of(session, stuck).reason) == (
        "failed",
        "timeout",
    )
    assert score_of(session, fine).status == "scored"


def test_r15_a_job_that_died_is_split_so_that_the_text_at_fault_stands_alone(
    session: Session, link: Link
) -> None:
    ids = [answer(session, link, csat=3, comment="0.5 fine").id for _ in range(3)]
    before = set(session.scalars(select(Job.id)))

    result = read_responses(session, job(session, *ids, attempts=2, again=True), at=LATER)
    session.commit()

    assert result == {"split": 3}
    made = session.scalars(select(Job).where(Job.id.not_in(before), Job.status == "queued")).all()
    assert [one.payload for one in made] == [{"response_ids": [one], "again": True} for one in ids]
    assert pending_count(session, link.survey.journey_id) == 3


def test_r15_a_text_that_took_every_try_with_it_is_given_up(session: Session, link: Link) -> None:
    response = answer(session, link, csat=3, comment="0.5 fine")

    read_responses(session, job(session, response.id, attempts=5), at=LATER)
    session.commit()
    session.expire_all()

    assert (score_of(session, response).status, score_of(session, response).reason) == (
        "failed",
        "failed",
    )


def test_r15_a_text_that_could_not_be_read_stays_pending_and_is_tried_again(
    session: Session, link: Link
) -> None:
    response = answer(session, link, csat=1, comment="-0.9 poison")
    broken = reading_with(Raising())

    with pytest.raises(ReadingFailedError):
        read_responses(session, job(session, response.id), at=LATER, read=broken)
    session.rollback()
    assert score_of(session, response).status == "pending"

    read_responses(
        session, job(session, response.id, attempts=2), at=LATER, read=reading_with(Numbered())
    )
    session.commit()
    session.expire_all()
    assert score_of(session, response).status == "scored"


def test_r15_texts_that_could_not_be_read_get_jobs_of_their_own(
    session: Session, link: Link
) -> None:
    fine = answer(session, link, csat=5, comment="0.9 great")
    broken = answer(session, link, csat=1, comment="-0.9 poison")
    before = set(session.scalars(select(Job.id)))

    read_responses(
        session, job(session, fine.id, broken.id), at=LATER, read=reading_with(Raising())
    )
    session.commit()
    session.expire_all()

    made = session.scalars(select(Job).where(Job.id.not_in(before), Job.status == "queued")).all()
    assert [one.payload for one in made] == [{"response_ids": [broken.id]}]
    statuses = [score_of(session, one).status for one in (fine, broken)]
    assert statuses == ["scored", "pending"]


def test_r15_nobody_waits_for_texts_whose_job_is_dead(session: Session, link: Link) -> None:
    response = answer(session, link, csat=1, comment="-0.9 poison")
    dying = job(session, response.id, attempts=5)

    assert leases.fail(session, Claim(dying.id, 5), "Killed", LATER) == "dead"
    session.commit()
    session.expire_all()

    assert score_of(session, response).status == "failed"
    assert pending_count(session, link.survey.journey_id) == 0


def test_a_job_says_what_it_wrote(session: Session, link: Link) -> None:
    fine = answer(session, link, csat=3, comment="skvělé, moc děkuji")
    odd = answer(session, link, csat=3, comment="12")

    result = read_responses(session, job(session, fine.id, odd.id), at=LATER)

    assert result == {"scored": 1, "unscored": 1, "failed": 0, "left": 0}


def test_texts_of_withdrawn_responses_are_not_counted(session: Session, link: Link) -> None:
    response = answer(session, link, csat=3, comment="0.5 fine")
    withdraw_response(session, response, at=NOW)
    session.commit()

    read(session, response)

    assert read_cells(session, response.journey_id) == {}
    assert pending_count(session, response.journey_id) == 0


def test_a_withdrawal_takes_the_written_mood_with_it(session: Session, link: Link) -> None:
    response = answer(session, link, csat=3, comment="0.5 fine")
    read(session, response)
    withdraw_response(session, response, at=NOW)
    session.commit()
    assert read_cells(session, response.journey_id) == {}


def test_another_engine_takes_away_what_the_first_one_counted(session: Session, link: Link) -> None:
    response = answer(session, link, csat=3, comment="0.5 fine")
    read(session, response)

    read(session, response, by=reading_with(Numbered(version=2, factor=-1)), again=True)

    assert score_of(session, response).engine == "numbered-2"
    assert written(session, link) == measure("written", -0.5)


def test_an_engine_that_fails_does_not_take_the_old_score_away(
    session: Session, link: Link
) -> None:
    response = answer(session, link, csat=3, comment="0.5 poison")
    read(session, response)

    read(session, response, by=reading_with(Raising(version=2)), again=True)

    assert score_of(session, response).engine == "numbered-1"
    assert written(session, link) == measure("written", 0.5)


def test_a_time_box_gives_back_the_alarm_that_was_set_before_it() -> None:
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(True))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(TimeIsUp), time_box(0.05):
            time.sleep(1)
        assert not rang
        time.sleep(0.3)
        assert rang == [True]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_outside_the_main_thread_there_is_no_alarm_but_the_text_is_read() -> None:
    done = []

    def run() -> None:
        with time_box(0.01):
            time.sleep(0.05)
        done.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert done == [True]
