"""Taking responses without a page: what importers and other doors rely on."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.jobs.models import Job
from cjm_feedback.questionnaire.answers import AnswerValue
from cjm_feedback.responses.idempotency import fingerprint, stored_key
from cjm_feedback.responses.models import IdempotencyKey, Response
from cjm_feedback.responses.receipts import Receipt, new_code, read_code
from cjm_feedback.responses.services import (
    KeyReusedError,
    SurveyClosedError,
    known_receipt,
    submit_response,
    withdraw_response,
)
from cjm_feedback.rollups.models import Delta
from cjm_feedback.rollups.queries import read_all_cells
from cjm_feedback.surveys.models import Link
from tests.conftest import NOW
from tests.factories import Factory

ANSWERS = {"csat": AnswerValue(number=2), "comment": AnswerValue(text="Pozdě.")}


def submit(session: Session, way: Link, **changes: Any) -> Receipt:
    answers = changes.pop("answers", ANSWERS)
    wanted: dict[str, Any] = {
        "survey": way.survey,
        "revision": way.survey.revisions[-1],
        "link": way,
        "touchpoint": way.touchpoint,
        "channel": way.channel,
        "language": "cs",
        "answers": answers,
        "key": "row 1",
        "fingerprint": fingerprint(answers, "cs"),
        "source": "page",
        "received_at": NOW,
        "at": NOW,
    }
    return submit_response(session, **{**wanted, **changes})


@pytest.mark.both_databases
def test_a_response_and_all_that_follows_are_undone_together(
    session: Session, make: Factory
) -> None:
    link = make.link()
    submit(session, link)

    session.rollback()

    for table in (Response, IdempotencyKey, Delta, Job):
        assert session.scalars(select(func.count()).select_from(table)).one() == 0


@pytest.mark.both_databases
def test_a_repeat_returns_the_receipt_and_says_that_it_is_one(
    session: Session, make: Factory
) -> None:
    link = make.link()

    first, again = submit(session, link), submit(session, link)

    assert (first.repeated, again.repeated) == (False, True)
    assert (first.code, first.response_id) == (again.code, again.response_id)
    with pytest.raises(KeyReusedError) as refusal:
        submit(session, link, answers={"csat": AnswerValue(number=5)})
    assert refusal.value.receipt.code == first.code


def test_what_a_key_names_is_apart_by_source_and_survey(session: Session, make: Factory) -> None:
    one, other = make.link(), make.link()

    ids = {
        submit(session, link, source=source).response_id
        for link in (one, other)
        for source in ("page", "api", "import")
    }

    assert len(ids) == 6
    keys = {stored_key("page", 1, "1a"), stored_key("page", 11, "a"), stored_key("api", 1, "1a")}
    assert len(keys) == 3
    assert len(stored_key("import", 1, "x" * 10_000)) == 64


def test_known_receipts_can_be_looked_up_before_anything_is_written(
    session: Session, make: Factory
) -> None:
    link = make.link()
    attempt = stored_key("import", link.survey_id, "row 1")
    assert known_receipt(session, attempt, fingerprint(ANSWERS, "cs")) is None

    receipt = submit(session, link, source="import")

    known = known_receipt(session, attempt, fingerprint(ANSWERS, "cs"))
    assert known is not None
    assert known.code == receipt.code


def test_a_file_may_bring_answers_from_before_the_survey_opened(
    session: Session, make: Factory
) -> None:
    link = make.link(make.survey(opens_at=NOW, closes_at=NOW + timedelta(seconds=1)))
    past = NOW - timedelta(days=900)

    receipt = submit(
        session,
        link,
        source="import",
        received_at=past,
        at=NOW + timedelta(days=1),
        external_id="A-17",
        link=None,
        enqueue_reading=False,
    )

    response = session.get_one(Response, receipt.response_id)
    assert (response.received_at, response.local_day) == (past, date(2024, 6, 5))
    assert (response.external_id, response.link_id) == ("A-17", None)
    assert session.scalars(select(Job)).all() == []


@pytest.mark.parametrize("source", ["page", "api"])
def test_a_closed_survey_takes_no_response(session: Session, make: Factory, source: str) -> None:
    link = make.link(make.survey(closes_at=NOW))

    with pytest.raises(SurveyClosedError):
        submit(session, link, source=source)


def test_a_fingerprint_tells_answers_apart_and_not_their_order() -> None:
    swapped = dict(reversed(ANSWERS.items()))

    assert fingerprint(ANSWERS, "cs") == fingerprint(swapped, "cs")
    assert fingerprint(ANSWERS, "cs") != fingerprint(ANSWERS, "pl")
    number, choice = {"a": AnswerValue(number=1)}, {"a": AnswerValue(choice="1")}
    assert fingerprint(number, "cs") != fingerprint(choice, "cs")


def test_receipts_differ_and_are_read_however_they_are_typed() -> None:
    codes = {new_code() for _ in range(1_000)}

    assert len(codes) == 1_000
    for code in codes:
        assert read_code(f" {code.lower()} ") == code
    for wrong in ("", "2222", "2222-2222-2222-2222-222O", "2222-2222-2222-2222-2222-2222"):
        assert read_code(wrong) is None


@pytest.mark.both_databases
def test_withdrawing_takes_exactly_one_response_out_of_the_figures(
    session: Session, make: Factory
) -> None:
    link = make.link()
    kept = submit(session, link)
    before = read_all_cells(session, link.survey.journey_id)
    gone = submit(session, link, key="row 2")

    withdraw_response(session, session.get_one(Response, gone.response_id), at=NOW)

    assert read_all_cells(session, link.survey.journey_id) == before
    assert session.get_one(Response, gone.response_id).answers == []
    assert len(session.get_one(Response, kept.response_id).answers) == 2


@pytest.mark.both_databases
def test_every_response_has_a_number_by_which_it_is_known_again(
    session: Session, make: Factory
) -> None:
    link = make.link()
    first = submit(session, link)
    submit(session, link, key="2")
    ids = session.scalars(select(Response.external_id).order_by(Response.id)).all()
    assert len(set(ids)) == 2
    assert all(re.fullmatch(r"cjm-[0-9a-f]{16}", one or "") for one in ids)

    again = submit(session, link, key="3", source="import", external_id=ids[0])

    assert again == Receipt(first.code, first.response_id, repeated=True)
    with pytest.raises(KeyReusedError):
        submit(
            *(session, link),
            key="4",
            source="import",
            external_id=ids[0],
            answers={"csat": AnswerValue(number=5)},
        )
    assert session.scalars(select(func.count()).select_from(Response)).one() == 2


def test_two_surveys_may_use_the_same_number(session: Session, make: Factory) -> None:
    for _ in range(2):
        assert not submit(session, make.link(), external_id="A-1").repeated
