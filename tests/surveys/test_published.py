"""What is remembered of a survey, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cjm_feedback.content.surveys import LOYALTY
from cjm_feedback.surveys import published
from cjm_feedback.surveys.models import Link
from cjm_feedback.surveys.published import PublishedSurvey, find_published, forget, forget_all
from cjm_feedback.surveys.services import close_survey, publish_revision
from tests.conftest import NOW, QueryCounter
from tests.factories import Factory


def found(session: Session, link: Link, *, revision: int | None = None) -> PublishedSurvey:
    survey = find_published(session, link.public_id, revision=revision)
    assert survey is not None
    return survey


@pytest.mark.both_databases
def test_all_that_a_page_shows_is_read_in_two_statements(
    session: Session, make: Factory, queries: QueryCounter
) -> None:
    link = make.link(make.survey(journey=make.journey(workspace=make.workspace(name="Sova"))))
    session.expire_all()
    public_id = link.public_id
    queries.statements.clear()

    survey = find_published(session, public_id)

    assert len(queries.statements) == 2
    assert survey is not None
    assert (survey.brand, survey.revision_number) == ("Sova", 1)
    assert [question.key for question in survey.questions] == ["csat", "emotion", "comment"]
    assert survey.touchpoint_key == "purchase-point"


def test_it_is_read_once(session: Session, make: Factory, queries: QueryCounter) -> None:
    link = make.link()
    first = found(session, link)
    queries.statements.clear()

    assert found(session, link) is first
    assert queries.statements == []


def test_an_unknown_link_is_asked_for_each_time(
    session: Session, make: Factory, queries: QueryCounter
) -> None:
    for _ in range(2):
        assert find_published(session, "nothing") is None
    assert len(queries.statements) == 2


def test_a_change_is_seen_when_it_is_committed_and_not_before(
    session: Session, connection: Connection, make: Factory
) -> None:
    link = make.link()
    found(session, link)

    publish_revision(session, link.survey, LOYALTY, at=NOW)
    with Session(connection, join_transaction_mode="create_savepoint") as other:
        assert found(other, link).revision_number == 1
    session.commit()

    assert found(session, link).revision_number == 2
    assert found(session, link, revision=1).questions[0].key == "csat"


def test_closing_is_seen_when_it_is_committed(session: Session, make: Factory) -> None:
    link = make.link()
    assert found(session, link).is_open(NOW)

    close_survey(session, link.survey, at=NOW)
    session.commit()

    assert not found(session, link).is_open(NOW)
    assert found(session, link).has_closed(NOW)


def test_another_process_sees_a_change_after_a_while(
    session: Session, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = make.link()
    monkeypatch.setattr(published, "FRESH_SECONDS", 0)
    first = found(session, link)
    link.survey.closes_at = NOW + timedelta(days=1)
    session.commit()

    assert found(session, link).closes_at != first.closes_at


def test_forgetting_one_survey_forgets_no_other(
    session: Session, make: Factory, queries: QueryCounter
) -> None:
    link, other = make.link(), make.link()
    found(session, link)
    found(session, other)

    forget(link.survey_id)
    queries.statements.clear()

    found(session, other)
    assert queries.statements == []
    found(session, link)
    assert len(queries.statements) == 2


def test_what_was_forgotten_while_it_was_read_is_not_remembered(
    session: Session, make: Factory, queries: QueryCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = make.link()
    read = published._read

    def read_slowly(*args: object) -> PublishedSurvey | None:
        survey = read(*args)  # type: ignore[arg-type]
        forget_all()
        return survey

    monkeypatch.setattr(published, "_read", read_slowly)
    found(session, link)
    queries.statements.clear()

    found(session, link)

    assert len(queries.statements) == 2


def test_only_so_many_are_remembered(make: Factory, session: Session) -> None:
    links = [make.link() for _ in range(3)]
    memory = published._Memory(2)
    for link in links:
        entry = published._Remembered(found(session, link), until=0)
        memory.keep((link.public_id, None), entry, memory.moment())

    assert [memory.recall((link.public_id, None)) is None for link in links] == [True, False, False]


def test_while_the_database_is_away_the_last_state_is_shown(
    session: Session, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, other = make.link(), make.link()
    monkeypatch.setattr(published, "FRESH_SECONDS", 0)
    known = found(session, link)

    def fail(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(published, "_read", fail)

    assert found(session, link) == known
    with pytest.raises(OperationalError):
        found(session, other)
