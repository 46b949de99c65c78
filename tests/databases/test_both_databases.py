from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import Membership, Workspace
from cjm_feedback.journeys.models import Journey
from tests.factories import Factory
from tests.pages import open_page
from tests.servers import Server

pytestmark = pytest.mark.both_databases


def test_a_test_runs_on_the_database_it_names(connection: Connection, database: str) -> None:
    assert connection.dialect.name == database


def test_what_one_test_stores_is_gone_in_the_next(session: Session, make: Factory) -> None:
    assert session.scalar(select(func.count()).select_from(Workspace)) == 0
    make.workspace()


def test_what_another_test_stored_is_gone(session: Session, make: Factory) -> None:
    assert session.scalar(select(func.count()).select_from(Workspace)) == 0
    make.workspace()


def test_a_refused_row_leaves_the_session_usable(session: Session, make: Factory) -> None:
    user = make.user(workspace=make.workspace())
    again = Membership(workspace_id=user.memberships[0].workspace_id, user_id=user.id, role="staff")
    session.add(again)
    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()

    assert session.scalar(select(func.count()).select_from(Membership)) == 1


def test_a_time_comes_back_as_the_same_moment_in_utc(session: Session, make: Factory) -> None:
    prague = timezone(timedelta(hours=1))
    workspace = make.workspace()
    workspace.created_at = datetime(2026, 11, 22, 10, 30, 0, 123_456, tzinfo=prague)
    session.commit()
    session.expire_all()

    kept = session.scalars(select(Workspace)).one().created_at

    assert kept == datetime(2026, 11, 22, 9, 30, 0, 123_456, tzinfo=UTC)
    assert kept.utcoffset() == timedelta(0)


def test_texts_in_any_script_come_back_as_they_were(session: Session, make: Factory) -> None:
    name = {"cs": "Příliš žluťoučký kůň", "pl": "Zażółć gęślą jaźń", "ru": "Ёжик", "en": "🦉 ok"}
    journey = make.journey()
    journey.name = name
    session.commit()
    session.expire_all()

    assert session.scalars(select(Journey)).one().name == name


def test_a_page_reads_what_the_test_stored(client: FlaskClient) -> None:
    assert open_page(client, "/no-such-page", status=404).h1


def test_a_live_server_stands_on_that_database(server: Server, database: str) -> None:
    with server.making() as make:
        make.workspace()
    with server.session() as session:
        assert session.get_bind().dialect.name == database
        assert session.scalar(select(func.count()).select_from(Workspace)) == 1
