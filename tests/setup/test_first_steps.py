"""`flask init`, `flask example load` and what the server says when it starts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import Membership, OneTimeLink, User, Workspace
from cjm_feedback.accounts.services import create_workspace
from cjm_feedback.clock import utc_now
from cjm_feedback.content.example import FRONT_LINK
from cjm_feedback.content.example_story import STORY
from cjm_feedback.extensions import db
from cjm_feedback.jobs.models import Schedule
from cjm_feedback.journeys.models import Channel, Journey, Persona, PersonaRule, Stage, Touchpoint
from cjm_feedback.maps.models import MapSnapshot
from cjm_feedback.maps.verify import changed_snapshots, mismatches
from cjm_feedback.responses.models import Answer, Response, TextScore
from cjm_feedback.rollups.models import Delta
from cjm_feedback.setup import example
from cjm_feedback.setup.greeting import greeting
from cjm_feedback.setup.services import ensure_default
from cjm_feedback.surveys.models import Link, Revision, Survey
from tests.conftest import NOW, close_engines, make_app
from tests.factories import Factory
from tests.pages import open_page, submit

EVERYTHING = (
    *(Workspace, Membership, User, Journey, Stage, Touchpoint, Channel, Persona, PersonaRule),
    *(Survey, Revision, Link, Schedule, Response, Answer, TextScore, Delta, MapSnapshot),
)


def make_user(email: str, membership: Membership) -> User:
    return User(
        email=email, active=True, fs_uniquifier=email, created_at=NOW, memberships=[membership]
    )


def counts(session: Session) -> dict[str, int]:
    return {
        model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
        for model in EVERYTHING
    }


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An installation made by the two commands alone."""
    folder = tmp_path_factory.mktemp("installation")
    app = make_app(f"sqlite:///{folder / 'cjm.sqlite'}", folder, tables=False)
    with time_machine.travel(NOW, tick=False):
        for command in ("init", "example load"):
            result = app.test_cli_runner().invoke(args=command.split())
            assert result.exit_code == 0, result.output
    yield app
    close_engines(app)


@pytest.fixture
def stored(loaded: Flask) -> Iterator[Session]:
    with loaded.app_context():
        yield db.session()
        db.session.rollback()


@pytest.mark.both_databases
def test_init_makes_a_journey_that_is_ready_for_answers(session: Session) -> None:
    workspace = ensure_default(session, at=NOW)

    journey = session.scalars(select(Journey)).one()
    assert workspace.slug == "default"
    assert [stage.key for stage in journey.stages] == [
        *("discovery", "consideration", "purchase", "experience", "loyalty"),
    ]
    assert {stage.phase for stage in journey.stages} == {"before", "during", "after"}
    assert len(session.scalars(select(Survey)).all()) == 5
    served = set(session.scalars(select(Link.touchpoint_id)))
    assert served == set(session.scalars(select(Touchpoint.id)))
    schedule = session.scalars(select(Schedule)).one()
    assert (schedule.kind, schedule.cron) == ("refresh_map", "0 6 * * mon")
    for stage in journey.stages:
        assert all(stage.name.get(code) for code in ("cs", "pl", "ru", "en"))


def test_init_and_example_are_safe_to_repeat(loaded: Flask, stored: Session) -> None:
    before = counts(stored)
    stored.rollback()

    for days in (0, 3, 30):
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            for command in ("init", "example load", "example load --if-empty"):
                result = loaded.test_cli_runner().invoke(args=command.split())
                assert result.exit_code == 0, result.output

    after = counts(stored)
    snapshots = after.pop("map_snapshot"), before.pop("map_snapshot")
    assert after == before
    assert snapshots[0] >= snapshots[1]  # weeks that ended meanwhile are closed, as they should be


def test_the_example_is_large_in_four_languages_and_over_twelve_weeks(stored: Session) -> None:
    shop = example.find_shop(stored)
    assert shop is not None
    responses = stored.scalars(select(Response).where(Response.journey_id == shop.id)).all()

    assert len(responses) >= 1200
    assert {response.language for response in responses} == {"cs", "pl", "ru", "en"}
    days = [response.local_day for response in responses]
    assert (max(days) - min(days)).days >= STORY.weeks * 7 - 7
    assert all(response.received_at < NOW for response in responses)
    texts = set(
        stored.scalars(
            select(Answer.text)
            .join(Response, Response.id == Answer.response_id)
            .where(Answer.text.is_not(None))
        )
    )
    assert len(texts) >= 300
    assert {response.persona_id for response in responses} > {None}


def test_every_comment_of_the_example_is_read_and_every_figure_holds(stored: Session) -> None:
    shop = example.find_shop(stored)
    assert shop is not None
    statuses = set(stored.scalars(select(TextScore.status).distinct()))

    assert statuses <= {"scored", "unscored"}
    assert mismatches(stored, shop.id) == []
    assert changed_snapshots(stored, shop.id) == []


def test_the_weeks_of_the_example_are_closed(stored: Session) -> None:
    snapshots = stored.scalars(select(MapSnapshot).order_by(MapSnapshot.number)).all()

    assert len(snapshots) >= STORY.weeks - 1
    assert [one.number for one in snapshots] == list(range(1, len(snapshots) + 1))
    for earlier, later in pairwise(snapshots):
        assert later.period_from == earlier.period_to + timedelta(days=1)


def test_the_restaurant_is_empty_and_takes_answers_for_all_its_touchpoints(
    stored: Session,
) -> None:
    survey = stored.scalars(select(Survey).where(Survey.slug == "restaurant-visit")).one()

    points = {one.key for stage in survey.journey.stages for one in stage.touchpoints}
    assert {link.touchpoint.key for link in survey.links if link.touchpoint} == points
    assert stored.scalar(select(Response.id).where(Response.survey_id == survey.id)) is None


@pytest.mark.both_databases
def test_a_loader_that_was_stopped_goes_on_and_adds_nothing_twice(session: Session) -> None:
    with time_machine.travel(NOW, tick=False):
        shop = example.add_structure(session, at=NOW)
        answers = example.missing_answers(session, shop)
        example.store_answers(session, shop, answers[:30], at=NOW)
        session.commit()

    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        again = example.add_structure(session, at=utc_now())
        left = example.missing_answers(session, again)

    assert again.id == shop.id
    assert [one.external_id for one in left] == [one.external_id for one in answers[30:]]
    assert [one.received_at for one in left] == [one.received_at for one in answers[30:]]
    assert len(example.unread_answers(session, shop)) > 0


def test_if_empty_leaves_an_installation_in_use_alone(
    app: Flask, session: Session, make: Factory
) -> None:
    ensure_default(session, at=NOW)
    assert example.is_empty(session)
    member = Membership(workspace_id=ensure_default(session, at=NOW).id, role="viewer")
    with session.begin_nested() as undone:
        session.add(make_user("x@example.org", member))
        session.flush()
        assert not example.is_empty(session)
        undone.rollback()
    assert example.is_empty(session)
    make.workspace()
    result = app.test_cli_runner().invoke(args=["example", "load", "--if-empty"])
    assert result.exit_code == 0
    assert session.scalars(select(Journey.slug)).all() == ["customer-journey"]


def test_a_foreign_journey_called_shop_is_not_touched(
    app: Flask, session: Session, make: Factory
) -> None:
    make.journey(slug="shop")

    result = app.test_cli_runner().invoke(args=["example", "load"])

    assert result.exit_code == 1
    assert "called shop" in result.output
    assert session.scalar(select(Response.id)) is None


def test_the_greeting_leads_to_a_survey_a_map_and_in(loaded: Flask, stored: Session) -> None:
    lines = greeting(stored, base_url="http://127.0.0.1:8000", at=utc_now())
    stored.commit()

    survey, the_map, way_in = (re.search(r"http\S+", line)[0] for line in lines)  # type: ignore[index]
    assert the_map == "http://127.0.0.1:8000/journeys/shop/map"
    link = stored.scalars(select(Link).where(Link.public_id == survey.rsplit("/", 1)[1])).one()
    assert link.touchpoint is not None
    assert (link.touchpoint.key, link.channel.key) == FRONT_LINK[1:]
    keys = {question.key for question in link.survey.revisions[-1].questions}
    assert {"csat", "comment"} <= keys
    client = loaded.test_client()
    path = way_in.removeprefix("http://127.0.0.1:8000")
    assert submit(client, path).status_code == 303
    open_page(client, "/people")
    assert client.get(path).status_code == 404


@pytest.mark.both_databases
def test_s49_where_nobody_can_get_in_the_greeting_makes_an_admin_without_a_password(
    session: Session,
) -> None:
    lines = greeting(session, base_url="http://x", at=NOW)

    admin = session.scalars(select(User)).one()
    assert admin.password is None
    assert [one.role for one in admin.memberships] == ["admin"]
    assert [link.purpose for link in session.scalars(select(OneTimeLink))] == ["sign_in"]
    assert len(lines) == 3
    greeting(session, base_url="http://x", at=NOW)
    assert session.scalars(select(User)).one() is admin


def test_an_installation_without_a_free_name_gets_another_one(
    session: Session, make: Factory
) -> None:
    make.journey(slug="customer-journey")

    ensure_default(session, at=NOW)

    assert set(session.scalars(select(Journey.slug))) == {"customer-journey", "customer-journey-2"}


def test_a_workspace_is_made_once(session: Session) -> None:
    first = create_workspace(session, slug="w", name="W", at=NOW)

    assert create_workspace(session, slug="w", name="Other", at=NOW) is first


def test_migrations_alone_make_an_empty_installation(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'cjm.sqlite'}", tmp_path, tables=False)
    with app.app_context():
        upgrade()
        assert example.is_empty(db.session())
    close_engines(app)
